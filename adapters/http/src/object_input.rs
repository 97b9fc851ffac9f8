//! From a form or a JSON object to an object as somebody wants it.

use traefik_manager_core::{
    config::object::{ObjectKind, ObjectRef},
    routes::{
        BalancerInput, ChildInput, ObjectContent, ObjectForm, ObjectId, ServiceForm, TlsOptionsForm,
        WeightInput, WeightedServer,
    },
};

use crate::{
    failure::Failure,
    fields::Fields,
    handlers::files::unix_lines,
    route_input::{health_check, sticky},
    shelf::{protocol_of, words},
};

/// The fields of 1.5.2 for TLS options.
const TLS_FIELDS: [&str; 8] = [
    "minVersion",
    "maxVersion",
    "sniStrict",
    "cipherSuites",
    "curvePreferences",
    "alpnProtocols",
    "clientAuthType",
    "clientAuthCAs",
];

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
    match kind {
        ObjectKind::Service if fields.has("server") => {
            Ok(ObjectContent::Service(ServiceForm::Balancer(balancer(fields)?)))
        }
        ObjectKind::Service if fields.has("child") => {
            Ok(ObjectContent::Service(ServiceForm::Weighted(children(fields)?)))
        }
        ObjectKind::TlsOptions if TLS_FIELDS.iter().any(|field| fields.has(field)) => {
            Ok(ObjectContent::TlsOptions(tls_options(fields)?))
        }
        _ if is_edit => Ok(ObjectContent::AsWritten),
        _ => Err(Failure::bad_request(format!("say in YAML what the {} is", kind.noun())).in_field("yaml")),
    }
}

fn balancer(fields: &Fields) -> Result<BalancerInput, Failure> {
    let servers = rows(fields, "server")?
        .into_iter()
        .map(|(at, address, weight)| WeightedServer { at, address, weight })
        .collect();
    let servers_transport = if fields.has("serversTransport") {
        Some(fields.trimmed("serversTransport")?.to_owned())
    } else {
        None
    };
    // What was not sent leaves what is written.
    let (is_sticky, is_checked) = (fields.last_flag("sticky")?, fields.last_flag("healthCheck")?);
    let sticky = is_sticky.map(|on| on.then(|| sticky(fields)).transpose()).transpose()?;
    let health_check = is_checked.map(|on| on.then(|| health_check(fields)).transpose()).transpose()?;
    let pass_host_header = fields.last_flag("passHostHeader")?;
    Ok(BalancerInput { servers, sticky, health_check, pass_host_header, servers_transport })
}

fn children(fields: &Fields) -> Result<Vec<ChildInput>, Failure> {
    let rows = rows(fields, "child")?;
    Ok(rows.into_iter().map(|(at, name, weight)| ChildInput { at, name, weight }).collect())
}

/// Rows of which each has a place, a name and a weight: `server`, `serverAt`, `serverWeight`.
fn rows(fields: &Fields, name: &str) -> Result<Vec<(Option<usize>, String, WeightInput)>, Failure> {
    let names = fields.texts(name)?;
    let (at_field, weight_field) = (format!("{name}At"), format!("{name}Weight"));
    let (places, weights) = (fields.figures(&at_field)?, fields.figures(&weight_field)?);
    let rows = names.into_iter().enumerate().map(|(number, typed)| {
        let at = places.get(number).and_then(|at| at.trim().parse().ok());
        let weight = match weights.get(number).map(|weight| weight.trim()) {
            None => WeightInput::AsWritten,
            Some("") => WeightInput::None,
            Some(text) => {
                let weight = text.parse().ok().filter(|weight: &i64| *weight >= 0);
                let refused = || {
                    Failure::bad_request(format!("the weight `{text}` is not a whole number")).in_field(name)
                };
                WeightInput::Is(weight.ok_or_else(refused)?)
            }
        };
        Ok((at, typed.to_owned(), weight))
    });
    rows.collect()
}

fn tls_options(fields: &Fields) -> Result<TlsOptionsForm, Failure> {
    let text = |name: &str| {
        Ok::<_, Failure>(if fields.has(name) { Some(fields.trimmed(name)?.to_owned()) } else { None })
    };
    let list = |name: &str| {
        if !fields.has(name) {
            return Ok::<_, Failure>(None);
        }
        let names = fields.texts(name)?;
        let names = names.iter().flat_map(|text| text.split([',', '\n'])).map(str::trim);
        Ok(Some(names.filter(|name| !name.is_empty()).map(str::to_owned).collect()))
    };
    Ok(TlsOptionsForm {
        min_version: text("minVersion")?,
        max_version: text("maxVersion")?,
        sni_strict: fields.last_flag("sniStrict")?,
        cipher_suites: list("cipherSuites")?,
        curve_preferences: list("curvePreferences")?,
        alpn_protocols: list("alpnProtocols")?,
        client_auth_type: text("clientAuthType")?,
        client_auth_ca_files: list("clientAuthCAs")?,
    })
}
