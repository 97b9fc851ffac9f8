//! What holds for every edit of every file.

use proptest::prelude::*;
use traefik_manager_core::{
    config::{
        edit::{Edit, EditError, NewNode, Path, Segment},
        guard,
        store::ConfigSyntax,
        value::Value,
    },
    tree::{Kind, NodeRef, Style, Tree},
};
use traefik_manager_yaml::Yaml;

use crate::{common::read, corpus};

pub(crate) fn node_at<'t>(tree: &'t Tree, path: &Path) -> Option<NodeRef<'t>> {
    let mut node = tree.root()?;
    for segment in path.segments() {
        node = match segment {
            Segment::Key(key) => node.own_entries().find(|(name, _)| name.text() == key)?.1,
            Segment::Index(index) => node.items().nth(*index)?,
        };
    }
    Some(node)
}

/// How many bytes two texts have in common at the start and, without these, at the end.
fn common(a: &str, b: &str) -> (usize, usize) {
    let start = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let most = a.len().min(b.len()) - start;
    let end = a.bytes().rev().zip(b.bytes().rev()).take(most).take_while(|(a, b)| a == b).count();
    (start, end)
}

#[test]
fn an_entry_that_is_taken_out_and_put_back_leaves_the_same_bytes() {
    let (mut tried, mut routers) = (0, 0);
    for (name, text) in corpus::files() {
        let tree = read(&text);
        for path in corpus::paths(&tree) {
            let Some((Segment::Key(key), above)) = path.split_last() else { continue };
            let Some(parent) = node_at(&tree, &above) else { continue };
            let keys: Vec<_> = parent.own_entries().map(|(key, _)| key).collect();
            let Some(at) = keys.iter().position(|name| name.text() == key) else { continue };
            let start = keys[at].span().start;
            let line = text[..start].rfind(['\n', '\u{feff}']).map_or(0, |at| at + 1);
            let own_lines = text.get(line..start).is_some_and(|before| before.trim().is_empty());
            if keys.len() < 2 || parent.style() != Style::Block || !own_lines {
                continue;
            }
            // A comment that belongs to no entry stays where it is, so that the entry comes back on its other side.
            if loose_comment(&text, &tree, &path, start) {
                continue;
            }
            let before = keys.get(at + 1).filter(|key| !key.is_merge()).map(|key| key.text().to_owned());
            let Ok(excerpt) = Yaml.excerpt(&tree, &path) else { panic!("{name}: {path}") };
            let without = match guard::apply(&Yaml, &tree, &[Edit::remove(path.clone())]) {
                Ok(without) => without,
                Err(EditError::Shared { .. }) => continue,
                Err(error) => panic!("{name}: {error}"),
            };
            let back = Edit::Insert { path: path.clone(), node: NewNode::Entry(excerpt.clone()), before };
            match guard::apply(&Yaml, &without, &[back]) {
                Ok(back) => assert_eq!(back.text(), text, "{name}: {path}\n{excerpt}"),
                Err(error) => panic!("{name}: {path}: {error}\n{excerpt}"),
            }
            let same = Edit::Set { path: path.clone(), node: NewNode::Entry(excerpt) };
            assert_eq!(
                guard::apply(&Yaml, &tree, &[same]).map(|tree| tree.text().to_owned()),
                Ok(text.clone())
            );
            tried += 1;
            routers += usize::from(above.last_key() == Some("routers"));
        }
    }
    assert!(tried > 1500 && routers > 60, "only {tried} entries, {routers} routers");
}

/// Whether a comment stands between the entry and its neighbours that is neither its own nor theirs.
fn loose_comment(text: &str, tree: &Tree, path: &Path, start: usize) -> bool {
    let Some(node) = node_at(tree, path) else { return true };
    let behind = text[node.span().end..].split_inclusive('\n').skip(1).map(str::trim);
    let mut behind = behind.skip_while(|line| line.is_empty());
    let mut first = true;
    let comment = behind.next().is_some_and(|line| line.starts_with('#'));
    let ends = behind.find(|line| {
        let blank = line.is_empty();
        first &= !blank;
        !line.starts_with('#')
    });
    let Ok(excerpt) = Yaml.excerpt(tree, path) else { return true };
    let head_above = excerpt.trim_start_matches('\n').starts_with('#');
    let above = text[..start].rfind('\n').unwrap_or(0);
    let loose_above =
        text[..above].trim_end().lines().last().is_some_and(|line| line.trim().starts_with('#'));
    (comment && (!first || ends.is_some())) || (loose_above && !head_above)
}

fn value() -> impl Strategy<Value = Value> {
    let words = prop::sample::select(vec![
        "x",
        "",
        "yes",
        "a: b",
        "- a",
        "# c",
        "it's",
        "\"q\"",
        "a\\b",
        "a\nb\n",
        " lead",
        "Host(`a`)",
        "{x}",
        "[1]",
        "1e3",
        "null",
        "ü",
        "a,b",
        "{{ env \"X\" }}",
        "p-{{ env `Y` }}",
        "trail ",
        "@x",
        "%",
        "x:",
        "\t",
        "2001-01-01",
        "*a",
        "&b",
    ]);
    let leaf = prop_oneof![
        4 => words.clone().prop_map(Value::text),
        1 => any::<i64>().prop_map(Value::Int),
        1 => any::<bool>().prop_map(Value::Bool),
        1 => Just(Value::Null),
        1 => "\\PC{0,8}".prop_filter("templates are tried above", |text| !text.contains("{{")).prop_map(Value::text),
    ];
    leaf.prop_recursive(3, 12, 3, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::List),
            prop::collection::btree_map("[a-c: ]{1,3}", inner, 0..3).prop_map(Value::map),
        ]
    })
}

#[derive(Debug, Clone)]
pub(crate) struct Change {
    kind: u8,
    at: prop::sample::Index,
    other: prop::sample::Index,
    key: String,
    value: Value,
}

pub(crate) fn change() -> impl Strategy<Value = Change> {
    let key =
        prop::sample::select(vec!["new", "new key", "a", "yes", "rule", "x: y", "1"]).prop_map(str::to_owned);
    (0u8..8, any::<prop::sample::Index>(), any::<prop::sample::Index>(), key, value())
        .prop_map(|(kind, at, other, key, value)| Change { kind, at, other, key, value })
}

impl Change {
    pub(crate) fn edit(&self, tree: &Tree) -> Option<Edit> {
        let paths = corpus::paths(tree);
        let path = if paths.is_empty() { Path::root().key("first") } else { self.at.get(&paths).clone() };
        let below = |path: &Path| match node_at(tree, path).map(|node| (node.kind(), node.items().count())) {
            Some((Kind::Sequence, count)) => path.index(count),
            _ => path.key(&self.key),
        };
        Some(match self.kind {
            0 | 1 => Edit::set(path, self.value.clone()),
            2 => Edit::set(below(&path), self.value.clone()),
            3 => Edit::set(below(&path).key("deep").index(0), self.value.clone()),
            4 => Edit::remove(path),
            5 => Edit::Rename { path, to: self.key.clone() },
            6 => {
                let (last, above) = path.split_last()?;
                let Segment::Key(before) = last else { return None };
                let (path, before) = (above.key(&self.key), Some(before.clone()));
                Edit::Insert { path, node: NewNode::Value(self.value.clone()), before }
            }
            _ => {
                let from = (!paths.is_empty()).then(|| self.other.get(&paths).clone())?;
                let (Segment::Key(key), text) =
                    (from.split_last()?.0.clone(), Yaml.excerpt(tree, &from).ok()?)
                else {
                    return None;
                };
                let above = path.split_last()?.1;
                Edit::Set { path: above.key(key), node: NewNode::Entry(text) }
            }
        })
    }
}

/// So many cases, and no file of failures.
pub(crate) fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { failure_persistence: None, cases, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(ProptestConfig::default().cases))]

    /// An edit is made as asked, proven by the guard, or refused; together edits give what they give in turn.
    #[test]
    fn edits_are_made_exactly_or_not_at_all(
        file in any::<prop::sample::Index>(),
        changes in prop::collection::vec(change(), 1..5),
    ) {
        let files = corpus::files();
        let (name, text) = file.get(&files);
        let tree = read(text);
        let edits: Vec<Edit> = changes.iter().filter_map(|change| change.edit(&tree)).collect();
        let together = guard::apply(&Yaml, &tree, &edits);
        let mut now = tree;
        let mut failed = None;
        for edit in &edits {
            match guard::apply(&Yaml, &now, std::slice::from_ref(edit)) {
                Ok(next) => {
                    unchanged_outside(now.text(), next.text(), edit, &now)?;
                    now = next;
                }
                Err(error) => {
                    // A `|+` text owns the blank lines behind it; what would give it more, or less, is refused.
                    let guarded = matches!(error, EditError::Guard { .. }) && !now.text().contains("|+");
                    prop_assert!(!guarded, "{name}: {error}: {edit:?}\n{}", now.text());
                    failed = Some(error);
                    break;
                }
            }
        }
        match (together, failed) {
            (Ok(together), None) => prop_assert_eq!(together.root(), now.root()),
            (_, Some(EditError::Guard { .. })) => {}
            (Err(a), Some(b)) => prop_assert_eq!(std::mem::discriminant(&a), std::mem::discriminant(&b)),
            (together, failed) => prop_assert!(false, "{name}: {together:?} but in turn {failed:?}: {edits:?}"),
        }
    }
}

/// Bytes outside the named node are as before.
fn unchanged_outside(old: &str, new: &str, edit: &Edit, tree: &Tree) -> Result<(), TestCaseError> {
    let (start, end) = common(old, new);
    let path = edit.path();
    let Some((_, above)) = path.split_last() else { return Ok(()) };
    let block =
        node_at(tree, &above).is_some_and(|parent| parent.style() == Style::Block && !parent.is_vacant());
    let there = node_at(tree, path);
    match (edit, there) {
        (Edit::Remove { .. }, Some(_)) if block => {
            prop_assert!(start + end >= new.len(), "not only taken out");
        }
        (Edit::Insert { .. } | Edit::Set { .. }, None) if block => {
            prop_assert!(start + end >= old.len(), "not only added:\n{old}\n{new}");
        }
        (Edit::Set { node: NewNode::Value(_), .. }, Some(node)) if node.kind() == Kind::Scalar => {
            let span = node.span_with_properties();
            let line_end = old[span.end..].find('\n').map_or(old.len(), |at| span.end + at);
            prop_assert!(new.starts_with(old[..span.start].trim_end()), "changed before the value:\n{new}");
            prop_assert!(new.ends_with(&old[line_end..]), "changed behind the line:\n{new}");
        }
        _ => {}
    }
    Ok(())
}
