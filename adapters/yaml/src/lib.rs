//! YAML that is edited by hand and by program: text to a tree with spans, and edits that change the bytes of
//! what they name and nothing else.

#![warn(missing_docs)]

mod apply;
mod batch;
mod block;
mod brackets;
mod chars;
mod emit;
mod entry;
mod flow;
mod index;
mod parse;
mod place;
mod plan;
mod quote;
mod remarks;
mod resolve;
mod revalue;
mod scalar;
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

macro_rules! syntax {
    ($name:ty, $templates:literal) => {
        impl ConfigSyntax for $name {
            fn parse(&self, text: Arc<str>) -> Result<Tree, SyntaxError> {
                parse::parse(&text, Dialect { templates: $templates, fragment: false })
            }

            fn parse_entry(&self, text: Arc<str>) -> Result<Tree, SyntaxError> {
                parse::parse(&text, Dialect { templates: $templates, fragment: true })
            }

            fn apply(&self, tree: &Tree, edits: &[Edit]) -> Result<Tree, EditError> {
                apply::apply(tree, edits, Dialect { templates: $templates, fragment: false })
            }

            fn agrees(&self, trees: &[&Tree], meanwhile: &mut dyn FnMut()) -> bool {
                second::agrees(trees, $templates, meanwhile)
            }

            fn is_for_traefik_alone(&self, old: Option<&str>, new: &str) -> bool {
                $templates && remarks::is_for_traefik_alone(old, new)
            }

            fn excerpt(&self, tree: &Tree, path: &Path) -> Result<String, EditError> {
                apply::excerpt(tree, path, Dialect { templates: $templates, fragment: false })
            }
        }
    };
}

syntax!(Yaml, true);
syntax!(PlainYaml, false);
