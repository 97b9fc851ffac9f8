//! Which files there are to check, and what they say.

use std::{
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use traefik_manager_core::{
    check::{Effect, FileKind, Finding, Level, kind_of},
    config::{
        edit::{Path as NodePath, SyntaxError},
        source::Problem,
        store::{ConfigSyntax as _, FileId},
    },
    tree::{Position, Tree},
};
use traefik_manager_storage_fs::odd_entry;
use traefik_manager_toml::Toml;
use traefik_manager_yaml::{PlainYaml, Yaml};

use crate::cli::Failure;

/// The largest file that is read.
const MOST_BYTES: u64 = 64 * 1024 * 1024;
/// How deep folders are followed.
const MOST_FOLDERS: usize = 64;

/// A file and its tree.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) id: FileId,
    pub(super) text: Arc<str>,
    pub(super) tree: Result<Tree, Problem>,
    pub(super) role: Role,
    /// Not so for the file of `--static`, which only tells what is known.
    pub(super) is_asked_about: bool,
}

/// What Traefik reads a file for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Dynamic,
    Static,
}

/// Files, and what is wrong with those that are no text or not YAML.
#[derive(Debug, Default)]
pub(super) struct Collected {
    pub(super) sources: Vec<Source>,
    pub(super) findings: Vec<Finding>,
}

/// Reads all that was named.
///
/// # Errors
/// A file or folder that cannot be read.
pub(super) fn collect(paths: &[PathBuf], static_file: Option<&Path>) -> Result<Collected, Failure> {
    let mut collected = Collected::default();
    for path in paths {
        if path.as_os_str() == "-" {
            let bytes = read(io::stdin().lock(), Path::new("-"))?;
            collected.add("<stdin>", bytes);
        } else if path.is_dir() {
            collected.folder(path, 0)?;
        } else {
            collected.file(path)?;
        }
    }
    if let Some(path) = static_file {
        let name = display(path);
        if collected.sources.iter().all(|source| source.id.as_str() != name) {
            let bytes = read(open(path)?, path)?;
            if let Some(text) = collected.text(&name, bytes) {
                collected.sources.push(source(&name, text, Some(Role::Static), false));
            }
        } else if let Some(source) = collected.sources.iter_mut().find(|source| source.id.as_str() == name) {
            source.role = Role::Static;
        }
    }
    Ok(collected)
}

impl Collected {
    /// A folder as Traefik's file provider reads it: sub-folders too, and only the endings that it knows.
    fn folder(&mut self, folder: &Path, depth: usize) -> Result<(), Failure> {
        if depth > MOST_FOLDERS {
            return Err(Failure::new(format!("{}: folders are nested too deep", display(folder))));
        }
        let failure = |error: io::Error| Failure::of(format!("cannot list {}", display(folder)), &error);
        let mut entries: Vec<(PathBuf, bool)> = fs::read_dir(folder)
            .map_err(failure)?
            .map(|entry| entry.and_then(|entry| Ok((entry.path(), entry.file_type()?.is_dir()))))
            .collect::<Result<_, _>>()
            .map_err(failure)?;
        entries.sort();
        for (path, is_folder) in entries {
            // Traefik follows links to files, and none to folders.
            if is_folder {
                self.folder(&path, depth + 1)?;
            } else if is_configuration(&path) {
                // Who names a pipe means it; in a folder, whoever opens one waits for ever, Traefik too.
                if let Some(what) = odd_entry(&path) {
                    let message = format!("this is {what}, and Traefik takes no file while it is there");
                    self.note(
                        &display(&path),
                        Level::Error,
                        Effect::RefusesFile,
                        "no-file",
                        &message,
                        "remove it",
                    );
                } else {
                    self.file(&path)?;
                }
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path) -> Result<(), Failure> {
        let name = display(path);
        let bytes = read(open(path)?, path)?;
        self.add(&name, bytes);
        Ok(())
    }

    fn add(&mut self, name: &str, bytes: Vec<u8>) {
        let Some(text) = self.text(name, bytes) else { return };
        let source = source(name, text, None, true);
        // Go templates may be why a dynamic file is no TOML; without them nobody can read it.
        let may_be_read = source.tree.is_ok() || source.text.contains("{{");
        if is_toml(name) && source.role == Role::Dynamic && may_be_read {
            let (message, remedy) = ("dynamic configuration in TOML is not checked", "write YAML instead");
            self.note(name, Level::Lint, Effect::Ignores, "toml", message, remedy);
            return;
        }
        self.sources.push(source);
    }

    fn text(&mut self, name: &str, bytes: Vec<u8>) -> Option<String> {
        String::from_utf8(bytes)
            .inspect_err(|_| {
                let message = "the file is not UTF-8";
                self.note(name, Level::Error, Effect::RefusesFile, "not-utf8", message, "save it as UTF-8");
            })
            .ok()
    }

    fn note(
        &mut self,
        name: &str,
        level: Level,
        effect: Effect,
        code: &'static str,
        message: &str,
        remedy: &str,
    ) {
        self.findings.push(Finding {
            level,
            effect,
            code,
            file: FileId::new(name),
            span: 0..0,
            position: Position { line: 1, column: 1 },
            path: NodePath::root(),
            message: message.to_owned(),
            remedy: remedy.to_owned(),
            disables: Vec::new(),
        });
    }
}

fn source(name: &str, text: String, role: Option<Role>, is_asked_about: bool) -> Source {
    let id = FileId::new(name);
    let text: Arc<str> = Arc::from(text);
    let problem = |error| Problem::syntax(&id, error);
    if is_toml(name) {
        let tree = Toml.parse(Arc::clone(&text));
        let role = role.unwrap_or_else(|| role_of(&tree));
        return Source { tree: tree.map_err(problem), id, text, role, is_asked_about };
    }
    // Go templates run over dynamic files only, so what a file is must be known before it is read for good.
    let tree = Yaml.parse(Arc::clone(&text));
    let role = role.unwrap_or_else(|| match &tree {
        // What is no template may still be a static file, where braces are braces.
        Err(_) if text.contains("{{") => role_of(&PlainYaml.parse(Arc::clone(&text))),
        tree => role_of(tree),
    });
    let tree = if role == Role::Static { PlainYaml.parse(Arc::clone(&text)) } else { tree };
    Source { tree: tree.map_err(problem), id, text, role, is_asked_about }
}

fn role_of(tree: &Result<Tree, SyntaxError>) -> Role {
    match tree.as_ref().map(kind_of) {
        Ok(FileKind::Static) => Role::Static,
        _ => Role::Dynamic,
    }
}

fn is_toml(name: &str) -> bool {
    has_ending(Path::new(name), &["toml"])
}

fn is_configuration(path: &Path) -> bool {
    has_ending(path, &["yml", "yaml", "toml"])
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    path.extension().is_some_and(|ending| endings.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

fn display(path: &Path) -> String {
    let path = path.strip_prefix("./").unwrap_or(path);
    path.display().to_string()
}

fn open(path: &Path) -> Result<fs::File, Failure> {
    fs::File::open(path).map_err(|error| Failure::of(format!("cannot read {}", display(path)), &error))
}

fn read(from: impl io::Read, path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    from.take(MOST_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::of(format!("cannot read {}", display(path)), &error))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Failure::new(format!("{} is larger than 64 MiB", display(path))));
    }
    Ok(bytes)
}
