//! The pages of the objects: one set of handlers for every kind.

use maud::Render;
use traefik_manager_core::{
    config::object::{ObjectKind, ObjectRef},
    routes::{Object, ObjectId, Snapshot},
    traefik::Protocol,
    tree::Tree,
};

use crate::{
    call::{Call, Dialect},
    failure::Failure,
    filled::{FORM, Filled},
    outline::{Outline, varieties},
    pages::{
        editor::{self, OBJECT_STEPS},
        layout::Frame,
        object_form::{self as forms, Content, Values},
        objects as pages, phrases,
    },
    reply::Reply,
    shelf::{Shelf, kind_of, protocol_of, words},
    starts::{START_PAGE, start},
    words::message,
};

use super::{files::unix_lines, objects, template_pages};

/// The list.
pub(crate) async fn page<S: Shelf>(call: Call) -> Result<Reply, Failure> {
    let frame = Frame::of(&call).await;
    let view = call.app.views().present(call.app.manager()).await?;
    let query = pages::Query {
        text: call.query.trimmed("q")?.to_owned(),
        unused: call.query.trimmed("state")? == "unused",
        page: call.query.trimmed("page")?.parse().unwrap_or(1),
    };
    let live = std::sync::Arc::clone(&frame.live);
    let (title, tab, content) = call
        .block(move |_| {
            let shown = pages::ObjectsPage { kinds: S::KINDS, view: &view, query: &query, live: &live };
            let words = S::KINDS.first().map(|kind| words(*kind));
            let title =
                words.as_ref().map(|words| if S::KINDS.len() > 1 { message!("tls") } else { words.many });
            (title.unwrap_or(message!("tls")), words.map(|words| words.tab), pages::content(&shown))
        })
        .await?;
    Ok(frame.reply(title, tab.unwrap_or(crate::pages::layout::Tab::Routes), &content))
}

/// The form of a new one.
pub(crate) async fn new_form<S: Shelf>(call: Call) -> Result<Reply, Failure> {
    let kind = kind_of::<S>(&call)?;
    let configuration = call.app.manager().configuration();
    let version = configuration.snapshot().running().version;
    let wanted = call.query.trimmed(START_PAGE)?;
    let asked = Protocol::parse(call.query.trimmed("protocol")?);
    let variety = |protocol| varieties(kind, protocol, version).find(|field| field.name == wanted);
    let named = asked.and_then(variety).or_else(|| variety(Protocol::Http));
    let own = template_pages::named(&call, kind, wanted).await;
    let start = start(kind, wanted).filter(|start| own.is_none() && (start.id == wanted || named.is_none()));
    let (protocol, id, suggested, yaml) = match (start, named) {
        _ if let Some(own) = &own => (asked.unwrap_or(Protocol::Http), wanted, "", own.yaml.as_str()),
        (Some(start), _) => (start.protocol, start.id, start.suggested, start.yaml),
        (None, Some(field)) => (asked.unwrap_or(Protocol::Http), field.name, "", ""),
        (None, None) => (Protocol::Http, "", "", ""),
    };
    let tree = configuration.read_text(yaml);
    let root = tree.as_ref().and_then(Tree::root);
    let said = root.and_then(|root| root.own_entries().next()).map(|(key, _)| key.text());
    let variety = match start {
        Some(start) if start.variety.is_empty() => said.unwrap_or_default(),
        Some(start) => start.variety,
        None if own.is_some() => said.unwrap_or_default(),
        None => id,
    };
    let protocol = (kind.protocols() != [None]).then_some(protocol);
    let outline = Outline::of(kind, protocol, Some(variety), version);
    let has_form = outline.is_some();
    let content = match outline.filter(|_| call.query.trimmed("as") != Ok("yaml")) {
        Some(outline) => {
            let filled = root.map_or_else(Filled::default, |root| Filled::of(&outline, root));
            Content::Fields(outline, filled)
        }
        None if yaml.is_empty() && !variety.is_empty() => Content::Yaml(format!("{variety}:\n  ")),
        None => Content::Yaml(yaml.to_owned()),
    };
    let values = Values {
        kind,
        protocol,
        edit_of: None,
        original_file: String::new(),
        version: String::new(),
        name: suggested.to_owned(),
        file: String::new(),
        new_file: String::new(),
        content,
        start: id.to_owned(),
    };
    show(&call, values, has_form, None).await
}

/// The form of one that is there: a form where there is one for it, unless YAML is asked for.
pub(crate) async fn edit_form<S: Shelf>(call: Call) -> Result<Reply, Failure> {
    let id = named::<S>(&call)?;
    let configuration = call.app.manager().configuration();
    let snapshot = configuration.snapshot();
    let object = snapshot.object(&id, Some(call.query.trimmed("version")?))?;
    let outline = outline_of(&object, &snapshot);
    let has_form = outline.is_some();
    let content = match outline.filter(|_| call.query.trimmed("as") != Ok("yaml")) {
        Some(outline) => {
            let filled = Filled::of(&outline, object.node());
            Content::Fields(outline, filled)
        }
        None => Content::Yaml(configuration.object_text(&object)?),
    };
    let values = Values {
        kind: object.kind(),
        protocol: object.protocol(),
        edit_of: Some(object.name().to_owned()),
        original_file: object.file().as_str().to_owned(),
        version: object.version(),
        name: object.name().to_owned(),
        file: object.file().as_str().to_owned(),
        new_file: String::new(),
        content,
        start: String::new(),
    };
    show(&call, values, has_form, None).await
}

/// The form of an object; `None` where only YAML can say it.
fn outline_of(object: &Object<'_>, snapshot: &Snapshot) -> Option<Outline> {
    if !object.has_form() {
        return None;
    }
    Outline::of(object.kind(), object.protocol(), object.form_variety(), snapshot.running().version)
}

/// The object that a query names.
fn named<S: Shelf>(call: &Call) -> Result<ObjectId, Failure> {
    let kind = kind_of::<S>(call)?;
    let protocol = protocol_of(kind, call.query.trimmed("protocol")?)?;
    let name = call.query.text("name")?.unwrap_or_default();
    let file = Some(call.query.trimmed("file")?.to_owned()).filter(|file| !file.is_empty());
    Ok(ObjectId { object: ObjectRef::new(protocol, kind, name), file })
}

async fn show(
    call: &Call,
    values: Values,
    has_form: bool,
    failure: Option<Failure>,
) -> Result<Reply, Failure> {
    let mut frame = Frame::of(call).await;
    let configuration = call.app.manager().configuration();
    let snapshot = configuration.snapshot();
    let state = values.edit_of.as_ref().map(|name| {
        let object = ObjectRef::new(values.protocol, values.kind, name);
        frame.live.state(&object)
    });
    let marks = match &values.content {
        Content::Yaml(text) => editor::marks(configuration, failure.as_ref(), text, OBJECT_STEPS),
        Content::Fields(..) => Vec::new(),
    };
    let own =
        if values.edit_of.is_none() { template_pages::kept(call, values.kind).await } else { Vec::new() };
    let content = forms::content(&forms::ObjectFormPage {
        values: &values,
        snapshot: &snapshot,
        can_create_files: configuration.can_create_files(),
        has_form,
        own: &own,
        state,
        schema: &editor::address(configuration),
        version: snapshot.running().version,
        marks: &marks,
        failure: failure.as_ref(),
        csrf: &frame.csrf,
    });
    if values.edit_of.is_some() {
        frame = frame.narrow();
    }
    if let Some(failure) = failure {
        frame = frame.refusing(failure);
    }
    let title = match values.edit_of.as_deref() {
        Some(name) => pages::shown_name(name).render(),
        None => phrases::adding_one(values.kind).render(),
    };
    Ok(frame.reply(title, words(values.kind).tab, &content))
}

/// Saves, and shows the form again where that was refused.
pub(crate) async fn save<S: Shelf>(call: Call) -> Result<Reply, Failure> {
    let kind = kind_of::<S>(&call)?;
    if call.edits_again()? {
        let values = typed(&call, kind)?;
        let has_form = has_form(&call, &values);
        return show(&call, values, has_form, None).await;
    }
    match objects::write(&call, kind).await {
        Ok((_, outcome)) => {
            let code = if outcome.is_unchanged() { "unchanged" } else { "saved" };
            let to = format!("{}?done={code}", words(kind).page);
            let message = format!("{} `{}` is saved", kind.noun(), outcome.changed.name);
            outcome.reply(&call, words(kind).tab, &to, &message).await
        }
        Err(failure) if call.dialect == Dialect::Page => {
            let mut values = typed(&call, kind)?;
            if let (Some(_), Some(name)) = (failure.theirs(), &values.edit_of) {
                // Whoever saves again has seen what somebody else has made of it.
                let file = Some(values.original_file.clone()).filter(|file| !file.is_empty());
                let id = ObjectId { object: ObjectRef::new(values.protocol, kind, name), file };
                let snapshot = call.app.manager().configuration().snapshot();
                values.version = snapshot.object(&id, None)?.version();
            }
            let has_form = has_form(&call, &values);
            show(&call, values, has_form, Some(failure)).await
        }
        Err(failure) => Err(failure),
    }
}

/// Whether what somebody typed can be edited as a form, too.
fn has_form(call: &Call, values: &Values) -> bool {
    let snapshot = call.app.manager().configuration().snapshot();
    let Some(name) = &values.edit_of else { return false };
    let object = ObjectRef::new(values.protocol, values.kind, name);
    let id = ObjectId { object, file: Some(values.original_file.clone()) };
    snapshot.object(&id, None).is_ok_and(|object| object.has_form())
}

fn typed(call: &Call, kind: ObjectKind) -> Result<Values, Failure> {
    let text = |name: &str| Ok::<_, Failure>(call.fields.text(name)?.unwrap_or_default().to_owned());
    let protocol = protocol_of(kind, call.fields.trimmed("protocol")?)?;
    let version = call.app.manager().configuration().snapshot().running().version;
    let outline = match call.fields.trimmed(FORM)? {
        "" => None,
        variety => Outline::of(kind, protocol, Some(variety), version),
    };
    Ok(Values {
        kind,
        protocol,
        edit_of: call.fields.text("originalName")?.map(str::to_owned),
        original_file: text("originalFile")?,
        version: text("version")?,
        name: text("name")?,
        file: text("configFile")?,
        new_file: text("newFile")?,
        content: match outline {
            Some(outline) => {
                let filled = Filled::typed(&outline, &call.fields)?;
                Content::Fields(outline, filled)
            }
            None => Content::Yaml(unix_lines(&text("yaml")?)),
        },
        start: String::new(),
    })
}

/// Asks before one is gone.
pub(crate) async fn confirm_delete<S: Shelf>(call: Call) -> Result<Reply, Failure> {
    let id = named::<S>(&call)?;
    let version = call.query.trimmed("version")?.to_owned();
    let (snapshot, deletion) = {
        let (id, version) = (id.clone(), version.clone());
        call.block(move |manager| {
            let configuration = manager.configuration();
            configuration.deletion(&id, Some(&version)).map(|found| (configuration.snapshot(), found))
        })
        .await??
    };
    let object = snapshot.object(&id, Some(&version))?;
    let frame = Frame::of(&call).await.narrow();
    let words = words(object.kind());
    let content = pages::confirm_delete(&object, &deletion, &frame.csrf);
    Ok(frame.reply(phrases::deleting(object.kind()), words.tab, &content))
}

/// Deletes one, as it was shown.
pub(crate) async fn delete<S: Shelf>(call: Call) -> Result<Reply, Failure> {
    let kind = kind_of::<S>(&call)?;
    let name = call.fields.text("name")?.unwrap_or_default().to_owned();
    let outcome = objects::remove(&call, objects::id_of(kind, &name, &call.fields)?, &call.fields).await?;
    let to = format!("{}?done=deleted", words(kind).page);
    let message = format!("{} `{}` is deleted", kind.noun(), outcome.changed.name);
    outcome.reply(&call, words(kind).tab, &to, &message).await
}
