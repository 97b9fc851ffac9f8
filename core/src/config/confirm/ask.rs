//! What Traefik says of one expected object, whatever it takes to ask for it.

use std::{collections::HashMap, sync::Arc};

use super::Expectation;
use crate::{
    check::{Meaning, Setting, Verdict},
    config::{
        edit::Path,
        object::{ObjectKind, ObjectRef},
    },
    traefik::{
        Protocol,
        live::{ApiAddress, LiveEntryPoint, LiveError, LiveObject, LiveStatus, TraefikApi},
    },
};

/// From how many objects of a kind on the whole list is asked for at once.
const MANY: usize = 16;

/// What was found of one object.
#[derive(Debug)]
pub(super) enum State {
    /// As it should be.
    Served,
    /// As it should be, unless Traefik only fills in the same again.
    Undecided,
    /// Not as it should be; the first place that differs.
    Old(Path),
    /// As it should be, and worse than before, in Traefik's words.
    Failing(Vec<String>),
}

/// Asks Traefik for objects, one by one or in lists.
#[derive(Debug)]
pub(super) struct Asker<'a> {
    traefik: &'a dyn TraefikApi,
    at: &'a ApiAddress,
    /// How many objects of each kind are expected.
    counts: HashMap<(Protocol, ObjectKind), usize>,
    lists: HashMap<(Protocol, ObjectKind), List>,
    entry_points: Option<Vec<LiveEntryPoint>>,
}

/// The objects of one kind, and the place of each name.
#[derive(Debug)]
struct List {
    objects: Arc<Vec<LiveObject>>,
    places: HashMap<String, usize>,
}

/// A router, or the part of one that is on one entry point; any other object.
struct Part {
    meaning: Meaning,
    status: LiveStatus,
    errors: Vec<String>,
    setting: Setting,
}

impl<'a> Asker<'a> {
    pub(super) fn new(traefik: &'a dyn TraefikApi, at: &'a ApiAddress, expected: &[Expectation]) -> Self {
        let mut counts = HashMap::new();
        for expectation in expected {
            if let Some(protocol) = expectation.object.protocol {
                *counts.entry((protocol, expectation.object.kind)).or_default() += 1;
            }
        }
        Self { traefik, at, counts, lists: HashMap::new(), entry_points: None }
    }

    /// Forgets the lists, so that the next answers are new.
    pub(super) fn forget(&mut self) {
        self.lists.clear();
    }

    /// How the object is now; `alone` asks for it even where lists are due.
    pub(super) async fn state(&mut self, expected: &Expectation, alone: bool) -> Result<State, LiveError> {
        let parts = self.parts(expected, alone).await?;
        let Some(after) = &expected.after else {
            return Ok(if parts.is_empty() { State::Served } else { State::Old(Path::root()) });
        };
        let verdict = if expected.is_change { verdict(expected, after, &parts) } else { Verdict::Serves };
        let status = parts.iter().map(|part| part.status).max().unwrap_or(LiveStatus::Enabled);
        Ok(match verdict {
            Verdict::Other(path) => State::Old(path),
            _ if status > expected.status_before.unwrap_or(LiveStatus::Enabled) => {
                State::Failing(parts.into_iter().flat_map(|part| part.errors).collect())
            }
            Verdict::Serves => State::Served,
            Verdict::Undecided => State::Undecided,
        })
    }

    /// The worst status of the object; `None` where Traefik has no such object.
    pub(super) async fn status(&mut self, expected: &Expectation) -> Result<Option<LiveStatus>, LiveError> {
        Ok(self.parts(expected, false).await?.iter().map(|part| part.status).max())
    }

    async fn parts(&mut self, expected: &Expectation, alone: bool) -> Result<Vec<Part>, LiveError> {
        let object = &expected.object;
        let Some(meaning) = expected.after.as_ref().or(expected.before.as_ref()) else {
            return Ok(Vec::new());
        };
        let whole = self.get(object, alone).await?;
        if object.protocol != Some(Protocol::Http) || object.kind != ObjectKind::Router {
            return Ok(whole.and_then(|live| part(object, live, Setting::default())).into_iter().collect());
        }
        let known = self.entry_points().await?;
        let setting = |names: &[&str]| match names {
            [only] => known.iter().find(|entry_point| entry_point.name == *only).map(setting_of),
            _ => None,
        };
        let mut parts = Vec::new();
        if let Some(mut part) = whole.and_then(|live| part(object, live, Setting::default())) {
            part.setting = setting(&part.meaning.entry_points().unwrap_or_default()).unwrap_or_default();
            parts.push(part);
        }
        let named = meaning.entry_points();
        let covered: Vec<String> = parts
            .iter()
            .flat_map(|part| part.meaning.entry_points().unwrap_or_default())
            .map(str::to_owned)
            .collect();
        let candidates = known.iter().filter(|entry_point| match &named {
            Some(named) => named.contains(&entry_point.name.as_str()) && !covered.contains(&entry_point.name),
            // A router without entry points that is there by its name is as good as whole.
            None => covered.is_empty(),
        });
        for entry_point in candidates {
            let name = format!("{}-{}", entry_point.name, object.name);
            let live = self.get(&ObjectRef { name, ..object.clone() }, alone).await?;
            let found = live.and_then(|live| part(object, live, setting_of(entry_point)));
            // Another router may have that name by itself.
            let is_part = |part: &Part| {
                part.meaning.entry_points().is_some_and(|names| names == [entry_point.name.as_str()])
                    && (expected.after.is_some() || part.meaning.text("rule") == meaning.text("rule"))
            };
            parts.extend(found.filter(is_part));
        }
        Ok(parts)
    }

    async fn get(&mut self, object: &ObjectRef, alone: bool) -> Result<Option<LiveObject>, LiveError> {
        let Some(protocol) = object.protocol else { return Ok(None) };
        let kind = (protocol, object.kind);
        if alone || self.counts.get(&kind).is_none_or(|count| *count <= MANY) {
            return self.traefik.object(self.at, object).await;
        }
        if !self.lists.contains_key(&kind) {
            let objects = self.traefik.objects(self.at, protocol, object.kind).await?;
            let places = objects.iter().enumerate().map(|(place, live)| (live.name.clone(), place)).collect();
            self.lists.insert(kind, List { objects, places });
        }
        let find = |list: &List| list.objects.get(*list.places.get(&object.name)?).cloned();
        Ok(self.lists.get(&kind).and_then(find))
    }

    async fn entry_points(&mut self) -> Result<Vec<LiveEntryPoint>, LiveError> {
        match &self.entry_points {
            Some(known) => Ok(known.clone()),
            None => {
                let known = self.traefik.entry_points(self.at).await?;
                self.entry_points = Some(known.clone());
                Ok(known)
            }
        }
    }
}

fn setting_of(entry_point: &LiveEntryPoint) -> Setting {
    Setting { middlewares: entry_point.middlewares, tls: entry_point.tls }
}

fn part(object: &ObjectRef, live: LiveObject, setting: Setting) -> Option<Part> {
    let meaning = Meaning::of_api(object, &live.value)?;
    Some(Part { meaning, status: live.status, errors: live.errors, setting })
}

/// Holds all parts against the file.
fn verdict(expected: &Expectation, after: &Meaning, parts: &[Part]) -> Verdict {
    if parts.is_empty() {
        return Verdict::Other(Path::root());
    }
    let before = expected.before.as_ref();
    let fields = parts.iter().fold(Verdict::Serves, |verdict, part| {
        verdict.and(|| after.served(before, &part.meaning, part.setting))
    });
    fields.and(|| entry_points(before, after, parts))
}

/// The entry points of all parts together are those of the file.
fn entry_points(before: Option<&Meaning>, after: &Meaning, parts: &[Part]) -> Verdict {
    let mut live: Vec<&str> =
        parts.iter().flat_map(|part| part.meaning.entry_points().unwrap_or_default()).collect();
    live.sort_unstable();
    live.dedup();
    match (after.entry_points(), before.and_then(Meaning::entry_points)) {
        (Some(named), _) if named == live => Verdict::Serves,
        (Some(_), _) => Verdict::Other(Path::keys(["entryPoints"])),
        // Without any, the default ones are filled in, which may be the same.
        (None, Some(named)) if named == live => Verdict::Undecided,
        (None, _) => Verdict::Serves,
    }
}
