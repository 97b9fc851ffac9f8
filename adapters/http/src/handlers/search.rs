//! Search from anywhere: routes, objects of every kind, files and pages, in one list.

use std::borrow::Cow;

use hyper::StatusCode;
use serde_json::json;
use traefik_manager_core::{config::object::ObjectKind, routes::Object};

use crate::{
    call::Call,
    failure::Failure,
    pages::{
        encoded,
        layout::{Frame, Tab},
        navigation,
        objects::{own_address, searched},
        search::{self as pages, Hit},
    },
    reply::{self, Reply},
    shelf::words,
    view::View,
    words::{self, Language, Message, message},
};

/// Hits of one kind that are listed; whoever wants all of them goes to that kind's own list.
const EACH: usize = 6;

/// Nobody looks for more than a line.
const LONGEST: usize = 200;

/// The page, for browsers without script and for links.
pub(crate) async fn page(call: Call) -> Result<Reply, Failure> {
    let frame = Frame::of(&call).await;
    let text = asked(&call)?;
    let hits = hits(&call, text.clone()).await?;
    Ok(frame.narrow().reply(message!("search"), Tab::Everything, &pages::content(&text, &hits)))
}

/// The same as JSON.
pub(crate) async fn list(call: Call) -> Result<Reply, Failure> {
    let text = asked(&call)?;
    let answer = async {
        let hits = hits(&call, text).await?;
        Ok(reply::json(StatusCode::OK, &json!({ "ok": true, "success": true, "results": hits })))
    };
    words::speaking(Language::named(&call.query)?, answer).await
}

fn asked(call: &Call) -> Result<String, Failure> {
    let text = call.query.trimmed("q")?;
    if text.len() > LONGEST {
        return Err(Failure::bad_request(format!("`q` is longer than {LONGEST} bytes")));
    }
    Ok(text.to_owned())
}

async fn hits(call: &Call, text: String) -> Result<Vec<Hit>, Failure> {
    let view = call.app.views().present(call.app.manager()).await?;
    let pages = navigation::pages(&call.app);
    call.block(move |_| Search::new(&text).map(|search| search.all(&view, &pages)).unwrap_or_default()).await
}

/// What is looked for, in lower case.
struct Search {
    text: String,
    words: Vec<String>,
}

impl Search {
    fn new(text: &str) -> Option<Self> {
        let text = text.to_lowercase();
        let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        (!words.is_empty()).then_some(Self { text, words })
    }

    /// How well it fits, the best first; `None` where a word is missing.
    fn rank(&self, name: &str, everything: &str) -> Option<u8> {
        if !self.words.iter().all(|word| everything.contains(word.as_str())) {
            return None;
        }
        let name = name.to_lowercase();
        Some(match name.find(&self.text) {
            Some(0) if name.len() == self.text.len() => 0,
            Some(0) => 1,
            Some(_) => 2,
            None => 3,
        })
    }

    /// The best few of one kind, by their names and everything that is looked at, in lower case.
    fn best<'a, T>(&self, all: impl Iterator<Item = (&'a str, Cow<'a, str>, T)>) -> Vec<(&'a str, T)> {
        let mut found: Vec<(u8, &str, T)> = all
            .filter_map(|(name, everything, what)| Some((self.rank(name, &everything)?, name, what)))
            .collect();
        found.sort_by_key(|(rank, name, _)| (*rank, *name));
        found.truncate(EACH);
        found.into_iter().map(|(_, name, what)| (name, what)).collect()
    }

    fn all(&self, view: &View, pages: &[(String, &str)]) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut hit = |kind, name: &str, detail: String, address: String| {
            hits.push(Hit { kind, name: name.to_owned(), detail, address });
        };
        let pages = pages.iter().map(|(name, address)| (name.as_str(), name.to_lowercase().into(), *address));
        for (name, address) in self.best(pages) {
            hit(message!("kind-page"), name, String::new(), address.to_owned());
        }
        let routes = view.rows.iter().map(|row| (row.name.as_str(), row.searched.as_str().into(), row));
        for (name, row) in self.best(routes) {
            hit(
                message!("kind-route"),
                name,
                row.rule.clone(),
                format!("/routes/edit?id={}", encoded(&row.id)),
            );
        }
        for kind in ObjectKind::ALL.into_iter().filter(|kind| *kind != ObjectKind::Router) {
            let objects = view.snapshot.objects(kind);
            let objects = objects.map(|object| (object.name(), searched(&object).into(), object));
            for (name, object) in self.best(objects) {
                hit(noun(kind), name, detail(&object), own_address(&words(kind), &object, "edit"));
            }
        }
        let files = view.snapshot.files().iter().map(|file| file.id().as_str());
        for (name, ()) in self.best(files.map(|name| (name, name.to_lowercase().into(), ()))) {
            hit(message!("kind-file"), name, String::new(), format!("/files/edit?file={}", encoded(name)));
        }
        hits
    }
}

fn noun(kind: ObjectKind) -> Message {
    match kind {
        ObjectKind::Router => message!("kind-route"),
        ObjectKind::Service => message!("kind-service"),
        ObjectKind::Middleware => message!("kind-middleware"),
        ObjectKind::ServersTransport => message!("kind-servers-transport"),
        ObjectKind::TlsOptions => message!("kind-tls-options"),
        ObjectKind::TlsStore => message!("kind-tls-store"),
        ObjectKind::TlsCertificate => message!("kind-certificate"),
    }
}

/// What tells it from another of the same name.
fn detail(object: &Object<'_>) -> String {
    match object.variety() {
        "" => object.file().to_string(),
        variety => format!("{variety} · {}", object.file()),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn names(search: &str, all: &[&str]) -> Vec<String> {
        let all = all.iter().map(|name| (*name, name.to_lowercase().into(), ()));
        Search::new(search).unwrap().best(all).into_iter().map(|(name, ())| name.to_owned()).collect()
    }

    #[test]
    fn the_very_name_comes_first_then_its_beginning_then_the_rest() {
        let all = ["my-wiki", "wiki-old", "Wiki", "web", "wiki"];
        assert_eq!(names("WIKI", &all), ["Wiki", "wiki", "wiki-old", "my-wiki"]);
    }

    #[test]
    fn every_word_is_wanted_in_any_order() {
        assert_eq!(names("old wiki", &["wiki-old", "wiki", "old"]), ["wiki-old"]);
        assert!(Search::new(" \t ").is_none());
    }

    #[test]
    fn of_very_many_a_few_are_listed() {
        let many: Vec<String> = (0..100).map(|number| format!("app-{number:03}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(names("app", &many).len(), EACH);
    }
}
