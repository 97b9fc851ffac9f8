//! The one container that may be restarted.

use std::fmt;

/// The label, with its value, that marks Traefik's container where no name is given.
pub const ROLE_LABEL: &str = "traefik-manager.role=traefik";

/// The label of Traefik's container that names the way to restart it, as `RESTART_METHOD` does.
pub const METHOD_LABEL: &str = "traefik-manager.restart-method";

/// The label of Traefik's container that names its static configuration file, as `STATIC_CONFIG_PATH` does.
pub const STATIC_FILE_LABEL: &str = "traefik-manager.static-config";

/// The longest name that is taken; engines know no limit of their own.
const MAX_LENGTH: usize = 128;

/// A container's name, or its id.
///
/// Only the letters that engines allow in names, so that a name is a single segment of a path and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ContainerName(Box<str>);

/// No container can have that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{}` cannot be a container's name: letters, digits, `_`, `.` and `-`, a letter or digit first, at most {MAX_LENGTH}",
    .0.escape_debug()
)]
pub struct BadContainerName(String);

impl ContainerName {
    /// Reads a name; a slash in front, as engines show it, is left out.
    ///
    /// # Errors
    /// [`BadContainerName`].
    pub fn parse(name: &str) -> Result<Self, BadContainerName> {
        let bare = name.trim();
        let bare = bare.strip_prefix('/').unwrap_or(bare);
        let is_good = bare.len() <= MAX_LENGTH
            && bare.starts_with(|first: char| first.is_ascii_alphanumeric())
            && bare.chars().all(|char| char.is_ascii_alphanumeric() || "_.-".contains(char));
        if is_good { Ok(Self(bare.into())) } else { Err(BadContainerName(name.to_owned())) }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ContainerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `traefik`.
impl Default for ContainerName {
    fn default() -> Self {
        Self("traefik".into())
    }
}

/// What a container does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContainerState {
    /// Its process runs.
    Running,
    /// Its process has ended, with this code where it is known. The engine may be about to start it again.
    Ended(Option<i64>),
}

/// A container as its engine shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// Its name, without a slash.
    pub name: String,
    /// When its process was last started, in the engine's words: it differs after every start.
    pub started_at: String,
    /// What it does.
    pub state: ContainerState,
    /// What the engine has to say about an end; empty when nothing.
    pub error: String,
}

/// What the labels of Traefik's container say of how this program is to be set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    /// The container.
    pub container: ContainerName,
    /// [`METHOD_LABEL`], where it is there.
    pub method: Option<String>,
    /// [`STATIC_FILE_LABEL`], where it is there.
    pub static_file: Option<String>,
}

impl Labels {
    /// Whether they say nothing.
    pub fn is_silent(&self) -> bool {
        self.method.is_none() && self.static_file.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_segment_of_a_path_and_nothing_else() {
        for name in ["traefik", "my-traefik_1.prod", "0a1b2c", " traefik\n", "/traefik"] {
            assert!(ContainerName::parse(name).is_ok(), "{name}");
        }
        assert_eq!(ContainerName::parse("/traefik"), Ok(ContainerName::default()));
        let long = "x".repeat(MAX_LENGTH + 1);
        for name in [
            "", "/", "..", ".", "-x", "a/b", "a?b", "a%2e", "a b", "a#b", "a\0", "träfik", "//a", "a\r\nb",
            &long,
        ] {
            let error = ContainerName::parse(name);
            assert!(error.is_err(), "{name}");
        }
        let shown = ContainerName::parse("a\r\nb").map_err(|error| error.to_string());
        assert!(shown.is_err_and(|text| text.starts_with("`a\\r\\nb` cannot")));
    }
}
