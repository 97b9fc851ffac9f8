//! The description of the API: as it is written, and as a page to try it on.

use hyper::header::{self, HeaderValue};

use crate::{
    call::Call,
    failure::Failure,
    openapi::{Document, TEXT},
    pages::{
        api as pages,
        layout::{Frame, Tab},
    },
    reply::{self, Reply},
    words::t,
};

/// The document says nothing of this installation, so everybody may have it.
pub(crate) async fn document(_: Call) -> Result<Reply, Failure> {
    let mut answer = reply::json_bytes(TEXT.into());
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/yaml"));
    Ok(answer)
}

/// The page sends requests on behalf of whoever looks at it, so it is for those who are in.
pub(crate) async fn page(call: Call) -> Result<Reply, Failure> {
    let document =
        Document::read().ok_or_else(|| Failure::internal(&"there is no description of the API"))?;
    let frame = Frame::of(&call).await;
    let wanted = call.query.trimmed("operation")?;
    if wanted.is_empty() {
        return Ok(frame.reply(t!("api"), Tab::Api, &pages::content(document)));
    }
    let listed = document.operation(wanted);
    let listed = listed.ok_or_else(|| Failure::not_found("there is no operation of that name"))?;
    Ok(frame.reply(&listed.operation.summary, Tab::Api, &pages::one(document, &listed)))
}
