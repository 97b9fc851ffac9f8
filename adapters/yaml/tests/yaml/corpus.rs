//! Files as people write them, and every node in them.

use traefik_manager_core::{
    config::edit::Path,
    tree::{Kind, NodeRef, Tree},
};

const FILES: [(&str, &str); 8] = [
    ("comments", include_str!("../../../../fixtures/yaml/comments.yml")),
    ("anchors", include_str!("../../../../fixtures/yaml/anchors.yml")),
    ("templates", include_str!("../../../../fixtures/yaml/templates.yml")),
    ("flow", include_str!("../../../../fixtures/yaml/flow.yml")),
    ("indents", include_str!("../../../../fixtures/yaml/indents.yml")),
    ("house", include_str!("../../../../fixtures/yaml/house.yml")),
    ("lines", include_str!("../../../../fixtures/yaml/lines.yml")),
    ("reference", include_str!("../../../../fixtures/yaml/reference-3.7.yml")),
];

/// Every file as it is, with Windows line ends, with a byte order mark, and without a final line break.
pub(crate) fn files() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for (name, text) in FILES {
        files.push((name.to_owned(), text.to_owned()));
        files.push((format!("{name}, CRLF"), text.replace('\n', "\r\n")));
        files.push((format!("{name}, BOM"), format!("\u{feff}{text}")));
        files.push((format!("{name}, no final line break"), text.trim_end().to_owned()));
    }
    files
}

/// The paths of all nodes, the root excluded.
pub(crate) fn paths(tree: &Tree) -> Vec<Path> {
    let mut paths = Vec::new();
    if let Some(root) = tree.root() {
        walk(root, &Path::root(), &mut paths);
    }
    paths
}

fn walk(node: NodeRef<'_>, path: &Path, paths: &mut Vec<Path>) {
    if *path != Path::root() {
        paths.push(path.clone());
    }
    if node.is_alias() {
        return;
    }
    match node.kind() {
        Kind::Scalar => {}
        Kind::Sequence => node.items().enumerate().for_each(|(at, item)| walk(item, &path.index(at), paths)),
        Kind::Mapping => node
            .own_entries()
            .filter(|(key, _)| !key.is_merge())
            .for_each(|(key, value)| walk(value, &path.key(key.text()), paths)),
    }
}
