//! YAML that is edited by hand and by program: text to a tree with spans, and edits that change the bytes of
//! what they name and nothing else.

#![warn(missing_docs)]

mod chars;
mod parse;
mod scan;
mod second;
mod template;

use std::sync::Arc;

use traefik_manager_core::{
    config::{
        edit::{Edit, EditError, Path, SyntaxError},
        store::ConfigSyntax,
    },
    tree::Tree,
};

use parse::Dialect;

/// YAML as Traefik reads dynamic configuration: Go templates run over it first.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Yaml;

/// YAML as it stands, for files without Go templates: static configuration and settings.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct PlainYaml;

impl ConfigSyntax for Yaml {
    fn parse(&self, text: Arc<str>) -> Result<Tree, SyntaxError> {
        parse::parse(&text, Dialect { templates: true, fragment: false })
    }

    fn parse_entry(&self, text: Arc<str>) -> Result<Tree, SyntaxError> {
        parse::parse(&text, Dialect { templates: true, fragment: true })
    }

    fn apply(&self, tree: &Tree, edits: &[Edit]) -> Result<Tree, EditError> {
        refuse(tree, edits, true)
    }

    fn excerpt(&self, _tree: &Tree, path: &Path) -> Result<String, EditError> {
        Err(EditError::Target {
            path: path.clone(),
            reason: "cannot be excerpted by this version".to_owned(),
        })
    }
}

impl ConfigSyntax for PlainYaml {
    fn parse(&self, text: Arc<str>) -> Result<Tree, SyntaxError> {
        parse::parse(&text, Dialect { templates: false, fragment: false })
    }

    fn parse_entry(&self, text: Arc<str>) -> Result<Tree, SyntaxError> {
        parse::parse(&text, Dialect { templates: false, fragment: true })
    }

    fn apply(&self, tree: &Tree, edits: &[Edit]) -> Result<Tree, EditError> {
        refuse(tree, edits, false)
    }

    fn excerpt(&self, _tree: &Tree, path: &Path) -> Result<String, EditError> {
        Err(EditError::Target {
            path: path.clone(),
            reason: "cannot be excerpted by this version".to_owned(),
        })
    }
}

fn refuse(tree: &Tree, edits: &[Edit], templates: bool) -> Result<Tree, EditError> {
    let path = edits.first().map_or_else(Path::root, |edit| edit.path().clone());
    second::check(tree, templates).map_err(|reason| EditError::Target { path, reason })?;
    Ok(tree.clone())
}
