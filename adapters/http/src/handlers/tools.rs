//! Entries of users for middlewares. A password goes in and its hash comes out; neither is kept, logged or recorded.

use serde::Serialize;
use traefik_manager_core::{auth::Refusal, secret::Secret};

use crate::{
    call::Call,
    failure::Failure,
    reply::{Done, Reply},
};

/// The entry, by the app's name for it and by that of 1.5.2.
#[derive(Serialize)]
pub(super) struct Made {
    entry: String,
    hash: String,
}

impl Made {
    pub(super) fn reply(entry: String) -> Reply {
        Done::reply(Self { hash: entry.clone(), entry })
    }
}

fn password(call: &Call) -> Result<Secret, Failure> {
    Ok(Secret::new(call.fields.text("password")?.unwrap_or_default()))
}

pub(crate) async fn basic(call: Call) -> Result<Reply, Failure> {
    let (user, password) = (call.fields.trimmed("username")?.to_owned(), password(&call)?);
    let entry = call.beside::<_, Refusal>(move |beside| beside.users.basic(&user, &password)).await?;
    Ok(Made::reply(entry))
}

pub(crate) async fn digest(call: Call) -> Result<Reply, Failure> {
    let (user, password) = (call.fields.trimmed("username")?.to_owned(), password(&call)?);
    let realm = call.fields.trimmed("realm")?.to_owned();
    let entry =
        call.beside::<_, Refusal>(move |beside| beside.users.digest(&user, &realm, &password)).await?;
    Ok(Made::reply(entry))
}
