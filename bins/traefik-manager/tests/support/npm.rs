//! Packages from the npm registry that tests need, each installed once from its lock file.

use std::{
    env, fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::require_real;

/// The folder of a test's package, with what it needs installed; `own` are its files, and one of them is the lock file.
///
/// `None` where npm or the package is not there and need not be; that has been said on stderr.
///
/// # Panics
/// When it cannot be installed and `REQUIRE_REAL=1`.
pub(crate) fn installed(package: &str, source: &str, own: &[&str]) -> Option<PathBuf> {
    let npm = require_real("npm")?;
    let folder = install(&npm, package, source, own);
    if folder.is_none() {
        assert_ne!(env::var("REQUIRE_REAL").as_deref(), Ok("1"), "npm could not install {package}");
        let line = format!("SKIPPED: npm could not install {package}\n");
        std::io::stderr().write_all(line.as_bytes()).ok();
    }
    folder
}

fn install(npm: &Path, package: &str, source: &str, own: &[&str]) -> Option<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(source);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(package);
    fs::create_dir_all(&folder).unwrap();
    let lock = fs::File::create(folder.join(".lock")).unwrap();
    lock.lock().unwrap();
    let is_same = |name: &&str| fs::read(source.join(name)).ok() == fs::read(folder.join(name)).ok();
    let is_present = own.iter().all(is_same) && folder.join("node_modules").join(package).is_dir();
    if is_present {
        return Some(folder);
    }
    for name in own {
        fs::copy(source.join(name), folder.join(name)).unwrap();
    }
    let status = Command::new(npm)
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(&folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success()).then_some(folder)
}
