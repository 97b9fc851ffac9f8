//! Answers, and the headers that every one of them carries.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    HeaderMap, Response, StatusCode,
    body::{Body, Frame, SizeHint},
    header::{self, HeaderName, HeaderValue},
};
use maud::Markup;
use serde::Serialize;

use crate::events::Events;

/// An answer.
pub(crate) type Reply = Response<ReplyBody>;

/// The body of an answer: there in full, but for events that are told as they happen.
#[derive(Debug)]
pub struct ReplyBody(Content);

#[derive(Debug)]
enum Content {
    Full(Full<Bytes>),
    Events(Events),
}

impl ReplyBody {
    pub(crate) fn events(events: Events) -> Self {
        Self(Content::Events(events))
    }
}

impl Default for ReplyBody {
    fn default() -> Self {
        Self(Content::Full(Full::default()))
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match &mut self.0 {
            Content::Full(full) => Pin::new(full).poll_frame(context),
            Content::Events(events) => events.poll_frame(context).map(|frame| frame.map(Ok)),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(&self.0, Content::Full(full) if full.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Content::Full(full) => full.size_hint(),
            Content::Events(_) => SizeHint::default(),
        }
    }
}

/// What a browser may load and do: everything from here, nothing from elsewhere, no inline script or style
/// (ASVS 3.4.3, 3.4.6).
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

const PERMISSIONS: &str = "accelerometer=(), autoplay=(), camera=(), display-capture=(), fullscreen=(), \
    geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()";

/// For answers that are no documents: nothing may be loaded, and nobody may frame them.
const DATA_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// For pictures that others have drawn: what is in them loads nothing and runs nothing, also where one is opened by
/// itself.
const PICTURE_POLICY: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// What every answer carries.
const COMMON: [(HeaderName, HeaderValue); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("permissions-policy"), HeaderValue::from_static(PERMISSIONS)),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000; includeSubDomains");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");

/// Adds what every answer carries. What a handler has said about caching stands.
pub(crate) fn protect(headers: &mut HeaderMap, secure: bool) {
    headers.reserve(COMMON.len() + 3);
    headers.extend(COMMON);
    let kind = headers.get(header::CONTENT_TYPE);
    let policy = HeaderValue::from_static(if kind == Some(&JSON) {
        DATA_POLICY
    } else if kind.is_some_and(|kind| kind.as_bytes().starts_with(b"image/")) {
        PICTURE_POLICY
    } else {
        POLICY
    });
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.entry(header::CACHE_CONTROL).or_insert(NO_STORE);
    if secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
}

/// A body that is there in full.
pub(crate) fn full(bytes: impl Into<Bytes>) -> ReplyBody {
    ReplyBody(Content::Full(Full::new(bytes.into())))
}

fn reply(status: StatusCode, kind: HeaderValue, bytes: impl Into<Bytes>) -> Reply {
    let mut reply = Response::new(full(bytes));
    *reply.status_mut() = status;
    reply.headers_mut().insert(header::CONTENT_TYPE, kind);
    reply
}

/// A picture that somebody has put here, to be kept by his browser for a day.
pub(crate) fn picture(kind: &'static str, bytes: Vec<u8>) -> Reply {
    let mut picture = reply(StatusCode::OK, HeaderValue::from_static(kind), bytes);
    let kept = HeaderValue::from_static("private, max-age=86400");
    picture.headers_mut().insert(header::CACHE_CONTROL, kept);
    picture
}

/// JSON that is ready.
pub(crate) fn json_bytes(bytes: Bytes) -> Reply {
    reply(StatusCode::OK, JSON, bytes)
}

/// A value as JSON.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Reply {
    match serde_json::to_vec(value) {
        Ok(bytes) => reply(status, JSON, bytes),
        Err(error) => {
            tracing::error!(%error, "an answer could not be written as JSON");
            reply(
                StatusCode::INTERNAL_SERVER_ERROR,
                JSON,
                Bytes::from_static(
                    br#"{"ok":false,"success":false,"message":"internal error","error":"internal error"}"#,
                ),
            )
        }
    }
}

/// A page.
pub(crate) fn page(status: StatusCode, markup: Markup) -> Reply {
    reply(status, HTML, markup.into_string())
}

/// Sends a browser on, to be fetched with GET (303). The target is one of ours, in ASCII.
pub(crate) fn see_other(to: &str) -> Reply {
    let mut reply = Response::new(ReplyBody::default());
    *reply.status_mut() = StatusCode::SEE_OTHER;
    let target = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/"));
    reply.headers_mut().insert(header::LOCATION, target);
    reply
}

/// The answer to a change that was made.
#[derive(Debug, Serialize)]
pub(crate) struct Done<T> {
    ok: bool,
    success: bool,
    #[serde(flatten)]
    more: T,
}

impl<T: Serialize> Done<T> {
    /// Both words that clients look for, and whatever else there is to say.
    pub(crate) fn reply(more: T) -> Reply {
        json(StatusCode::OK, &Self { ok: true, success: true, more })
    }
}

/// The same answer with the version of what it shows, which `If-Match` may name later (RFC 9110, section 8.8.3).
pub(crate) fn tagged(mut reply: Reply, version: &str) -> Reply {
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        reply.headers_mut().insert(header::ETAG, tag);
    }
    reply
}

/// A sentence for people.
#[derive(Debug, Serialize)]
pub(crate) struct Message<'a> {
    pub(crate) message: &'a str,
}
