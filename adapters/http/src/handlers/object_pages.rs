//! The pages of the objects: one set of handlers for every kind.

use traefik_manager_core::{
    config::object::{ObjectKind, ObjectRef},
    routes::{ObjectId, ServiceForm},
    traefik::Protocol,
};

use crate::{
    call::{Call, Dialect},
    failure::Failure,
    pages::{
        layout::Frame,
        object_form::{self as forms, Content, Values},
        objects as pages, service_form,
    },
    reply::Reply,
    shelf::{Shelf, kind_of, protocol_of, words},
    starts::{START_PAGE, StartKind, starts},
};

use super::{files::unix_lines, objects};

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
            let title = words.as_ref().map(|words| if S::KINDS.len() > 1 { "TLS" } else { words.many });
            (title.unwrap_or_default(), words.map(|words| words.tab), pages::content(&shown))
        })
        .await?;
    Ok(frame.reply(title, tab.unwrap_or(crate::pages::layout::Tab::Routes), &content))
}

/// The form of a new one.
pub(crate) async fn new_form<S: Shelf>(call: Call) -> Result<Reply, Failure> {
    let kind = kind_of::<S>(&call)?;
    let wanted = call.query.trimmed(START_PAGE)?;
    let start = starts(kind).iter().find(|start| start.id == wanted).or(starts(kind).first());
    let protocol = start.map_or(Protocol::Http, |start| start.protocol);
    let values = Values {
        kind,
        protocol: (kind.protocols() != [None]).then_some(protocol),
        edit_of: None,
        original_file: String::new(),
        version: String::new(),
        name: String::new(),
        file: String::new(),
        new_file: String::new(),
        content: match start.map(|start| &start.kind) {
            Some(StartKind::LoadBalancer) => Content::Service(service_form::Values::fresh(false)),
            Some(StartKind::Weighted) => Content::Service(service_form::Values::fresh(true)),
            Some(StartKind::Yaml(yaml)) => Content::Yaml((*yaml).to_owned()),
            None => Content::Yaml(String::new()),
        },
        start: start.map(|start| start.id).unwrap_or_default().to_owned(),
    };
    show(&call, values, None).await
}

/// The form of one that is there: a form where there is one for it, unless YAML is asked for.
pub(crate) async fn edit_form<S: Shelf>(call: Call) -> Result<Reply, Failure> {
    let id = named::<S>(&call)?;
    let configuration = call.app.manager().configuration();
    let snapshot = configuration.snapshot();
    let object = snapshot.object(&id, Some(call.query.trimmed("version")?))?;
    let as_form = object.kind() == ObjectKind::Service
        && ServiceForm::can_edit(&object)
        && call.query.trimmed("as")? != "yaml";
    let content = match object.protocol().filter(|_| as_form) {
        Some(protocol) => Content::Service(service_form::Values::of(&object, protocol)),
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
    show(&call, values, None).await
}

/// The object that a query names.
fn named<S: Shelf>(call: &Call) -> Result<ObjectId, Failure> {
    let kind = kind_of::<S>(call)?;
    let protocol = protocol_of(kind, call.query.trimmed("protocol")?)?;
    let name = call.query.text("name")?.unwrap_or_default();
    let file = Some(call.query.trimmed("file")?.to_owned()).filter(|file| !file.is_empty());
    Ok(ObjectId { object: ObjectRef::new(protocol, kind, name), file })
}

async fn show(call: &Call, values: Values, failure: Option<Failure>) -> Result<Reply, Failure> {
    let mut frame = Frame::of(call).await;
    let configuration = call.app.manager().configuration();
    let snapshot = configuration.snapshot();
    let present = values.edit_of.as_ref().map(|name| ObjectId {
        object: ObjectRef::new(values.protocol, values.kind, name),
        file: Some(values.original_file.clone()),
    });
    let has_form = values.kind == ObjectKind::Service
        && present
            .and_then(|id| snapshot.object(&id, None).ok())
            .is_some_and(|object| ServiceForm::can_edit(&object));
    let content = forms::content(&forms::ObjectFormPage {
        values: &values,
        snapshot: &snapshot,
        can_create_files: configuration.can_create_files(),
        has_form,
        failure: failure.as_ref(),
        csrf: &frame.csrf,
    });
    if values.edit_of.is_some() {
        frame = frame.narrow();
    }
    if let Some(failure) = failure {
        frame = frame.refusing(failure);
    }
    let words = words(values.kind);
    let new = format!("Add {}", words.one);
    let title = values.edit_of.as_deref().map_or(new.as_str(), pages::shown_name);
    Ok(frame.reply(title, words.tab, &content))
}

/// Saves, and shows the form again where that was refused.
pub(crate) async fn save<S: Shelf>(call: Call) -> Result<Reply, Failure> {
    let kind = kind_of::<S>(&call)?;
    if call.edits_again()? {
        return show(&call, typed(&call, kind)?, None).await;
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
            show(&call, values, Some(failure)).await
        }
        Err(failure) => Err(failure),
    }
}

fn typed(call: &Call, kind: ObjectKind) -> Result<Values, Failure> {
    let text = |name: &str| Ok::<_, Failure>(call.fields.text(name)?.unwrap_or_default().to_owned());
    let is_form = call.fields.has("server") || call.fields.has("child");
    Ok(Values {
        kind,
        protocol: protocol_of(kind, call.fields.trimmed("protocol")?)?,
        edit_of: call.fields.text("originalName")?.map(str::to_owned),
        original_file: text("originalFile")?,
        version: text("version")?,
        name: text("name")?,
        file: text("configFile")?,
        new_file: text("newFile")?,
        content: if is_form {
            Content::Service(service_form::Values::typed(&call.fields)?)
        } else {
            Content::Yaml(unix_lines(&text("yaml")?))
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
    Ok(frame.reply(&format!("Delete {}", words.one), words.tab, &content))
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
