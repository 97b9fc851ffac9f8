//! The shape of the workspace: what may depend on what.

#![expect(clippy::unwrap_used, reason = "tests")]
#![expect(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "it looks at the workspace from outside"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::Command,
};

/// What the core may stand on. None of these does I/O, tells the time, or makes randomness for it.
const CORE_MAY_USE: [&str; 9] = [
    "arc-swap",
    "async-trait",
    "base64",
    "icu_normalizer",
    "similar",
    "subtle",
    "thiserror",
    "time",
    "zeroize",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The direct dependencies of a package, without those of its tests.
fn dependencies(package: &str) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--package",
            package,
            "--edges",
            "normal",
            "--depth",
            "1",
            "--prefix",
            "none",
            "--offline",
        ])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().skip(1).filter_map(|line| line.split_whitespace().next().map(str::to_owned)).collect()
}

/// Every package of the workspace with its folder.
fn packages() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for folder in ["adapters", "bins"] {
        for entry in std::fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let manifest = std::fs::read_to_string(path.join("Cargo.toml")).unwrap();
            let name =
                manifest.lines().find_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"')).unwrap();
            found.insert(name.to_owned(), folder.to_owned());
        }
    }
    found
}

#[test]
fn the_core_depends_on_nothing_that_touches_the_world() {
    let extra: Vec<String> = dependencies("traefik-manager-core")
        .into_iter()
        .filter(|name| !CORE_MAY_USE.contains(&name.as_str()))
        .collect();
    assert!(extra.is_empty(), "the core grew dependencies: {extra:?}");
}

#[test]
fn no_adapter_depends_on_another_or_on_a_program() {
    let packages = packages();
    let adapters: BTreeSet<&String> =
        packages.iter().filter(|(_, folder)| *folder == "adapters").map(|(name, _)| name).collect();
    assert!(adapters.len() >= 5, "{adapters:?}");
    for adapter in &adapters {
        for dependency in dependencies(adapter) {
            assert!(!adapters.contains(&dependency), "{adapter} depends on {dependency}");
            assert!(
                packages.get(&dependency).is_none_or(|folder| folder != "bins"),
                "{adapter} depends on {dependency}"
            );
        }
    }
}

/// Types of adapters' libraries must not appear in the core's source either, not even behind a feature.
#[test]
fn the_source_of_the_core_names_no_adapter_library() {
    fn visit(folder: &Path, check: &mut impl FnMut(&Path, &str)) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                visit(&path, check);
            } else {
                check(&path, &std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    visit(&root().join("core/src"), &mut |path, text| {
        for word in
            ["tokio::", "hyper::", "serde::", "serde_yaml::", "bcrypt::", "fernet::", "std::fs", "std::env"]
        {
            let used = text.lines().any(|line| !line.trim_start().starts_with("//") && line.contains(word));
            assert!(!used, "{} names {word}", path.display());
        }
    });
}
