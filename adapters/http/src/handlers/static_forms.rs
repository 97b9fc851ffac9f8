//! Sections of the static configuration through forms: what is typed goes to what is pending.

use hyper::StatusCode;
use traefik_manager_core::{
    check::{self, Finding, Level, TraefikVersion},
    config::edit::Segment,
    routes::{ChangeError, Configuration, FieldsForm},
    static_config::{self, DraftChange, Origin, Place, Section, SectionChange},
    tree::Tree,
};

use crate::{
    about::{DNS_PROVIDERS, Names},
    call::{Call, Dialect},
    failure::Failure,
    fields::Fields,
    filled::{self, Filled},
    outline::Outline,
    pages::{
        layout::{Frame, Tab},
        static_form as pages,
    },
    reply::{self, Reply},
    words::t,
};

use super::{
    files::unix_lines,
    static_file::unread,
    static_pages::{is_text_only, kept, seen},
    static_section::ACCEPTS_USED,
};

/// What a form is about.
struct Asked {
    section: Section,
    /// The name that it has; nothing for a new thing, and for a section that there is once.
    old: Option<String>,
}

impl Asked {
    fn of(fields: &Fields, old: &str) -> Result<Self, Failure> {
        let section = Section::find(fields.trimmed("section")?)
            .ok_or_else(|| Failure::not_found("there is no such section"))?;
        let old = section.noun().and(fields.text(old)?).filter(|name| !name.is_empty());
        Ok(Self { section, old: old.map(str::to_owned) })
    }

    /// Where it stands now; a new thing nowhere.
    fn place(&self) -> Option<Place> {
        match (self.section.noun(), &self.old) {
            (None, _) => Some(Place::once(self.section)),
            (Some(_), Some(name)) => Some(Place::named(self.section, name)),
            (Some(_), None) => None,
        }
    }
}

pub(crate) async fn form(call: Call) -> Result<Reply, Failure> {
    let asked = Asked::of(&call.query, "name")?;
    show(&call, &asked, None, None).await
}

/// What somebody typed, and why it was not kept.
struct Typed {
    name: String,
    filled: Filled,
}

async fn show(
    call: &Call,
    asked: &Asked,
    typed: Option<Typed>,
    failure: Option<Failure>,
) -> Result<Reply, Failure> {
    let (draft, _) = seen(call).await?;
    let configuration = call.app.manager().configuration();
    let snapshot = configuration.snapshot();
    let tree = configuration.static_tree(Some(&draft.text))?;
    let place = asked.place();
    let node = place.as_ref().and_then(|place| place.node(&tree));
    if is_text_only(configuration) {
        let line = node.map(|node| format!("?line={}", node.position().line)).unwrap_or_default();
        return Ok(reply::see_other(&format!("/static/raw{line}")));
    }
    if asked.old.is_some() && node.is_none() {
        return Err(Failure::not_found("there is nothing of that name"));
    }
    let outline = Outline::of_section(asked.section, snapshot.running().version)
        .ok_or_else(|| Failure::not_found("there is no such section"))?;
    let mut frame = Frame::of(call).await;
    let unread = unread(call, &frame.live).await;
    let findings = match &place {
        Some(place) => findings_of(configuration, &tree, place)?,
        None => Vec::new(),
    };
    let (name, filled) = match typed {
        Some(Typed { name, filled }) => (name, filled),
        None => (asked.old.clone().unwrap_or_default(), Filled::of_node(&outline, node)),
    };
    let content = pages::content(&pages::SectionPage {
        section: asked.section,
        old: asked.old.as_deref(),
        name: &name,
        is_there: node.is_some(),
        seen: &place.as_ref().map(|place| place.version(&tree)).unwrap_or_default(),
        line: node.map(|node| node.position().line),
        outline: &outline,
        filled: &filled,
        findings: &findings,
        names: &|names| names_of(&tree, names),
        accepts: matches!(failure.as_ref().map(Failure::status), Some(StatusCode::CONFLICT)),
        failure: failure.as_ref(),
        unread: unread.as_ref(),
        csrf: &frame.csrf,
    });
    frame = frame.narrow();
    if let Some(failure) = failure {
        frame = frame.refusing(failure);
    }
    let title = pages::title(asked.section, asked.old.as_deref());
    Ok(frame.reply(title, Tab::Static, &content))
}

/// What may stand in a field that names something.
fn names_of(tree: &Tree, names: Names) -> Vec<String> {
    let of = |section| Place::names(section, tree).into_iter().map(str::to_owned).collect();
    match names {
        Names::EntryPoints => of(Section::ENTRY_POINTS),
        Names::Resolvers => of(Section::RESOLVERS),
        Names::DnsProviders => DNS_PROVIDERS.iter().map(|provider| provider.code.to_owned()).collect(),
        Names::Services | Names::Middlewares | Names::Transports => Vec::new(),
    }
}

/// What Traefik would say to what stands in a place, with the paths from there.
fn findings_of(configuration: &Configuration, tree: &Tree, place: &Place) -> Result<Vec<Finding>, Failure> {
    let found = configuration.static_findings(tree)?;
    Ok(found.into_iter().filter(|finding| is_in(finding, place)).collect())
}

fn is_in(finding: &Finding, place: &Place) -> bool {
    let mut segments = finding.path.segments().iter();
    let mut is_next = |wanted: &str, exactly: bool| match segments.next() {
        Some(Segment::Key(key)) => key == wanted || (!exactly && key.eq_ignore_ascii_case(wanted)),
        _ => false,
    };
    place.section.way().iter().all(|key| is_next(key, false))
        && place.name.as_deref().is_none_or(|name| is_next(name, true))
}

/// Refuses what only a file with forms can have done to it.
fn by_fields(call: &Call) -> Result<(), Failure> {
    call.for_this_host()?;
    if !is_text_only(call.app.manager().configuration()) {
        return Ok(());
    }
    let message = "the static configuration is written in TOML, which is edited as a text; edit it there";
    Err(Failure::new(StatusCode::CONFLICT, message))
}

pub(crate) async fn submit(call: Call) -> Result<Reply, Failure> {
    by_fields(&call)?;
    let asked = Asked::of(&call.fields, "originalName")?;
    let (_, is_pending) = seen(&call).await?;
    match keep(&call, &asked).await {
        Ok(is_change) => kept(&call, is_change, is_pending),
        Err(failure) if call.dialect != Dialect::Page => Err(failure),
        Err(failure) => {
            let version = call.app.manager().configuration().snapshot().running().version;
            let outline = Outline::of_section(asked.section, version)
                .ok_or_else(|| Failure::not_found("there is no such section"))?;
            let typed = Typed {
                name: call.fields.trimmed("name")?.to_owned(),
                filled: Filled::typed(&outline, &call.fields)?,
            };
            show(&call, &asked, Some(typed), Some(failure)).await
        }
    }
}

async fn keep(call: &Call, asked: &Asked) -> Result<bool, Failure> {
    let outline = Outline::of_section(asked.section, TraefikVersion::NEWEST)
        .ok_or_else(|| Failure::not_found("there is no such section"))?;
    let form = FieldsForm { variety: None, fields: filled::inputs(&outline, &call.fields)? };
    let place = match asked.section.noun() {
        None => Place::once(asked.section),
        Some(noun) => match call.fields.trimmed("name")? {
            "" => return Err(Failure::bad_request(format!("give the {noun} a name")).in_field("name")),
            name => Place::named(asked.section, name),
        },
    };
    let of = match (&asked.old, asked.section.noun()) {
        (Some(old), _) => Origin::Old(old.clone()),
        (None, Some(_)) => Origin::New,
        (None, None) => Origin::Whichever,
    };
    let version =
        asked.place().is_some().then(|| call.fields.trimmed("seen").map(str::to_owned)).transpose()?;
    let accepts = call.fields.flag(ACCEPTS_USED, false)?;
    let what = DraftChange::Set(place.clone());
    let change =
        SectionChange::fields(place, static_config::Fields { form, of, version }).accepting_users(accepts);
    pend(call, what, change).await
}

/// Keeps a change of a section among what is pending, unless Traefik would not start for it.
async fn pend(call: &Call, what: DraftChange, change: SectionChange) -> Result<bool, Failure> {
    let work = move |configuration: &Configuration, before: &str| {
        let old = configuration.static_findings(&configuration.static_tree(Some(before))?)?;
        let tree = configuration.with_sections(Some(before), std::slice::from_ref(&change))?;
        let new = configuration.static_findings(&tree)?;
        let findings: Vec<Finding> = check::newly_broken(&old, &new).into_iter().cloned().collect();
        if findings.iter().any(|finding| finding.level == Level::Error) {
            return Err(ChangeError::WouldBreak { findings });
        }
        Ok(tree)
    };
    call.app.drafts().change(call, what, work).await
}

/// Asks before a section goes.
pub(crate) async fn confirm_removal(call: Call) -> Result<Reply, Failure> {
    let asked = Asked::of(&call.query, "name")?;
    let place = removable(&asked)?;
    let (draft, _) = seen(&call).await?;
    let of = place.clone();
    let users =
        call.block(move |manager| manager.configuration().users_of_section(Some(&draft.text), &of)).await??;
    let frame = Frame::of(&call).await.narrow();
    let content = pages::confirm_removal(&place, &users, &frame.csrf);
    Ok(frame.reply(t!("remove"), Tab::Static, &content))
}

pub(crate) async fn remove(call: Call) -> Result<Reply, Failure> {
    by_fields(&call)?;
    let asked = Asked::of(&call.fields, "name")?;
    let place = removable(&asked)?;
    let (_, is_pending) = seen(&call).await?;
    let what = DraftChange::Removed(place.clone());
    let accepts = call.fields.flag(ACCEPTS_USED, false)?;
    let is_change = pend(&call, what, SectionChange::remove(place).accepting_users(accepts)).await?;
    kept(&call, is_change, is_pending)
}

/// What may be taken away as a whole: not what holds other sections.
fn removable(asked: &Asked) -> Result<Place, Failure> {
    let place = asked.place().filter(|place| !place.section.holds_sections());
    place.ok_or_else(|| Failure::field("section", "cannot be removed as a whole; edit the YAML"))
}

/// Adds the plugins of a text from the catalogue.
pub(crate) async fn paste(call: Call) -> Result<Reply, Failure> {
    by_fields(&call)?;
    let yaml = unix_lines(call.fields.text("yaml")?.unwrap_or_default());
    let (_, is_pending) = seen(&call).await?;
    let result = if yaml.trim().is_empty() {
        Err(Failure::field("yaml", "must hold what the catalogue says"))
    } else {
        pend(&call, DraftChange::Plugins, SectionChange::add(Place::once(Section::PLUGINS), yaml)).await
    };
    match result {
        Ok(is_change) => kept(&call, is_change, is_pending),
        Err(failure) if call.dialect != Dialect::Page => Err(failure),
        Err(failure) => {
            let asked = Asked { section: Section::PLUGINS, old: None };
            show(&call, &asked, None, Some(failure)).await
        }
    }
}
