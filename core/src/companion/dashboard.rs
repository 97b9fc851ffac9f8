//! The tiles of the dashboard: what people have said of them (`dashboard.yml`).

use std::{collections::BTreeMap, sync::Arc};

use super::{CompanionError, Document, SmallFile, check_seen, checked_line, is_slug, text_of, version_of};
use crate::{
    config::{
        edit::{Edit, Path},
        store::ConfigSyntax,
        value::Value,
    },
    settings::api_origin,
    tree::{Kind, NodeRef, Tree},
};

const GROUPS: &str = "custom_groups";
const OVERRIDES: &str = "route_overrides";
const MAX_GROUPS: usize = 200;
const MAX_TILES: usize = 5_000;
const MAX_TEXT: usize = 200;
const MAX_URL: usize = 2_000;

/// Everything that was said of the dashboard.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Dashboard {
    /// The groups, in order.
    pub groups: Vec<Group>,
    /// What was said of a route's tile, by the route's id.
    pub tiles: BTreeMap<String, Tile>,
}

/// Tiles that stand together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Group {
    /// What people call it.
    pub name: String,
}

/// What was said of a tile; what is empty goes by the route.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Tile {
    /// The name on it.
    pub display_name: String,
    /// The name of its group.
    pub group: String,
    /// Where its icon comes from.
    pub icon: IconKind,
    /// The icon in the folder, for [`IconKind::Slug`].
    pub icon_slug: String,
    /// The address of an icon, for [`IconKind::Url`]; kept for the phone app, since pages load nothing from elsewhere.
    pub icon_url: String,
    /// Where it leads, instead of the route's own address.
    pub url: String,
    /// Whether it is left out.
    pub hidden: bool,
    /// Whether it leads nowhere.
    pub link_disabled: bool,
}

/// Where an icon comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum IconKind {
    /// From the folder, by the route's name.
    #[default]
    Auto,
    /// From the folder, by a slug.
    Slug,
    /// From an address.
    Url,
}

impl IconKind {
    /// The kind of that word in the file; what is unknown goes by the route's name.
    pub fn parse(word: &str) -> Self {
        match word {
            "slug" => Self::Slug,
            "url" => Self::Url,
            _ => Self::Auto,
        }
    }

    /// The word in the file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Slug => "slug",
            Self::Url => "url",
        }
    }
}

impl Tile {
    /// Whether this can be kept.
    fn checked(&self) -> Result<Self, CompanionError> {
        let icon_slug = self.icon_slug.trim();
        if !icon_slug.is_empty() && !is_slug(icon_slug) {
            return Err(CompanionError::invalid(
                "icon_slug",
                "an icon's name has small letters, digits and dashes",
            ));
        }
        Ok(Self {
            display_name: checked_line("display_name", &self.display_name, MAX_TEXT)?,
            group: checked_line("group", &self.group, MAX_TEXT)?,
            icon: self.icon,
            icon_slug: icon_slug.to_owned(),
            icon_url: checked_url("icon_url", &self.icon_url)?,
            url: checked_url("url", &self.url)?,
            ..*self
        })
    }

    fn read(node: &NodeRef<'_>) -> Self {
        let flag = |key| ["true", "True", "TRUE"].contains(&text_of(node, key).as_str());
        Self {
            display_name: text_of(node, "display_name"),
            group: text_of(node, "group"),
            icon: IconKind::parse(&text_of(node, "icon_type")),
            icon_slug: text_of(node, "icon_slug"),
            icon_url: text_of(node, "icon_url"),
            url: text_of(node, "url"),
            hidden: flag("hidden"),
            link_disabled: flag("link_disabled"),
        }
    }

    /// The fields in the file; what says nothing is not there.
    fn fields(&self) -> [(&'static str, Option<Value>); 8] {
        let text = |text: &str| (!text.is_empty()).then(|| Value::text(text));
        let flag = |flag: bool| flag.then_some(Value::Bool(true));
        [
            ("display_name", text(&self.display_name)),
            ("group", text(&self.group)),
            ("icon_type", (self.icon != IconKind::Auto).then(|| Value::text(self.icon.as_str()))),
            ("icon_slug", text(&self.icon_slug)),
            ("icon_url", text(&self.icon_url)),
            ("url", text(&self.url)),
            ("hidden", flag(self.hidden)),
            ("link_disabled", flag(self.link_disabled)),
        ]
    }
}

/// A link that a browser may follow from a tile.
fn checked_url(field: &'static str, url: &str) -> Result<String, CompanionError> {
    let url = checked_line(field, url, MAX_URL)?;
    if url.is_empty() || api_origin(&url).is_some() {
        return Ok(url);
    }
    Err(CompanionError::invalid(field, "an address begins with http:// or https://, followed by a host"))
}

/// The file with what was said.
#[derive(Debug, Clone)]
pub struct DashboardFile {
    document: Document,
    seen: Option<String>,
}

impl DashboardFile {
    /// The dashboard in this file, read by this syntax.
    pub fn new(file: Arc<dyn SmallFile>, syntax: Arc<dyn ConfigSyntax>) -> Self {
        Self { document: Document { file, syntax, first: "custom_groups: []\n" }, seen: None }
    }

    /// The same for somebody who has seen this version: changes are refused where there is another.
    #[must_use]
    pub fn as_seen(&self, version: Option<String>) -> Self {
        Self { seen: version, ..self.clone() }
    }

    /// Everything that was said. Blocks on the disk.
    ///
    /// # Errors
    /// [`CompanionError::Broken`]; [`CompanionError::Storage`].
    pub fn read(&self) -> Result<Dashboard, CompanionError> {
        self.parse(&self.document.read()?)
    }

    /// Makes this the whole of what is said. Keys of a tile that stays, and that this program does not know, are kept.
    /// Blocks on the disk.
    ///
    /// # Errors
    /// [`CompanionError::Invalid`] naming the field; [`CompanionError::Stale`]; and as [`read`](Self::read).
    pub fn replace(&self, wanted: &Dashboard) -> Result<(), CompanionError> {
        let wanted = wanted.checked()?;
        self.document.change(|tree| {
            let present = self.seen_in(tree)?;
            Ok((edits(tree, &present, &wanted), ()))
        })
    }

    /// Says something of one tile, and leaves the others alone; a group that it names is there afterwards. Blocks on the
    /// disk.
    ///
    /// # Errors
    /// As [`replace`](Self::replace).
    pub fn set_tile(&self, route: &str, tile: &Tile) -> Result<(), CompanionError> {
        self.document.change(|tree| {
            let present = self.seen_in(tree)?;
            let mut wanted = present.clone();
            wanted.tiles.insert(route.to_owned(), tile.clone());
            let group = tile.group.trim();
            if !group.is_empty() && !wanted.groups.iter().any(|other| other.name == group) {
                wanted.groups.push(Group { name: group.to_owned() });
            }
            let wanted = wanted.checked()?;
            Ok((edits(tree, &present, &wanted), ()))
        })
    }

    /// Names the groups, in order. Blocks on the disk.
    ///
    /// # Errors
    /// As [`replace`](Self::replace).
    pub fn set_groups(&self, groups: &[Group]) -> Result<(), CompanionError> {
        self.document.change(|tree| {
            let present = self.seen_in(tree)?;
            let wanted = Dashboard { groups: groups.to_vec(), ..present.clone() }.checked()?;
            Ok((edits(tree, &present, &wanted), ()))
        })
    }

    /// What is said now, for a change of what was seen.
    fn seen_in(&self, tree: &Tree) -> Result<Dashboard, CompanionError> {
        let present = self.parse(tree)?;
        check_seen(self.seen.as_deref(), &present)?;
        Ok(present)
    }

    fn parse(&self, tree: &Tree) -> Result<Dashboard, CompanionError> {
        let part = |key: &str, kind: Kind, what: &str| {
            let node = tree.root().and_then(|root| root.get(key)).filter(|node| !node.is_null());
            match node {
                Some(node) if node.kind() != kind => {
                    Err(self.document.broken(format!("`{key}` must be {what}")))
                }
                node => Ok(node),
            }
        };
        let groups = part(GROUPS, Kind::Sequence, "a list")?;
        let tiles = part(OVERRIDES, Kind::Mapping, "keys and values")?;
        let group = |item: NodeRef<'_>| {
            // A bare name is what somebody writes by hand.
            let name =
                if item.kind() == Kind::Mapping { text_of(&item, "name") } else { item.text().to_owned() };
            Group { name }
        };
        Ok(Dashboard {
            groups: groups.into_iter().flat_map(|list| list.items()).map(group).collect(),
            tiles: tiles
                .into_iter()
                .flat_map(|tiles| tiles.entries())
                .map(|(id, tile)| (id.text().to_owned(), Tile::read(&tile)))
                .collect(),
        })
    }
}

impl Dashboard {
    /// What tells it from other ones, to be named by whoever changes it.
    pub fn version(&self) -> String {
        version_of(self)
    }

    fn checked(&self) -> Result<Self, CompanionError> {
        if self.groups.len() > MAX_GROUPS || self.tiles.len() > MAX_TILES {
            let reason = format!("there may be {MAX_GROUPS} groups and {MAX_TILES} tiles");
            return Err(CompanionError::invalid(GROUPS, reason));
        }
        let mut groups: Vec<Group> = Vec::new();
        for group in &self.groups {
            let name = checked_line("name", &group.name, MAX_TEXT)?;
            if name.is_empty() {
                return Err(CompanionError::invalid("name", "a group needs a name"));
            }
            if !groups.iter().any(|other| other.name == name) {
                groups.push(Group { name });
            }
        }
        let mut tiles = BTreeMap::new();
        for (id, tile) in &self.tiles {
            let id = checked_line(OVERRIDES, id, 1_000)?;
            tiles.insert(id, tile.checked()?);
        }
        Ok(Self { groups, tiles })
    }
}

fn edits(tree: &Tree, present: &Dashboard, wanted: &Dashboard) -> Vec<Edit> {
    let mut edits = Vec::new();
    let root = Path::root();
    if present.groups != wanted.groups {
        let group = |group: &Group| Value::map([("name", Value::text(group.name.as_str()))]);
        edits.push(Edit::set(root.key(GROUPS), Value::List(wanted.groups.iter().map(group).collect())));
    }
    let nothing = Tile::default().fields();
    let node = |id: &str| tree.root().and_then(|root| root.get(OVERRIDES)?.get(id));
    for (id, old) in &present.tiles {
        let place = root.key(OVERRIDES).key(id);
        match wanted.tiles.get(id) {
            None => edits.push(Edit::remove(place)),
            Some(new) if new == old => {}
            // What says nothing any more has to be written anew as an empty mapping.
            Some(new) if new.fields() == nothing => edits.push(Edit::set(place, Value::Map(Vec::new()))),
            Some(new) => {
                let is_map = node(id).is_some_and(|node| node.kind() == Kind::Mapping);
                if is_map {
                    leaves(&mut edits, &place, old, new, node(id));
                } else {
                    edits.push(whole(place, new));
                }
            }
        }
    }
    let added = wanted.tiles.iter().filter(|(id, _)| !present.tiles.contains_key(*id));
    edits.extend(added.map(|(id, tile)| whole(root.key(OVERRIDES).key(id), tile)));
    edits
}

fn whole(place: Path, tile: &Tile) -> Edit {
    Edit::set(place, Value::map(tile.fields().into_iter().filter_map(|(key, value)| Some((key, value?)))))
}

/// The edits of single leaves: what is set first, so that the mapping never is without any.
fn leaves(edits: &mut Vec<Edit>, place: &Path, old: &Tile, new: &Tile, node: Option<NodeRef<'_>>) {
    let mut gone = Vec::new();
    for ((key, before), (_, after)) in old.fields().into_iter().zip(new.fields()) {
        match after {
            _ if before == after => {}
            Some(value) => edits.push(Edit::set(place.key(key), value)),
            None if node.is_some_and(|node| node.get(key).is_some()) => {
                gone.push(Edit::remove(place.key(key)));
            }
            None => {}
        }
    }
    edits.extend(gone);
}
