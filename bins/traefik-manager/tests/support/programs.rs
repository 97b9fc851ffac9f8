//! Real programs that tests need, and what is said where they are missing.

use std::{
    env, fs,
    io::{Read as _, Write as _},
    path::PathBuf,
};

/// The path of a real program, or `None` after saying loudly that the test is skipped.
///
/// # Panics
/// When the program is missing and `REQUIRE_REAL=1`.
pub(crate) fn require_real(name: &str) -> Option<PathBuf> {
    let found = find_program(name);
    if found.is_none() {
        assert!(
            env::var("REQUIRE_REAL").as_deref() != Ok("1"),
            "{name} is not installed, and REQUIRE_REAL=1"
        );
        let test = std::thread::current().name().unwrap_or("a test").to_owned();
        // Straight to stderr: the test runner would swallow `eprintln!` of a test that passes.
        let line = format!("SKIPPED: {test}: {name} is not on the PATH\n");
        std::io::stderr().write_all(line.as_bytes()).ok();
    }
    found
}

/// The first file of that name on the PATH that is a program and not a script that looks for one.
fn find_program(name: &str) -> Option<PathBuf> {
    let is_elf = |path: &PathBuf| {
        let mut start = [0; 4];
        fs::File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok() && start == *b"\x7fELF"
    };
    let candidates: Vec<_> =
        env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(name)).collect();
    if let Some(program) = candidates.iter().find(|path| is_elf(path)) {
        return Some(program.clone());
    }
    let script = candidates.into_iter().find(|path| path.is_file())?;
    // A version manager's shim stands for a program in one of its versions.
    let versions = script.parent()?.parent()?.join("versions");
    let programs = fs::read_dir(versions).into_iter().flatten().flatten();
    let shimmed = programs.map(|version| version.path().join("bin").join(name)).find(is_elf);
    Some(shimmed.unwrap_or(script))
}

/// Says loudly that the container engine that is installed cannot run here, so that a test is skipped. What the
/// restarters do with an engine is then tested against recorded answers alone.
///
/// # Panics
/// When `REQUIRE_REAL=1` and not `REQUIRE_ENGINE=0`.
pub(crate) fn require_engine(reason: &str) {
    let is = |name: &str, value: &str| env::var(name).as_deref() == Ok(value);
    assert!(
        !is("REQUIRE_REAL", "1") || is("REQUIRE_ENGINE", "0"),
        "the container engine does not run here (REQUIRE_ENGINE=0 does without): {reason}"
    );
    let test = std::thread::current().name().unwrap_or("a test").to_owned();
    let line = format!("SKIPPED: {test}: the container engine does not run here: {}\n", reason.trim());
    std::io::stderr().write_all(line.as_bytes()).ok();
}
