//! The certificates that Traefik may show.

use hyper::StatusCode;
use serde::Serialize;
use traefik_manager_core::{
    certificates::{Collected, Found, collect},
    clock::Timestamp,
};

use crate::{
    call::Call,
    failure::Failure,
    pages::{
        certificates as pages,
        layout::{Frame, Tab},
    },
    reply::{self, Reply},
    words::t,
};

async fn collected(call: &Call) -> Result<Collected, Failure> {
    let snapshot = call.app.manager().configuration().snapshot();
    call.block(move |manager| collect(manager, &snapshot)).await
}

pub(crate) async fn page(call: Call) -> Result<Reply, Failure> {
    let frame = Frame::of(&call).await;
    let collected = collected(&call).await?;
    let now = call.app.manager().access().now();
    let content = pages::content(&collected, call.query.trimmed("q")?, now);
    Ok(frame.reply(t!("certificates"), Tab::Certificates, &content))
}

#[derive(Serialize)]
struct CertificateJson<'a> {
    resolver: &'a str,
    main: &'a str,
    sans: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    not_before: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_after: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    days_left: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<&'a str>,
    source: &'a str,
    #[serde(rename = "certFile", skip_serializing_if = "Option::is_none")]
    cert_file: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

impl<'a> CertificateJson<'a> {
    fn new(found: &'a Found, now: Timestamp) -> Self {
        let certificate = found.certificate.as_ref().ok();
        Self {
            resolver: &found.resolver,
            main: &found.main,
            sans: &found.sans,
            not_before: certificate.map(|one| rfc3339(one.not_before)),
            not_after: certificate.map(|one| rfc3339(one.not_after)),
            days_left: certificate.map(|one| one.days_left(now)),
            issuer: certificate.map(|one| one.issuer.as_str()),
            source: found.config_file.as_deref().unwrap_or("acme"),
            cert_file: found.cert_file.as_deref(),
            error: found.certificate.as_ref().err().map(String::as_str),
        }
    }
}

/// As the phone app reads it.
fn rfc3339(moment: Timestamp) -> String {
    format!("{}Z", moment.to_seconds_text().replace(' ', "T"))
}

/// All of them. What cannot be read is told in `error` beside the rest, with status 200, as 1.5.2 does.
pub(crate) async fn list(call: Call) -> Result<Reply, Failure> {
    #[derive(Serialize)]
    struct ListJson<'a> {
        ok: bool,
        success: bool,
        certs: Vec<CertificateJson<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<&'a str>,
    }
    call.for_this_host()?;
    let collected = collected(&call).await?;
    let now = call.app.manager().access().now();
    let is_whole = collected.error.is_none();
    let answer = ListJson {
        ok: is_whole,
        success: is_whole,
        certs: collected.all.iter().map(|found| CertificateJson::new(found, now)).collect(),
        error: collected.error.as_deref(),
    };
    Ok(reply::json(StatusCode::OK, &answer))
}
