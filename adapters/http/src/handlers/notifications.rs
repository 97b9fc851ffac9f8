//! Notices: kept ones, and the webhook that they are sent on to.

use hyper::StatusCode;
use serde::Serialize;
use traefik_manager_core::{
    notices::{Notice, NoticeBoard, Rank},
    secret::Secret,
};

use crate::{
    call::Call,
    failure::Failure,
    reply::{self, Reply},
};

use super::plainly_done;

#[derive(Serialize)]
struct NoticeJson {
    ts: String,
    #[serde(rename = "type")]
    rank: &'static str,
    msg: String,
}

impl From<Notice> for NoticeJson {
    fn from(notice: Notice) -> Self {
        Self { ts: notice.at.to_seconds_text(), rank: notice.rank.as_str(), msg: notice.text }
    }
}

/// The newest first, as a bare list.
pub(crate) async fn list(call: Call) -> Result<Reply, Failure> {
    let notices = call.beside(|beside| beside.notices.newest_first()).await?;
    let version = NoticeBoard::version_of(&notices);
    let told: Vec<NoticeJson> = notices.into_iter().map(NoticeJson::from).collect();
    Ok(reply::tagged(reply::json(StatusCode::OK, &told), &version))
}

pub(crate) async fn remove(call: Call) -> Result<Reply, Failure> {
    let at = call.fields.trimmed("ts")?.to_owned();
    if at.is_empty() {
        return Err(Failure::bad_request("Missing ts").in_field("ts"));
    }
    let seen = call.seen_version()?;
    call.beside(move |beside| beside.notices.remove(&at, seen.as_deref())).await?;
    Ok(plainly_done())
}

pub(crate) async fn clear(call: Call) -> Result<Reply, Failure> {
    let seen = call.seen_version()?;
    call.beside(move |beside| beside.notices.clear(seen.as_deref())).await?;
    Ok(plainly_done())
}

pub(crate) async fn add(call: Call) -> Result<Reply, Failure> {
    let text = call.fields.trimmed("message")?.to_owned();
    if text.is_empty() {
        return Err(Failure::bad_request("message required").in_field("message"));
    }
    let rank = match call.fields.trimmed("type")? {
        "" => Rank::Info,
        word => Rank::parse(word)
            .ok_or_else(|| Failure::field("type", "must be success, info, warning or error"))?,
    };
    call.beside(move |beside| beside.notices.tell(rank, &text)).await?;
    Ok(plainly_done())
}

/// Somebody has seen that there is a newer version of this program.
pub(crate) async fn update(call: Call) -> Result<Reply, Failure> {
    let version = call.fields.trimmed("version")?;
    let is_version = |c: char| c.is_ascii_alphanumeric() || "._+-".contains(c);
    if version.is_empty() || version.len() > 50 || !version.chars().all(is_version) {
        return Err(Failure::field("version", "must be a version"));
    }
    let text = format!("Traefik Manager {version} is available");
    call.beside(move |beside| beside.notices.tell(Rank::Info, &text)).await?;
    Ok(plainly_done())
}

/// Sends a notice to the address that the request names.
pub(crate) async fn test(call: Call) -> Result<Reply, Failure> {
    #[derive(Serialize)]
    struct Told {
        ok: bool,
        success: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        message: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<String>,
    }
    let error = try_address(&call, "url", ("webhook_type", "username", "password")).await?.err();
    let is_there = error.is_none();
    Ok(reply::json(StatusCode::OK, &Told { ok: is_there, success: is_there, message: error.clone(), error }))
}

/// Sends a notice to the address in these fields of the request.
pub(super) async fn try_address(
    call: &Call,
    url: &str,
    (kind, user, password): (&str, &str, &str),
) -> Result<Result<(), String>, Failure> {
    let nowhere = || Failure::not_found("there is nothing at this address");
    let notices = &call.app.manager().companions().ok_or_else(nowhere)?.notices;
    let url = call.fields.trimmed(url)?;
    let kind = match call.fields.trimmed(kind)? {
        "" => "discord",
        kind => kind,
    };
    let password = call.fields.text(password)?.map(Secret::new);
    Ok(notices.try_address(url, kind, call.fields.trimmed(user)?, password).await)
}
