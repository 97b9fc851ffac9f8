//! Reads a request's body: never more than it may have, never longer than it may take.

use std::{sync::Arc, time::Duration};

use bytes::{Buf as _, Bytes, BytesMut};
use http_body_util::BodyExt as _;
use hyper::{HeaderMap, StatusCode, body::Body, header};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{failure::Failure, fields::Fields};

/// The largest body, in bytes.
pub(crate) const MAX_BODY: usize = 1024 * 1024;
/// The largest body that holds a whole file as it is edited raw, in bytes: one of 5 MB with its quotes and line ends.
pub(crate) const MAX_FILE_BODY: usize = 8 * 1024 * 1024;
/// How many bodies above [`MAX_BODY`] there may be in memory at once; more wait, within their time. What JSON becomes
/// may be many times as large as its text.
pub(crate) const MAX_LARGE: usize = 2;
/// The largest body of somebody who has not signed in: room for a password, and little to fill memory with.
pub(crate) const MAX_STRANGERS_BODY: usize = 16 * 1024;
/// What is still taken in, and thrown away, of a larger one, in bytes: a client that is cut off while it sends never
/// reads why (RFC 9112, section 9.6).
const MAX_DISCARDED: usize = 32 * 1024 * 1024;
/// For the whole body to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// Reads the body, of at most `limit` bytes, and what it says; with a place among the large ones, where it is one.
///
/// # Errors
/// 413, 408, or 400 for what is neither a form nor a JSON object.
pub(crate) async fn read<B>(
    headers: &HeaderMap,
    body: B,
    limit: usize,
    large: &Arc<Semaphore>,
) -> Result<(Fields, Option<OwnedSemaphorePermit>), Failure>
where
    B: Body<Data: Send, Error: std::fmt::Display + Send> + Send,
{
    let announced =
        headers.get(header::CONTENT_LENGTH).and_then(|text| text.to_str().ok()?.parse::<u64>().ok());
    let is_too_large = announced.is_some_and(|bytes| bytes > limit as u64);
    let (bytes, place) = tokio::time::timeout(BODY_TIMEOUT, collect(body, limit, is_too_large, large))
        .await
        .map_err(|_| Failure::new(StatusCode::REQUEST_TIMEOUT, "the request took too long to arrive"))??;
    let kind = headers.get(header::CONTENT_TYPE).and_then(|text| text.to_str().ok()).unwrap_or_default();
    let looks_like_json = bytes.trim_ascii_start().starts_with(b"{");
    let fields = if let Ok(boundary) = multer::parse_boundary(kind) {
        Fields::multipart(&boundary, bytes).await?
    } else if kind.starts_with("application/x-www-form-urlencoded") && !looks_like_json {
        Fields::urlencoded(&bytes)?
    } else {
        Fields::json(&bytes)?
    };
    Ok((fields, place))
}

/// Takes in a body that nobody will look at and throws it away, so that whoever is refused while still sending gets to
/// read why. Says whether all of it has come, and the connection is good for another request.
pub(crate) async fn discard<B>(headers: &HeaderMap, body: B) -> bool
where
    B: Body<Data: Send, Error: std::fmt::Display + Send> + Send,
{
    if body.is_end_stream() {
        return true;
    }
    // Whoever asks before sending has sent nothing; to read would be to tell them to.
    if headers.contains_key(header::EXPECT) {
        return false;
    }
    let mut body = std::pin::pin!(body);
    let all = async {
        let mut count = 0_usize;
        while let Some(frame) = body.frame().await {
            let Ok(frame) = frame else { return false };
            count = count.saturating_add(frame.data_ref().map_or(0, bytes::Buf::remaining));
            if count > MAX_DISCARDED {
                return false;
            }
        }
        true
    };
    tokio::time::timeout(BODY_TIMEOUT, all).await.unwrap_or(false)
}

async fn collect<B>(
    body: B,
    limit: usize,
    is_too_large: bool,
    large: &Arc<Semaphore>,
) -> Result<(Bytes, Option<OwnedSemaphorePermit>), Failure>
where
    B: Body<Data: Send, Error: std::fmt::Display + Send> + Send,
{
    let mut body = std::pin::pin!(body);
    let mut bytes = BytesMut::new();
    let mut discarded = is_too_large.then_some(0_usize);
    let mut place = None;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| Failure::bad_request(format!("the body broke off: {error}")))?;
        let Ok(mut data) = frame.into_data() else { continue };
        if bytes.len().saturating_add(data.remaining()) > limit {
            discarded.get_or_insert(bytes.len());
            bytes = BytesMut::new();
        }
        if let Some(count) = &mut discarded {
            *count = count.saturating_add(data.remaining());
            if *count > MAX_DISCARDED {
                break;
            }
            continue;
        }
        if place.is_none() && bytes.len().saturating_add(data.remaining()) > MAX_BODY {
            let free = Arc::clone(large).acquire_owned().await;
            place = Some(free.map_err(|error| Failure::internal(&error))?);
        }
        while data.has_remaining() {
            let chunk = data.chunk();
            let length = chunk.len();
            bytes.extend_from_slice(chunk);
            data.advance(length);
        }
    }
    if discarded.is_some() { Err(too_large(limit)) } else { Ok((bytes.freeze(), place)) }
}

fn too_large(limit: usize) -> Failure {
    let (size, unit) = if limit < MAX_BODY { (limit / 1024, "KiB") } else { (limit / 1024 / 1024, "MiB") };
    Failure::new(StatusCode::PAYLOAD_TOO_LARGE, format!("the request is larger than {size} {unit}"))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use http_body_util::Full;

    use super::*;

    async fn length(size: usize, limit: usize, large: &Arc<Semaphore>) -> (usize, bool) {
        let body = Full::new(Bytes::from(vec![b' '; size]));
        let (bytes, place) = collect(body, limit, false, large).await.unwrap();
        (bytes.len(), place.is_some())
    }

    #[tokio::test(start_paused = true)]
    async fn large_bodies_take_turns_and_small_ones_do_not() {
        let large = Arc::new(Semaphore::new(1));
        assert_eq!(length(MAX_BODY, MAX_FILE_BODY, &large).await, (MAX_BODY, false));
        let first = collect(Full::new(Bytes::from(vec![b' '; MAX_BODY + 1])), MAX_FILE_BODY, false, &large);
        let (_, place) = first.await.unwrap();
        assert!(place.is_some());
        // As long as somebody works on one, the next waits, and is given up in time.
        let body = Full::new(Bytes::from(vec![b' '; MAX_FILE_BODY]));
        let late = read(&HeaderMap::new(), body, MAX_FILE_BODY, &large).await;
        assert!(late.is_err_and(|failure| failure.status() == StatusCode::REQUEST_TIMEOUT));
        assert_eq!(length(7, MAX_FILE_BODY, &large).await, (7, false));
        drop(place);
        assert_eq!(length(MAX_FILE_BODY, MAX_FILE_BODY, &large).await, (MAX_FILE_BODY, true));
        let body = Full::new(Bytes::from(vec![b' '; MAX_FILE_BODY + 1]));
        let refused = collect(body, MAX_FILE_BODY, false, &large).await.unwrap_err();
        assert_eq!(refused.status(), StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(large.available_permits(), 1, "what is refused keeps no place");
    }
}
