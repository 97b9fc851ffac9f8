//! From a form or a JSON object to an object as somebody wants it.

use traefik_manager_core::{
    config::object::{ObjectKind, ObjectRef},
    routes::{FieldInput, FieldsForm, ObjectContent, ObjectForm, ObjectId, Typed, Written},
};

use crate::{
    failure::Failure,
    fields::Fields,
    filled,
    handlers::files::unix_lines,
    shelf::{protocol_of, words},
};

/// Reads the fields of a save.
///
/// # Errors
/// 400 with the field that makes no sense.
pub(crate) fn read(fields: &Fields, kind: ObjectKind) -> Result<ObjectForm, Failure> {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let protocol = protocol_of(kind, fields.trimmed("protocol")?)?;
    let name = fields.trimmed("name")?;
    if name.is_empty() && kind != ObjectKind::TlsCertificate {
        return Err(Failure::bad_request(format!("give {} a name", words(kind).one)).in_field("name"));
    }
    // A certificate's old name may be empty.
    let original = fields
        .text("originalName")?
        .filter(|name| !name.is_empty() || (kind == ObjectKind::TlsCertificate && fields.has("version")));
    let edit_of = match original {
        Some(name) => Some(ObjectId {
            object: ObjectRef::new(protocol, kind, name),
            file: some(fields.trimmed("originalFile")?),
        }),
        None => None,
    };
    let file = match fields.trimmed("newFile")? {
        "" => fields.trimmed("configFile")?,
        new => new,
    };
    Ok(ObjectForm {
        object: ObjectRef::new(protocol, kind, name),
        content: content(fields, kind, edit_of.is_some())?,
        edit_of,
        file: some(file),
        version: some(fields.trimmed("version")?),
    })
}

fn content(fields: &Fields, kind: ObjectKind, is_edit: bool) -> Result<ObjectContent, Failure> {
    if let Some(yaml) = fields.text("yaml")? {
        let yaml = unix_lines(yaml);
        if yaml.trim().is_empty() {
            let message = format!("say in YAML what the {} is", kind.noun());
            return Err(Failure::bad_request(message).in_field("yaml"));
        }
        return Ok(ObjectContent::Text(yaml));
    }
    let protocol = protocol_of(kind, fields.trimmed("protocol")?)?;
    let mut form = filled::read(fields, kind, protocol)?;
    if kind == ObjectKind::TlsOptions {
        client_auth(fields, &mut form)?;
    }
    match form {
        Some(form) => Ok(ObjectContent::Fields(form)),
        None if is_edit => Ok(ObjectContent::AsWritten),
        None => {
            Err(Failure::bad_request(format!("say in YAML what the {} is", kind.noun())).in_field("yaml"))
        }
    }
}

/// The two fields of TLS options that 1.5.2 calls otherwise than Traefik.
fn client_auth(fields: &Fields, form: &mut Option<FieldsForm>) -> Result<(), Failure> {
    let mut add = |way: &[&'static str], typed: Typed| {
        let form = form.get_or_insert_default();
        form.fields.push(FieldInput { way: way.to_vec(), typed });
    };
    if fields.has("clientAuthType") {
        match fields.trimmed("clientAuthType")? {
            "" | "NoClientCert" => {
                let written = Written::WhereItDiffers;
                add(&["clientAuth"], Typed::Flag { on: false, by_default: false, written });
            }
            asked => add(&["clientAuth", "clientAuthType"], Typed::Text(asked.to_owned())),
        }
    }
    if fields.has("clientAuthCAs") {
        add(&["clientAuth", "caFiles"], Typed::Text(fields.texts("clientAuthCAs")?.join("\n")));
    }
    Ok(())
}
