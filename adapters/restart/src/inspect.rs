//! What an engine says of containers. Whatever is missing or of another kind than expected is left empty.

use serde_json::Value;
use traefik_manager_core::restart::{
    Container, ContainerName, ContainerState, Labels, METHOD_LABEL, STATIC_FILE_LABEL,
};

/// The answer of `/containers/<name>/json`; `None` for something else.
pub(crate) fn container(body: &[u8]) -> Option<Container> {
    let value: Value = serde_json::from_slice(body).ok()?;
    let state = value.get("State")?;
    let text =
        |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let is = |key: &str| state.get(key).and_then(Value::as_bool).unwrap_or(false);
    let is_running = is("Running") && !is("Restarting");
    Some(Container {
        name: text(&value, "Name").trim_start_matches('/').to_owned(),
        started_at: text(state, "StartedAt"),
        state: if is_running {
            ContainerState::Running
        } else {
            ContainerState::Ended(state.get("ExitCode").and_then(Value::as_i64))
        },
        error: text(state, "Error"),
    })
}

/// The containers in an answer of `/containers/json`; `None` for something else.
///
/// A container without a usable name goes by its id.
pub(crate) fn marked(body: &[u8]) -> Option<Vec<Labels>> {
    let Value::Array(list) = serde_json::from_slice(body).ok()? else { return None };
    let read = |one: &Value| {
        let names = one.get("Names").and_then(Value::as_array).into_iter().flatten();
        let mut names = names.chain(one.get("Id")).filter_map(Value::as_str);
        let container = names.find_map(|name| ContainerName::parse(name).ok())?;
        Some(labelled(container, one.get("Labels")))
    };
    Some(list.iter().filter_map(read).collect())
}

/// The labels in an answer of `/containers/<name>/json`; `None` for something else.
pub(crate) fn labels(body: &[u8]) -> Option<Labels> {
    let value: Value = serde_json::from_slice(body).ok()?;
    let container = ContainerName::parse(value.get("Name")?.as_str()?).ok()?;
    Some(labelled(container, value.get("Config").and_then(|config| config.get("Labels"))))
}

fn labelled(container: ContainerName, labels: Option<&Value>) -> Labels {
    let label = |name: &str| labels.and_then(|labels| labels.get(name)?.as_str()).map(str::to_owned);
    Labels { container, method: label(METHOD_LABEL), static_file: label(STATIC_FILE_LABEL) }
}

/// The words of an error: `{"message": "…"}`, or the first line of whatever it is.
pub(crate) fn message(body: &[u8]) -> String {
    const MOST: usize = 300;
    let said = serde_json::from_slice::<Value>(body).ok();
    let said = said.as_ref().and_then(|said| said.get("message")?.as_str());
    let text = String::from_utf8_lossy(body);
    let text = said.unwrap_or(&text).trim();
    let line = text.lines().next().unwrap_or_default();
    line.chars().filter(|char| !char.is_control()).take(MOST).collect()
}

/// The text of an answer of `/containers/<name>/logs`.
///
/// Without a terminal the engine frames each piece: which stream, three zeros, the length in four bytes, the text.
pub(crate) fn log(body: &[u8]) -> String {
    let mut rest = body;
    let mut text = Vec::new();
    while let [0..=2, 0, 0, 0, a, b, c, d, tail @ ..] = rest {
        let length = usize::try_from(u32::from_be_bytes([*a, *b, *c, *d])).unwrap_or(usize::MAX);
        let (piece, tail) = tail.split_at(length.min(tail.len()));
        text.extend_from_slice(piece);
        rest = tail;
    }
    text.extend_from_slice(rest);
    String::from_utf8_lossy(&text).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_container_is_read_as_far_as_it_goes() {
        let read = container(
            br#"{"Name": "/traefik", "State": {"Running": true, "StartedAt": "t", "ExitCode": 0, "Error": ""}}"#,
        );
        let running = Container {
            name: "traefik".into(),
            started_at: "t".into(),
            state: ContainerState::Running,
            error: String::new(),
        };
        assert_eq!(read, Some(running));
        let state =
            |text: &str| container(format!(r#"{{"State": {text}}}"#).as_bytes()).map(|read| read.state);
        assert_eq!(state(r#"{"Running": false, "ExitCode": 137}"#), Some(ContainerState::Ended(Some(137))));
        assert_eq!(
            state(r#"{"Running": true, "Restarting": true, "ExitCode": 1}"#),
            Some(ContainerState::Ended(Some(1)))
        );
        assert_eq!(state("{}"), Some(ContainerState::Ended(None)));
        for odd in ["", "[]", "{}", "null", "{\"State\"", "<html>"] {
            assert_eq!(container(odd.as_bytes()), None, "{odd}");
        }
    }

    #[test]
    fn names_and_labels_of_a_list() {
        let read = marked(
            br#"[{"Id": "abc", "Names": ["/edge", "/web/edge"], "Labels": {"traefik-manager.restart-method": "socket"}},
                {"Id": "def", "Labels": null}, {"Names": ["/a b"]}, 1]"#,
        );
        let read: Vec<_> =
            read.into_iter().flatten().map(|one| (one.container.to_string(), one.method)).collect();
        assert_eq!(read, [("edge".to_owned(), Some("socket".to_owned())), ("def".to_owned(), None)]);
        assert_eq!((marked(b"[]"), marked(b"{}")), (Some(Vec::new()), None));
    }

    #[test]
    fn labels_of_a_container_are_read_where_they_are_texts() {
        let read = labels(
            br#"{"Name": "/traefik", "Config": {"Labels": {"traefik-manager.static-config": "/t.yml", "traefik-manager.restart-method": 1}}}"#,
        );
        let container = ContainerName::default();
        let expected = Labels { container, method: None, static_file: Some("/t.yml".to_owned()) };
        assert_eq!(read, Some(expected));
        // A proxy that passes on only what the container does.
        assert!(labels(br#"{"Name": "/traefik"}"#).is_some_and(|labels| labels.is_silent()));
        assert_eq!((labels(b"{}"), labels(b"[]"), labels(b"<html>")), (None, None, None));
    }

    #[test]
    fn words_of_errors_are_one_short_line() {
        assert_eq!(message(br#"{"message": "No such container: x"}"#), "No such container: x");
        assert_eq!(message(b"<html>\n<body>"), "<html>");
        assert_eq!(message(b"a\x1b[31mb\0"), "a[31mb");
        assert_eq!(message(&[b'x'; 5000]).len(), 300);
        assert_eq!(message(b"\xff"), "\u{fffd}");
    }

    #[test]
    fn framed_and_plain_logs() {
        assert_eq!(log(b"\x01\0\0\0\0\0\0\x03ab\n\x02\0\0\0\0\0\0\x02c\n"), "ab\nc");
        assert_eq!(log(b"plain\n"), "plain");
        assert_eq!(log(b"\x01\0\0\0\xff\xff\xff\xffshort"), "short");
        assert_eq!(log(b"\x01\0\0"), "\u{1}\0\0");
    }
}
