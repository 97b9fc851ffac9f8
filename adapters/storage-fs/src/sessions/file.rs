//! The format of `sessions.json`.

use serde::{Deserialize, Serialize};
use traefik_manager_core::{
    clock::Timestamp,
    crypto::hex,
    session::{SessionKey, SessionRecord, SignInMethod},
};

const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Document<T> {
    version: u32,
    sessions: Vec<T>,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    key: String,
    created_at: i64,
    last_seen: i64,
    method: Method,
    #[serde(default)]
    address: Option<String>,
    #[serde(default)]
    user_agent: String,
    #[serde(default)]
    remember: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Method {
    Password,
    PasswordAndCode,
    Oidc,
    External,
}

/// Reads the records. One that lacks what it needs, such as a time, is left out: its holder signs in again.
pub(super) fn parse(bytes: &[u8]) -> Result<Vec<SessionRecord>, String> {
    let document: Document<serde_json::Value> =
        serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if document.version != VERSION {
        return Err(format!("it has version {}", document.version));
    }
    Ok(document.sessions.into_iter().filter_map(record).collect())
}

fn record(value: serde_json::Value) -> Option<SessionRecord> {
    let stored: Stored = serde_json::from_value(value).ok()?;
    let method = match stored.method {
        Method::Password => SignInMethod::Password,
        Method::PasswordAndCode => SignInMethod::PasswordAndCode,
        Method::Oidc => SignInMethod::Oidc,
        Method::External => SignInMethod::External,
    };
    Some(SessionRecord {
        key: SessionKey(from_hex(&stored.key)?),
        created_at: Timestamp(stored.created_at),
        last_seen: Timestamp(stored.last_seen),
        method,
        address: stored.address.and_then(|address| address.parse().ok()),
        user_agent: stored.user_agent,
        remember: stored.remember,
        subject: stored.subject,
    })
}

/// Writes the records.
pub(super) fn render(records: &[SessionRecord]) -> serde_json::Result<Vec<u8>> {
    let sessions = records.iter().map(|record| Stored {
        key: hex(&record.key.0),
        created_at: record.created_at.0,
        last_seen: record.last_seen.0,
        method: match record.method {
            SignInMethod::Password => Method::Password,
            SignInMethod::PasswordAndCode => Method::PasswordAndCode,
            SignInMethod::Oidc => Method::Oidc,
            SignInMethod::External => Method::External,
        },
        address: record.address.map(|address| address.to_string()),
        user_agent: record.user_agent.clone(),
        remember: record.remember,
        subject: record.subject.clone(),
    });
    let document = Document { version: VERSION, sessions: sessions.collect() };
    serde_json::to_vec(&document)
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, at) in bytes.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?;
    }
    Some(bytes)
}
