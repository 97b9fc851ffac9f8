//! x
use super::{
    edit::{Edit, EditError},
    store::ConfigSyntax,
};
use crate::tree::Tree;
/// x
pub fn apply(syntax: &dyn ConfigSyntax, tree: &Tree, edits: &[Edit]) -> Result<Tree, EditError> {
    let text = syntax.apply(tree, edits)?;
    syntax.parse(text.into()).map_err(EditError::Entry)
}
