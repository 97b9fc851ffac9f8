//! Sessions: list them, end one, end all others.

use std::net::IpAddr;

use serde::Serialize;
use traefik_manager_core::{auth::ListedSession, session::SignInMethod};

use crate::{
    call::Call,
    failure::Failure,
    pages::{
        layout::{Frame, Tab},
        sessions as pages,
    },
    reply::{Done, Reply},
    words::t,
};

use super::{done, plainly_done};

#[derive(Serialize)]
struct ListJson {
    sessions: Vec<SessionJson>,
}

#[derive(Serialize)]
struct SessionJson {
    id: String,
    device: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<IpAddr>,
    method: &'static str,
    remember: bool,
    began: String,
    last_seen: String,
    current: bool,
}

impl From<ListedSession> for SessionJson {
    fn from(session: ListedSession) -> Self {
        Self {
            id: session.id,
            device: session.device,
            address: session.address,
            method: match session.method {
                SignInMethod::Password => "password",
                SignInMethod::PasswordAndCode => "password_and_code",
                SignInMethod::Oidc => "oidc",
                SignInMethod::External => "external",
            },
            remember: session.remember,
            began: session.began.to_seconds_text(),
            last_seen: session.last_seen.to_seconds_text(),
            current: session.is_this,
        }
    }
}

async fn listed(call: &Call) -> Result<Vec<ListedSession>, Failure> {
    let this = call.session().ok().cloned();
    Ok(call.block(move |manager| manager.access().list_sessions(this.as_ref())).await??)
}

pub(crate) async fn list(call: Call) -> Result<Reply, Failure> {
    let sessions = listed(&call).await?.into_iter().map(SessionJson::from).collect();
    Ok(Done::reply(ListJson { sessions }))
}

pub(crate) async fn page(call: Call) -> Result<Reply, Failure> {
    let sessions = listed(&call).await?;
    let frame = Frame::of(&call).await;
    Ok(frame.reply(t!("settings-sessions"), Tab::Access, &pages::content(&sessions, &frame.csrf)))
}

async fn end(call: &Call, id: String) -> Result<(), Failure> {
    let (session, client) = (call.session()?.clone(), call.client.clone());
    Ok(call.block(move |manager| manager.access().end_session(&id, &session, &client)).await??)
}

async fn end_others(call: &Call) -> Result<usize, Failure> {
    let (session, client) = (call.session()?.clone(), call.client.clone());
    Ok(call.block(move |manager| manager.access().end_other_sessions(&session, &client)).await??)
}

pub(crate) async fn revoke(call: Call) -> Result<Reply, Failure> {
    let id = call.id.clone();
    end(&call, id).await?;
    Ok(plainly_done())
}

#[derive(Serialize)]
struct Ended {
    ended: usize,
}

pub(crate) async fn revoke_others(call: Call) -> Result<Reply, Failure> {
    Ok(Done::reply(Ended { ended: end_others(&call).await? }))
}

pub(crate) async fn end_form(call: Call) -> Result<Reply, Failure> {
    let id = call.fields.trimmed("id")?.to_owned();
    end(&call, id).await?;
    Ok(done(&call, "/sessions?done=session-ended", "the session is ended"))
}

pub(crate) async fn end_others_form(call: Call) -> Result<Reply, Failure> {
    end_others(&call).await?;
    Ok(done(&call, "/sessions?done=sessions-ended", "all other sessions are ended"))
}
