//! The audit trail on the command line.

use std::io::{self, Write};

use traefik_manager_core::{
    audit::{Actor, AuditLog, Entry, Outcome, Recorded, Verdict},
    config::store::{FileId, StorageError},
};
use traefik_manager_storage_fs::FsAuditLog;

use crate::{
    cli::{AuditCommand, Failure},
    environment::Options,
};

/// How many entries are read at a time.
const PAGE: usize = 200;

/// Carries a command out; says whether nothing is wrong with the trail.
pub(crate) fn run(options: &Options, command: AuditCommand) -> Result<bool, Failure> {
    let folder = options.settings_folder().join("audit");
    // Whoever only looks makes nothing.
    if !folder.is_dir() {
        return Err(Failure::new(format_args!(
            "there is no audit trail at {}; set SETTINGS_PATH to the manager.yml beside it",
            folder.display()
        )));
    }
    let failed = |error: StorageError| Failure::of("audit trail", &error);
    let log = FsAuditLog::open(&folder, &options.settings_folder().join("state")).map_err(failed)?;
    let mut out = io::stdout().lock();
    let (is_whole, printed) = match command {
        AuditCommand::Verify => {
            let verdict = log.verify().map_err(failed)?;
            (verdict.findings.is_empty(), report(&mut out, &verdict))
        }
        AuditCommand::List { last } => (true, list(&mut out, &log, last).map_err(failed)?),
    };
    match printed.and_then(|()| out.flush()) {
        // Whoever reads has seen enough, as `head` does.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(is_whole),
        printed => printed.map(|()| is_whole).map_err(|error| Failure::of("printing", &error)),
    }
}

fn report(out: &mut impl Write, verdict: &Verdict) -> io::Result<()> {
    for finding in &verdict.findings {
        writeln!(out, "{finding}")?;
    }
    if let Some(place) = &verdict.unfinished {
        let (file, line) = (&place.file, place.line);
        writeln!(
            out,
            "{file}:{line}: note: a crash has left half a line here; it was acknowledged to nobody"
        )?;
    }
    match (verdict.lines, verdict.findings.len()) {
        (lines, 0) => writeln!(out, "{lines} entries, each in its place"),
        (lines, 1) => writeln!(out, "{lines} entries, and 1 thing is wrong"),
        (lines, found) => writeln!(out, "{lines} entries, and {found} things are wrong"),
    }
}

fn list(out: &mut impl Write, log: &FsAuditLog, last: usize) -> Result<io::Result<()>, StorageError> {
    let (mut left, mut cursor) = (last, None);
    while left > 0 {
        let page = log.newest(cursor.as_ref(), left.min(PAGE))?;
        for recorded in &page.entries {
            if let Err(error) = writeln!(out, "{}", visible(&line(recorded))) {
                return Ok(Err(error));
            }
        }
        left = left.saturating_sub(page.entries.len());
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    Ok(Ok(()))
}

/// An entry in one line.
fn line(Recorded { number, entry }: &Recorded) -> String {
    let object = entry.object.as_ref().map_or_else(String::new, |object| {
        let protocol = object.protocol.map_or_else(String::new, |protocol| format!(" {protocol}"));
        format!("{protocol} {} `{}`", object.kind, object.name)
    });
    let mut files: Vec<&str> = entry.files.iter().map(|change| change.file.as_str()).collect();
    files.extend(entry.object.iter().filter_map(|object| object.file.as_ref()).map(FileId::as_str));
    files.sort_unstable();
    files.dedup();
    let files = if files.is_empty() { String::new() } else { format!(" in {}", files.join(", ")) };
    let outcome = match &entry.outcome {
        Outcome::Done => String::new(),
        Outcome::Confirmed => ": confirmed".to_owned(),
        Outcome::Unconfirmed => ": not confirmed".to_owned(),
        Outcome::NotVisible => ": not confirmed, nothing of it is visible in Traefik's API".to_owned(),
        Outcome::NotServed { why } => format!(": not served: {why}"),
        Outcome::OnTrial { until } => format!(": on trial until {until}"),
        Outcome::RolledBack { why } => format!(": rolled back: {why}"),
        Outcome::Refused { why } => format!(": refused: {why}"),
    };
    let regarding = entry.regarding.map_or_else(String::new, |number| format!(" {number}"));
    format!("{number:>6}  {}  {}  {}{regarding}{object}{files}{outcome}", entry.at, who(entry), entry.action)
}

fn who(entry: &Entry) -> String {
    let who = match &entry.actor {
        Actor::Session(name) => name.clone(),
        Actor::ApiKey(name) => format!("API key `{name}`"),
        Actor::Oidc(subject) => format!("OIDC `{subject}`"),
        Actor::Stranger => "a stranger".to_owned(),
        Actor::CommandLine => "command line".to_owned(),
        Actor::OnDisk => "on disk".to_owned(),
        Actor::Program => "by itself".to_owned(),
    };
    entry.address.map_or(who.clone(), |address| format!("{who} from {address}"))
}

/// The text without anything that a terminal would obey or that turns the direction of writing.
fn visible(text: &str) -> String {
    let is_hidden = |character: char| {
        character.is_control()
            || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars()
        .flat_map(|character| {
            let (shown, escaped) = if is_hidden(character) {
                (None, Some(character.escape_default()))
            } else {
                (Some(character), None)
            };
            shown.into_iter().chain(escaped.into_iter().flatten())
        })
        .collect()
}
