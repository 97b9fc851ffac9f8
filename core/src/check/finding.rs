//! What is wrong with a configuration.

use std::{collections::HashMap, fmt, ops::Range};

use crate::{
    config::{
        edit::{Path, Segment},
        store::FileId,
    },
    tree::Position,
};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// Traefik takes it without a word, but nobody means it.
    Lint,
    /// It breaks something only under circumstances that cannot be known here, or once an unused object is used.
    Warning,
    /// Traefik refuses the file, disables an object, hangs or dies.
    Error,
}

impl Level {
    /// `error`, `warning` or `lint`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lint => "lint",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What Traefik does about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Effect {
    /// It takes something else than what is meant, or nothing.
    Ignores,
    /// It disables the objects that [`Finding::disables`] names.
    DisablesObject,
    /// It refuses the file, and with it every later change of every file.
    RefusesFile,
    /// It does not start with this static configuration.
    RefusesStart,
    /// It does not start while something besides the files is as it is now.
    RefusesStartNow,
    /// It stops applying any configuration, or eats all memory.
    Hangs,
    /// Its process ends.
    Kills,
}

impl Effect {
    /// A stable kebab-case name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ignores => "ignores",
            Self::DisablesObject => "disables-object",
            Self::RefusesFile => "refuses-file",
            Self::RefusesStart => "refuses-start",
            Self::RefusesStartNow => "refuses-start-now",
            Self::Hangs => "hangs",
            Self::Kills => "kills",
        }
    }

    /// Whether more than single objects suffer, whatever else happens: no change that causes it may ever be written.
    pub fn is_fatal(self) -> bool {
        matches!(self, Self::RefusesFile | Self::RefusesStart | Self::Hangs | Self::Kills)
    }
}

/// One thing that is wrong, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub level: Level,
    /// What Traefik does about it.
    pub effect: Effect,
    /// A stable short name of the kind of finding, such as `unknown-field`.
    pub code: &'static str,
    /// The file.
    pub file: FileId,
    /// The bytes of the file that it is about.
    pub span: Range<usize>,
    /// Where the span begins.
    pub position: Position,
    /// The node, as keys and indexes from the root.
    pub path: Path,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
    /// The objects that do not work because of it, as `http.routers.app`; of very many, the first ones.
    pub disables: Vec<String>,
}

impl Finding {
    /// What stays the same when the finding merely moves: its kind, level and object, without lines and indexes.
    ///
    /// Two findings may share one; see [`newly_broken`].
    pub fn identity(&self) -> Identity {
        let keys = self.path.segments().iter().filter_map(|segment| match segment {
            Segment::Key(key) => Some(key.as_str()),
            Segment::Index(_) => None,
        });
        Identity {
            level: self.level,
            effect: self.effect,
            code: self.code,
            path: Path::keys(keys),
            message: self.message.clone(),
        }
    }
}

/// As compilers write it: `file:line:column: level: message`.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, position, level, message, code, .. } = self;
        write!(f, "{file}:{position}: {level}: {message} [{code}]")
    }
}

/// See [`Finding::identity`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identity {
    level: Level,
    effect: Effect,
    code: &'static str,
    path: Path,
    message: String,
}

/// The findings of a new configuration that its predecessor had not: those that a change is to blame for.
///
/// A finding is also new when it disables an object that it did not disable before.
pub fn newly_broken<'f>(old: &[Finding], new: &'f [Finding]) -> Vec<&'f Finding> {
    let mut known: HashMap<Identity, Vec<&Finding>> = HashMap::new();
    for finding in old {
        known.entry(finding.identity()).or_default().push(finding);
    }
    new.iter()
        .filter(|finding| {
            let Some(before) = known.get_mut(&finding.identity()) else { return true };
            // Any one of them excuses it, and each excuses one.
            let excuse = before
                .iter()
                .position(|old| finding.disables.iter().all(|object| old.disables.contains(object)));
            excuse.map(|index| before.swap_remove(index)).is_none()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Effect, Finding, Level, newly_broken};
    use crate::{
        config::{edit::Path, store::FileId},
        tree::Position,
    };

    fn finding(line: usize, path: Path, disables: &[&str]) -> Finding {
        Finding {
            level: Level::Error,
            effect: Effect::DisablesObject,
            code: "dangling-service",
            file: FileId::new("a.yml"),
            span: 0..1,
            position: Position { line, column: 1 },
            path,
            message: "there is no service x".into(),
            remedy: "add it".into(),
            disables: disables.iter().map(|&name| name.to_owned()).collect(),
        }
    }

    #[test]
    fn only_what_is_new_counts() {
        let services = Path::keys(["http", "services"]);
        let old = [finding(3, services.key("a").index(0), &["http.routers.a"])];
        // Other line, other index, other file: the same trouble.
        let mut moved = finding(9, services.key("a").index(4), &["http.routers.a"]);
        moved.file = FileId::new("b.yml");
        assert!(newly_broken(&old, std::slice::from_ref(&moved)).is_empty());
        // Twice the same is once more than before.
        assert_eq!(newly_broken(&old, &[moved.clone(), moved]).len(), 1);
        // Another object falls.
        let more = finding(3, services.key("a"), &["http.routers.a", "http.routers.b"]);
        assert_eq!(newly_broken(&old, &[more]).len(), 1);
        // Another place.
        assert_eq!(newly_broken(&old, &[finding(3, services.key("b"), &[])]).len(), 1);
        assert!(newly_broken(&old, &[]).is_empty());
    }
}
