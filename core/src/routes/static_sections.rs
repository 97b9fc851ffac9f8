//! Sections of the static configuration changed in a text: nothing is written here.

use std::sync::Arc;

use super::{
    ChangeError, Configuration, Snapshot,
    objects::{Target, merge},
};
use crate::{
    check::{self, Finding},
    config::{
        diff::FileDiff,
        edit::{Edit, Path, Segment},
        guard,
        object::ObjectKind,
        source::check_static_root,
        value::Value,
    },
    static_config::{Fields, Origin, Place, Section, SectionChange, What, mentions},
    traefik::{name::ObjectName, reference::references},
    tree::{Kind, NodeRef, Tree},
};

/// How many users a refusal names.
const NAMED_USERS: usize = 12;

impl Configuration {
    /// A text of the static configuration, or the file's own, as it is read.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] where there is neither; [`ChangeError::Text`] and [`ChangeError::Broken`] for a text
    /// that is no mapping in YAML.
    pub fn static_tree(&self, text: Option<&str>) -> Result<Tree, ChangeError> {
        let text =
            text.map_or_else(|| self.static_file().map(|file| file.text), |text| Ok(Arc::from(text)))?;
        let tree = self.ports.static_syntax.parse(text).map_err(ChangeError::Text)?;
        check_static_root(&self.static_id()?, tree).map_err(ChangeError::Broken)
    }

    /// What Traefik would say to a text of the static configuration.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] where there is no static configuration.
    pub fn static_findings(&self, tree: &Tree) -> Result<Vec<Finding>, ChangeError> {
        let id = &self.static_id()?;
        Ok(check::check_static(check::File::of_tree(id, tree), self.snapshot().context().version))
    }

    /// What a text would change in the static configuration file.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] and [`ChangeError::Broken`] where there is none that can be read.
    pub fn static_difference(&self, text: &str) -> Result<FileDiff, ChangeError> {
        let present = self.static_file()?;
        Ok(FileDiff::between(&self.static_id()?, Some(&present.text), Some(text)))
    }

    /// What `mine` says otherwise than the `base` that it was made of, made in `theirs`: value by value, and where both
    /// have changed the same, as `mine` has it.
    ///
    /// # Errors
    /// As [`static_tree`](Self::static_tree); [`ChangeError::NotEditable`] for what cannot be made exactly.
    pub fn carried_over(&self, base: &str, mine: &str, theirs: &str) -> Result<Tree, ChangeError> {
        let [base, mine, theirs] = [base, mine, theirs].map(|text| self.static_tree(Some(text)));
        let (base, mine, theirs) = (base?, mine?, theirs?);
        let mut edits = Vec::new();
        match (base.root(), mine.root()) {
            (Some(old), Some(new)) if old.kind() == Kind::Mapping && new.kind() == Kind::Mapping => {
                merge(&mut edits, &Path::root(), old, new);
            }
            _ => return Ok(mine),
        }
        // What somebody else has taken out already need not be taken out.
        edits.retain(|edit| !matches!(edit, Edit::Remove { .. }) || has(&theirs, edit.path()));
        let file = self.static_id()?;
        guard::apply(self.ports.static_syntax.as_ref(), &theirs, &edits)
            .map_err(|source| ChangeError::NotEditable { file, source })
    }

    /// A text of the static configuration, or the file's own, with changes of sections, one after the other.
    ///
    /// # Errors
    /// As [`static_tree`](Self::static_tree); [`ChangeError::Invalid`] and [`ChangeError::Field`] for what makes no
    /// sense; [`ChangeError::Conflict`] for a section that is not what its form was filled from;
    /// [`ChangeError::InUse`] for a name that others need; [`ChangeError::NotEditable`] for a change that cannot be
    /// made exactly.
    pub fn with_sections(&self, text: Option<&str>, changes: &[SectionChange]) -> Result<Tree, ChangeError> {
        let file = self.static_id()?;
        let mut tree = self.static_tree(text)?;
        for change in changes {
            let edits = self.edits_of_section(&tree, change)?;
            tree = guard::apply(self.ports.static_syntax.as_ref(), &tree, &edits)
                .map_err(|source| ChangeError::NotEditable { file: file.clone(), source })?;
        }
        Ok(tree)
    }

    /// Who needs one of the things of the static configuration: in it, and in the dynamic files.
    ///
    /// A text stands for the static configuration; the file's own where there is none.
    ///
    /// # Errors
    /// As [`static_tree`](Self::static_tree).
    pub fn users_of_section(&self, text: Option<&str>, place: &Place) -> Result<Vec<String>, ChangeError> {
        let tree = self.static_tree(text)?;
        let mut users = users_in_files(&self.snapshot(), place);
        if let Some(name) = &place.name {
            users.extend(mentions(&tree, place.section, name).into_iter().map(|one| one.by.to_string()));
        }
        Ok(users)
    }

    fn edits_of_section(&self, tree: &Tree, change: &SectionChange) -> Result<Vec<Edit>, ChangeError> {
        let place = &change.place;
        match &change.what {
            What::Removed => {
                if place.node(tree).is_none() {
                    return Ok(Vec::new());
                }
                if !change.accepts_users {
                    not_in_use(place, self.users_of_section(Some(tree.text()), place)?)?;
                }
                Ok(vec![Edit::remove(place.path(tree))])
            }
            What::Added(yaml) => self.added(tree, place, yaml),
            What::Fields(fields) => self.edits_of_fields(tree, place, fields, change.accepts_users),
        }
    }

    fn edits_of_fields(
        &self,
        tree: &Tree,
        place: &Place,
        fields: &Fields,
        accepts_users: bool,
    ) -> Result<Vec<Edit>, ChangeError> {
        let old = match &fields.of {
            Origin::Old(name) => Place { name: place.name.as_ref().map(|_| name.clone()), ..place.clone() },
            Origin::New | Origin::Whichever => place.clone(),
        };
        let node = old.node(tree);
        if let Some(seen) = fields.version.as_deref()
            && seen != old.version(tree)
        {
            let theirs = node.map(|node| node.source().to_owned()).unwrap_or_default();
            return Err(ChangeError::Conflict { what: told(&old), theirs });
        }
        if matches!(fields.of, Origin::Old(_)) && node.is_none() {
            let is_named = place.name.is_some();
            return if is_named { Err(ChangeError::NotFound { what: told(&old) }) } else { Ok(Vec::new()) };
        }
        if node.is_none() || old != *place || fields.of == Origin::New {
            check_name(tree, place, &fields.of)?;
        }
        let root = place.section.fields().ok_or_else(|| unknown(place.section))?;
        let target = Target { root, protocol: None, base: &old.path(tree), node };
        let kept = match node {
            Some(node) if node.kind() != Kind::Mapping => Vec::new(),
            _ => vec![(Vec::new(), place.section.may_be_empty())],
        };
        let mut edits = fields.form.edits_of(self.ports.static_syntax.as_ref(), &target, kept)?;
        if let (Some(from), Some(to), Some(_)) = (&old.name, &place.name, node)
            && from != to
        {
            if !accepts_users {
                not_in_use(&old, users_in_files(&self.snapshot(), &old))?;
            }
            let carried = mentions(tree, place.section, from).into_iter();
            edits.extend(carried.map(|mention| Edit::set(mention.path, Value::text(to))));
            edits.push(Edit::Rename { path: old.path(tree), to: to.clone() });
        }
        Ok(edits)
    }

    /// The edits that add what a text says: below its name, or with the keys that lead there.
    fn added(&self, tree: &Tree, place: &Place, yaml: &str) -> Result<Vec<Edit>, ChangeError> {
        let text = yaml.replace("\r\n", "\n");
        let added = self.ports.syntax.parse(Arc::from(text)).map_err(ChangeError::Text)?;
        let nothing = || ChangeError::invalid("yaml", format!("the YAML says nothing of {}", told(place)));
        let root = added.root().filter(|root| root.kind() == Kind::Mapping).ok_or_else(nothing)?;
        let said = below(root, place);
        if said.kind() != Kind::Mapping {
            return Err(nothing());
        }
        let mut edits = Vec::new();
        add(&mut edits, &place.path(tree), place.node(tree), said);
        Ok(edits)
    }
}

/// Whether there is something at a path of keys.
fn has(tree: &Tree, path: &Path) -> bool {
    let step = |node: NodeRef<'_>, segment: &Segment| match segment {
        Segment::Key(key) => node.get(key).map(|node| node.id()),
        Segment::Index(index) => node.items().nth(*index).map(|node| node.id()),
    };
    let mut node = tree.root();
    for segment in path.segments() {
        node = node.and_then(|node| step(node, segment)).and_then(|id| tree.node(id));
    }
    node.is_some()
}

/// What a text says of a place, where it begins at the root of a file, at one of the keys on the way, or right there.
fn below<'t>(root: NodeRef<'t>, place: &Place) -> NodeRef<'t> {
    let keys: Vec<&str> = place.section.way().iter().copied().chain(place.name.as_deref()).collect();
    let from = |start: usize| {
        let mut rest = keys.iter().skip(start);
        rest.try_fold(root, |node, key| node.field(key).map(|(_, node)| node))
    };
    (0..keys.len()).find_map(from).unwrap_or(root)
}

/// Adds what `new` says to what is there; what both say alike is not touched.
fn add(edits: &mut Vec<Edit>, path: &Path, old: Option<NodeRef<'_>>, new: NodeRef<'_>) {
    let is_mapping = |node: &NodeRef<'_>| node.kind() == Kind::Mapping;
    let Some(old) = old.filter(|old| is_mapping(old) && is_mapping(&new)) else {
        if !old.is_some_and(|old| Value::from(new).matches(&old)) {
            edits.push(Edit::set(path.clone(), Value::from(new)));
        }
        return;
    };
    for (key, value) in new.entries() {
        let entry = old.field(key.text());
        let path = path.key(entry.map_or(key.text(), |(own, _)| own.text()));
        match entry {
            Some(_) if value.is_null() => edits.push(Edit::remove(path)),
            Some((_, old)) => add(edits, &path, Some(old), value),
            None if value.is_null() => {}
            None => edits.push(Edit::set(path, Value::from(value))),
        }
    }
}

fn check_name(tree: &Tree, place: &Place, of: &Origin) -> Result<(), ChangeError> {
    let Some(name) = place.name.as_deref() else { return Ok(()) };
    ObjectName::parse_new(name).map_err(|error| ChangeError::invalid("name", error.to_string()))?;
    let taken = Place::names(place.section, tree).into_iter().find(|other| other.eq_ignore_ascii_case(name));
    let is_own = |taken: &&str| matches!(of, Origin::Old(old) if old == taken);
    match taken.filter(|taken| !is_own(taken)) {
        Some(taken) => Err(ChangeError::invalid(
            "name",
            format!(
                "there is a {} `{taken}` already; choose another name",
                place.section.noun().unwrap_or_default()
            ),
        )),
        None => Ok(()),
    }
}

/// A place in a message.
fn told(place: &Place) -> String {
    if place.name.is_some() { format!("the {place}") } else { place.to_string() }
}

fn unknown(section: Section) -> ChangeError {
    ChangeError::invalid("section", format!("there is no section `{section}`"))
}

fn not_in_use(place: &Place, mut users: Vec<String>) -> Result<(), ChangeError> {
    if users.is_empty() {
        return Ok(());
    }
    let more = users.len().saturating_sub(NAMED_USERS);
    users.truncate(NAMED_USERS);
    if more > 0 {
        users.push(format!("{more} others"));
    }
    Err(ChangeError::InUse { what: told(place), users })
}

/// Who names it in the dynamic files, and among the routes that are switched off.
pub(super) fn users_in_files(snapshot: &Snapshot, place: &Place) -> Vec<String> {
    let name = place.name.as_deref().unwrap_or_default();
    let routes = |is_user: &dyn Fn(&super::Route<'_>) -> bool| -> Vec<String> {
        let users = snapshot.routes().filter(|route| is_user(route));
        users.map(|route| format!("route `{}`", route.name())).collect()
    };
    if place.section == Section::ENTRY_POINTS {
        return routes(&|route| route.entry_points().contains(&name));
    }
    if place.section == Section::RESOLVERS {
        let mut users = routes(&|route| route.tls().is_some_and(|tls| tls.cert_resolver() == name));
        let stores = snapshot.objects(ObjectKind::TlsStore).filter(|store| {
            store.node().value_of("defaultGeneratedCert").is_some_and(|node| node.text_of("resolver") == name)
        });
        users.extend(stores.map(|store| format!("TLS store `{}`", store.name())));
        return users;
    }
    if matches!(place.section.way(), ["experimental", _]) && place.name.is_some() {
        let has_it =
            |node: NodeRef<'_>| node.value_of("plugin").is_some_and(|plugins| plugins.get(name).is_some());
        let users = snapshot.objects(ObjectKind::Middleware).filter(|middleware| has_it(middleware.node()));
        return users.map(|middleware| format!("middleware `{}`", middleware.name())).collect();
    }
    if place.section == Section::FILE {
        return routes(&|route| route.is_enabled());
    }
    if place.section.is_provider() {
        return users_of_provider(snapshot, &provider(place.section));
    }
    Vec::new()
}

/// What stands behind the `@` in the names of a provider's objects.
fn provider(section: Section) -> String {
    match section.key() {
        "kubernetesIngress" => "kubernetes".to_owned(),
        key => key.to_ascii_lowercase(),
    }
}

fn users_of_provider(snapshot: &Snapshot, provider: &str) -> Vec<String> {
    let is_of = |written: &str| written.rsplit_once('@').is_some_and(|(_, of)| of == provider);
    let kinds = [ObjectKind::Router, ObjectKind::Service, ObjectKind::Middleware];
    let objects = kinds.into_iter().flat_map(|kind| snapshot.objects(kind));
    let users = objects.filter(|object| {
        let named = references(object.kind(), object.protocol(), object.node());
        named.iter().any(|reference| is_of(reference.written))
    });
    users.map(|object| format!("{} `{}`", object.kind().noun(), object.name())).collect()
}
