//! A second, independent reading of a text, to catch mistakes of the first.
//!
//! `serde_yaml` reads with libyaml, the scanner that Traefik's yaml.v3 is a port of. It walks along our tree and
//! objects wherever the two differ, so that nothing is built for the comparison.

use std::{collections::HashSet, fmt};

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use traefik_manager_core::tree::{Kind, NodeRef, Tree};

use crate::template::Masked;

/// From how many bytes on a thread of its own is worth its while.
const LARGE: usize = 64 << 10;

/// Whether libyaml reads the texts of these trees as our reader did. It takes as long as everything else that is done
/// with a large text together, so that goes on at the same time.
pub(crate) fn agrees(trees: &[&Tree], templates: bool, meanwhile: &mut dyn FnMut()) -> bool {
    let agrees = || trees.iter().all(|tree| check(tree, templates).is_ok());
    if trees.iter().map(|tree| tree.text().len()).sum::<usize>() < LARGE {
        meanwhile();
        return agrees();
    }
    std::thread::scope(|scope| match std::thread::Builder::new().spawn_scoped(scope, agrees) {
        Ok(second) => {
            meanwhile();
            second.join().unwrap_or(false)
        }
        // Where there is no room for a thread, it takes longer.
        Err(_) => {
            meanwhile();
            agrees()
        }
    })
}

/// Whether libyaml reads the tree's text as our reader did.
///
/// # Errors
/// What it objects to.
fn check(tree: &Tree, templates: bool) -> Result<(), String> {
    let masked = if templates { Masked::new(tree.text()) } else { Ok(Masked::none(tree.text())) };
    let masked = masked.map_err(|error| error.to_string())?;
    let text = masked.text.strip_prefix('\u{feff}').unwrap_or(&masked.text);
    // serde_yaml numbers anchors by how many names it has seen, so that aliases go astray in a text that uses a
    // name twice; there they are only passed.
    let mut names = HashSet::new();
    let follow = tree.anchors().all(|name| names.insert(name));
    let document = serde_yaml::Deserializer::from_str(text).next();
    match (tree.root(), document) {
        (Some(root), Some(document)) => Same { node: root, follow }.deserialize(document),
        (None, Some(document)) => Nothing.deserialize(document),
        (None, None) => Ok(()),
        (Some(_), None) => Err(serde_yaml::Error::custom("no document")),
    }
    .map_err(|error| error.to_string())
}

struct Same<'t> {
    node: NodeRef<'t>,
    follow: bool,
}

impl<'t> Same<'t> {
    fn as_well(&self, node: NodeRef<'t>) -> Self {
        Self { node, follow: self.follow }
    }
}

impl<'de> DeserializeSeed<'de> for Same<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.node.kind() {
            _ if self.node.is_alias() && !self.follow => IgnoredAny::deserialize(deserializer).map(|_| ()),
            Kind::Scalar => deserializer.deserialize_str(self),
            Kind::Sequence => deserializer.deserialize_seq(self),
            Kind::Mapping => deserializer.deserialize_map(self),
        }
    }
}

impl<'de> Visitor<'de> for Same<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} at {}", self.node.kind(), self.node.position())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        // What a template expands to is not known to either reader.
        if self.node.is_templated() || self.node.text() == text {
            Ok(())
        } else {
            Err(E::custom("another text"))
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        for item in self.node.items() {
            items.next_element_seed(self.as_well(item))?.ok_or_else(|| A::Error::custom("fewer items"))?;
        }
        match items.next_element::<IgnoredAny>()? {
            None => Ok(()),
            Some(_) => Err(A::Error::custom("more items")),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        for (key, value) in self.node.own_entries() {
            entries.next_key_seed(self.as_well(key))?.ok_or_else(|| A::Error::custom("fewer keys"))?;
            entries.next_value_seed(self.as_well(value))?;
        }
        match entries.next_key::<IgnoredAny>()? {
            None => Ok(()),
            Some(_) => Err(A::Error::custom("more keys")),
        }
    }
}

struct Nothing;

impl<'de> DeserializeSeed<'de> for Nothing {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for Nothing {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing but comments")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
}
