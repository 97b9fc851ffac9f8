//! Traefik's access log: the page, and the lines as the phone app reads them.

use hyper::StatusCode;
use serde::Serialize;
use traefik_manager_core::traefik::access_log::{LogError, Stretch, Wanted};

use crate::{
    call::Call,
    failure::Failure,
    fields::Fields,
    log_line::{Filter, harmless},
    pages::{
        access_log as pages,
        layout::{Frame, Tab},
    },
    reply::{self, Reply},
    words::t,
};

/// Lines on a page.
const PAGE: usize = 100;
/// The most lines of an answer.
const MOST: usize = 1000;

/// What a request asks for.
struct Query {
    filter: Filter,
    before: Option<u64>,
}

impl Query {
    fn read(fields: &Fields) -> Result<Self, Failure> {
        let text = |name| fields.trimmed(name).map(str::to_owned);
        let status = text("status")?;
        let is_status = status.is_empty()
            || status.len() == 3 && (status.parse::<u16>().is_ok() || status.ends_with("xx"));
        if !is_status {
            return Err(Failure::field("status", "must be a status such as 404, or a class such as 4xx"));
        }
        let before = match fields.trimmed("before")? {
            "" => None,
            number => Some(number.parse().map_err(|_| Failure::field("before", "must be a number"))?),
        };
        let filter = Filter {
            status,
            method: text("method")?,
            router: text("router")?,
            host: text("host")?,
            text: text("q")?,
        };
        Ok(Self { filter, before })
    }
}

/// Reads the newest lines that are asked for, and gives back what was asked.
async fn read(
    call: &Call,
    query: Query,
    lines: usize,
) -> Result<(Query, Result<Stretch, LogError>), Failure> {
    call.block(move |manager| {
        let read = match &manager.surroundings().access_log {
            Some(log) => {
                let mut is_wanted = |line: &[u8]| query.filter.wants(line);
                log.read_back(Wanted { before: query.before, lines, is_wanted: &mut is_wanted })
            }
            None => Err(LogError::NotNamed),
        };
        (query, read)
    })
    .await
}

pub(crate) async fn page(call: Call) -> Result<Reply, Failure> {
    let frame = Frame::of(&call).await;
    let (query, read) = read(&call, Query::read(&call.query)?, PAGE).await?;
    let lines: Vec<String> =
        read.iter().flat_map(|stretch| &stretch.lines).map(|line| harmless(line)).collect();
    let content = pages::content(&pages::LogPage {
        filter: &query.filter,
        is_older: query.before.is_some(),
        lines: &lines,
        read: &read,
    });
    Ok(frame.reply(t!("log"), Tab::Log, &content))
}

/// The lines, the oldest first. Why there are none is told in `error` with status 200, as 1.5.2 does.
pub(crate) async fn lines(call: Call) -> Result<Reply, Failure> {
    #[derive(Serialize)]
    struct LinesJson {
        ok: bool,
        success: bool,
        lines: Vec<String>,
        /// What to ask for as `before`, to go on.
        #[serde(skip_serializing_if = "Option::is_none")]
        before: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        looked_at: Option<usize>,
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<String>,
    }
    call.for_this_host()?;
    let lines = match call.query.trimmed("lines")? {
        "" => PAGE,
        number => number.parse().map_err(|_| Failure::field("lines", "must be a number"))?,
    };
    let (_, read) = read(&call, Query::read(&call.query)?, lines.min(MOST)).await?;
    let answer = match read {
        Ok(stretch) => LinesJson {
            ok: true,
            success: true,
            lines: stretch.lines.iter().rev().map(|line| harmless(line)).collect(),
            before: (stretch.reached > 0).then_some(stretch.reached),
            looked_at: Some(stretch.looked_at),
            error: None,
        },
        Err(error) => LinesJson {
            ok: false,
            success: false,
            lines: Vec::new(),
            before: None,
            looked_at: None,
            error: Some(error.to_string()),
        },
    };
    Ok(reply::json(StatusCode::OK, &answer))
}
