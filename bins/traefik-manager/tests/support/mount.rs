//! Real mounts, which need root.

use std::{
    env,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

/// A mount that ends with the test.
#[derive(Debug)]
pub struct Mount(PathBuf);

impl Mount {
    /// `None`, and a loud word, where mounting is not allowed.
    ///
    /// # Panics
    /// When it is not allowed and `REQUIRE_REAL=1`.
    pub fn new(arguments: &[&str], at: &Path) -> Option<Self> {
        let output = Command::new("mount").args(arguments).arg(at).output();
        let problem = match &output {
            Ok(output) if output.status.success() => return Some(Self(at.to_owned())),
            Ok(output) => String::from_utf8_lossy(&output.stderr).trim().to_owned(),
            Err(error) => error.to_string(),
        };
        assert!(env::var("REQUIRE_REAL").as_deref() != Ok("1"), "mounting failed: {problem}");
        // Straight to stderr: the test runner would swallow `eprintln!` of a test that passes.
        let line = format!("SKIPPED: a test on a real mount, because mounting failed: {problem}\n");
        std::io::stderr().write_all(line.as_bytes()).ok();
        None
    }

    /// A file or folder at another place as well.
    pub fn bind(source: &Path, at: &Path) -> Option<Self> {
        Self::new(&["--bind", source.to_str().unwrap()], at)
    }

    /// The same folder or file once more, to be read only.
    pub fn read_only(at: &Path) -> Option<Self> {
        Self::bind(at, at).map(Self::made_read_only)
    }

    /// The same mount, to be read only.
    #[must_use]
    pub fn made_read_only(self) -> Self {
        let again = Command::new("mount").args(["-o", "remount,ro,bind"]).arg(&self.0).status().unwrap();
        assert!(again.success());
        self
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        Command::new("umount").arg("--lazy").arg(&self.0).status().ok();
    }
}
