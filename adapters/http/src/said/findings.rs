//! Whether what the check says is recognised: a great many mistakes, and each sentence about them in German.
//!
//! The mistakes are made by machine: in Traefik's own reference files every value is replaced by one that is odd, in
//! turn, so that there are sentences in every combination; and texts, rules and targets that do not hold are in tables.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::{collections::BTreeSet, sync::Arc};

use traefik_manager_core::{
    check::{Context, File, TraefikVersion, check, check_static},
    config::{
        edit::{Edit, EditError, NewNode, Path},
        source::Problem,
        store::{ConfigSyntax, FileId},
        value::Value,
    },
    traefik::{
        Protocol,
        access_log::LogError,
        certificate::CertificateError,
        live::LiveError,
        name::{Hostname, ObjectName},
        rule::{Rule, Syntax},
        target::{HttpServer, StreamServer},
    },
    tree::{Kind, NodeRef, Tree},
};
use traefik_manager_toml::Toml;
use traefik_manager_yaml::{PlainYaml, Yaml};

use super::{
    MOST_ATTEMPTS,
    mistakes::{EDITED, EDITED_FILE, ENTRIES, INSTALLATIONS, OBJECTS, RULES, TEMPLATES, TOML, YAML},
    said_in,
    tests::attempts,
};
use crate::words::Language;

const DYNAMIC: &str = include_str!("../../../../fixtures/yaml/reference-3.7.yml");
const STATIC: &str = include_str!("../../../../fixtures/yaml/static-reference-3.7.yml");

/// What stands where it should not.
const ODD: [&str; 18] = [
    "x",
    "\"\"",
    "-1",
    "4.5",
    "yes",
    "[]",
    "[a, {b: c}]",
    "[[a]]",
    "[~]",
    "{}",
    "{zzz: 1}",
    "2001-01-01",
    "!!int x",
    "b║c",
    "\"{{ env `A` }}\"",
    "{0: {}, \"\": {}}",
    "true",
    "9223372036854775807",
];

/// English words that no German sentence has, and no name in the tables.
const ENGLISH: [&str; 39] = [
    "the", "is", "not", "no", "of", "with", "which", "and", "or", "write", "remove", "must", "there", "this",
    "needs", "takes", "has", "have", "only", "them", "one", "here", "list", "mapping", "be", "by", "who",
    "for", "from", "it", "its", "like", "such", "as", "cannot", "value", "key", "service", "when",
];

/// What has been said, each sentence once.
#[derive(Debug, Default)]
struct Heard {
    sentences: BTreeSet<String>,
}

impl Heard {
    fn hear(&mut self, sentence: &impl ToString) {
        self.sentences.insert(sentence.to_string());
    }

    fn dynamic(&mut self, texts: &[&str], context: &Context) {
        let parsed: Vec<(FileId, Result<Tree, Problem>)> = texts
            .iter()
            .enumerate()
            .map(|(index, text)| {
                let id = FileId::new(&format!("{index}.yml"));
                let tree = Yaml.parse(Arc::from(*text)).map_err(|error| Problem::syntax(&id, error));
                (id, tree)
            })
            .collect();
        let files: Vec<File<'_>> =
            parsed.iter().zip(texts).map(|((id, tree), text)| File::new(id, text, tree.as_ref())).collect();
        for finding in check(&files, context) {
            self.hear(&finding.message);
            self.hear(&finding.remedy);
        }
    }

    fn installation(&mut self, syntax: &dyn ConfigSyntax, text: &str, minor: u8) {
        let id = FileId::new("traefik.yml");
        let tree = syntax.parse(Arc::from(text)).map_err(|error| Problem::syntax(&id, error));
        for finding in check_static(File::new(&id, text, tree.as_ref()), TraefikVersion::v3(minor)) {
            self.hear(&finding.message);
            self.hear(&finding.remedy);
        }
    }

    /// Those that are not said in German from end to end.
    fn unsaid(&self) -> Vec<String> {
        let german = Language::parse("de").unwrap();
        let unsaid = self.sentences.iter().filter_map(|sentence| {
            assert!(attempts(sentence) < MOST_ATTEMPTS / 5, "{sentence}");
            let said = said_in(german, sentence).text().to_owned();
            let is_said = said != *sentence && english_in(&said).is_none();
            (!is_said && !sentence.is_empty()).then(|| format!("{sentence} -> {said}"))
        });
        unsaid.collect()
    }
}

/// An English word in a sentence, outside of backticks.
fn english_in(sentence: &str) -> Option<&str> {
    let plain = sentence.split('`').step_by(2);
    plain
        .flat_map(|part| part.split(|letter: char| !letter.is_alphanumeric()))
        .find(|word| ENGLISH.contains(word))
}

/// The text with every value that is a leaf, or a mapping or list this deep, replaced by an odd one in turn.
fn spoiled(tree: &Tree, turn: usize, depth: Option<usize>) -> String {
    fn walk(node: NodeRef<'_>, above: usize, depth: Option<usize>, found: &mut Vec<std::ops::Range<usize>>) {
        let is_meant = depth.map_or(node.kind() == Kind::Scalar, |depth| above == depth);
        if is_meant {
            found.push(node.span());
            return;
        }
        for below in node.own_entries().map(|(_, value)| value).chain(node.items()) {
            walk(below, above + 1, depth, found);
        }
    }
    let mut places = Vec::new();
    walk(tree.root().unwrap(), 0, depth, &mut places);
    let (mut text, mut from) = (String::new(), 0);
    for (number, place) in places.into_iter().enumerate() {
        text.push_str(&tree.text()[from..place.start]);
        text.push_str(ODD[(number + turn) % ODD.len()]);
        // A block ends behind its line's end, which must stay.
        text.push_str(if tree.text()[place.clone()].ends_with('\n') { "\n" } else { "" });
        from = place.end;
    }
    text + &tree.text()[from..]
}

#[test]
fn odd_values_everywhere() {
    let mut heard = Heard::default();
    let dynamic = Yaml.parse(Arc::from(DYNAMIC)).unwrap();
    let install = PlainYaml.parse(Arc::from(STATIC)).unwrap();
    for turn in 0..ODD.len() {
        let minor = u8::try_from(turn % 8).unwrap();
        let known = Context::from_static(&install, TraefikVersion::v3(minor));
        for depth in [None, Some(2), Some(3), Some(4), Some(5), Some(6)] {
            heard.dynamic(&[&spoiled(&dynamic, turn, depth)], &known);
            heard.installation(&PlainYaml, &spoiled(&install, turn, depth), minor);
        }
    }
    assert!(heard.sentences.len() > 1000, "{}", heard.sentences.len());
    assert_eq!(heard.unsaid(), [""; 0]);
}

#[test]
fn objects_that_do_not_fit_together() {
    let mut heard = Heard::default();
    let install = "entryPoints:\n  web: {address: \":80\", http: {middlewares: [gone]}}\n  dns: {address: \":53/udp\"}\n\
        certificatesResolvers: {le: {acme: {storage: acme.json}}}\n\
        providers: {file: {directory: /etc}, docker: {}}\nexperimental: {plugins: {known: {moduleName: x, version: v1}}}\n";
    let install = PlainYaml.parse(Arc::from(install)).unwrap();
    for minor in 0..=7 {
        let context = Context::from_static(&install, TraefikVersion::v3(minor));
        for text in OBJECTS {
            heard.dynamic(&[text], &context);
            heard.dynamic(&[text, text], &Context::for_version(TraefikVersion::v3(minor)));
        }
        for text in INSTALLATIONS {
            heard.installation(&PlainYaml, text, minor);
        }
    }
    let deep = format!("a = {}", "[".repeat(300));
    for text in TOML.iter().copied().chain([deep.as_str()]) {
        heard.installation(&Toml, text, 7);
    }
    assert!(heard.sentences.len() > 200, "{}", heard.sentences.len());
    assert_eq!(heard.unsaid(), [""; 0]);
}

#[test]
fn texts_that_cannot_be_read() {
    let mut heard = Heard::default();
    for text in YAML.iter().chain(TEMPLATES) {
        heard.dynamic(&[&text.replace('¶', "\n")], &Context::default());
    }
    let deep = "[".repeat(200);
    let bomb = (1..30).fold("a0: &a0 [x, x]".to_owned(), |text, number| {
        format!("{text}\na{number}: &a{number} [*a{0}, *a{0}]", number - 1)
    });
    let tower = (1..6).fold("a0: &a0 [x]".to_owned(), |text, number| {
        let below = format!("*a{}, ", number - 1);
        format!("{text}\na{number}: &a{number} [{}]", below.repeat(9))
    });
    for text in [deep, bomb, tower, format!("{}: b", "a".repeat(1100))] {
        heard.dynamic(&[&text], &Context::default());
    }
    assert!(heard.sentences.len() > 70, "{}", heard.sentences.len());
    assert_eq!(heard.unsaid(), [""; 0]);
}

#[test]
fn edits_that_cannot_be_made() {
    let mut heard = Heard::default();
    let path = |keys: &str| {
        keys.split('.').fold(Path::root(), |path, key| match key.parse() {
            Ok(index) => path.index(index),
            Err(_) => path.key(key),
        })
    };
    let mut edits = vec![Edit::remove(Path::root())];
    for keys in EDITED {
        edits.push(Edit::remove(path(keys)));
        for to in ["b", "{{ x }}", &"k".repeat(1100)] {
            edits.push(Edit::Rename { path: path(keys), to: to.to_owned() });
        }
        for value in ["1", "{{ open", "{{ \"a\" }} 'b' \"\n", "{{ a }}", "%"] {
            edits.push(Edit::set(path(keys), Value::text(value)));
            edits.push(Edit::set(path(keys), Value::Verbatim(value.to_owned())));
        }
        for text in ENTRIES {
            edits.push(Edit::Set { path: path(keys), node: NewNode::Entry((*text).to_owned()) });
        }
    }
    let tree = Yaml.parse(Arc::from(EDITED_FILE)).unwrap();
    for edit in edits {
        match Yaml.apply(&tree, std::slice::from_ref(&edit)) {
            Err(EditError::Entry(error)) => heard.hear(&error.message),
            Err(error @ (EditError::Target { .. } | EditError::Shared { .. })) => heard.hear(&error),
            _ => {}
        }
    }
    let toml = Toml.parse(Arc::from("a = 1\n")).unwrap();
    heard.hear(&Toml.apply(&toml, &[Edit::remove(path("a"))]).unwrap_err());
    assert!(heard.sentences.len() > 80, "{}", heard.sentences.len());
    assert_eq!(heard.unsaid(), [""; 0]);
}

#[test]
fn what_traefik_and_its_files_do_not_say() {
    let mut heard = Heard::default();
    let (url, place) = ("http://traefik:8080".to_owned(), "/var/log/access.log".to_owned());
    heard.hear(&LogError::NotNamed);
    heard.hear(&LogError::NotFound { place: place.clone() });
    heard.hear(&CertificateError::NotFound { place });
    heard.hear(&LiveError::Unreachable { url: url.clone(), reason: "a".to_owned() });
    heard.hear(&LiveError::Unexpected { url, reason: "a".to_owned() });
    assert_eq!(heard.unsaid(), [""; 0]);
}

#[test]
fn rules_names_and_targets() {
    let mut heard = Heard::default();
    let long = format!("PathRegexp(`{}`)", "a".repeat(20_000));
    let nested = format!("PathRegexp(`{}`)", "(".repeat(500) + &")".repeat(500));
    let large = "PathRegexp(`((a{100}){10}b{900}){1,1000}`)";
    let deep = "(".repeat(200);
    for rule in RULES.iter().copied().chain([long.as_str(), &nested, large, &deep]) {
        for (protocol, syntax) in [
            (Protocol::Http, Syntax::V3),
            (Protocol::Http, Syntax::V2),
            (Protocol::Tcp, Syntax::V3),
            (Protocol::Tcp, Syntax::V2),
            (Protocol::Udp, Syntax::V3),
        ] {
            if let Err(error) = Rule::parse(rule, protocol, syntax) {
                heard.hear(&error);
            }
        }
    }
    for name in ["", " a", "a@b", "a/b", &"a".repeat(300)] {
        heard.hear(&ObjectName::parse_new(name).unwrap_err());
    }
    for host in ["", "a..b", "ä.de", "http://a", "a:80", "a*.b", "a b", &"a".repeat(300)] {
        heard.hear(&Hostname::parse(host).unwrap_err());
    }
    for host in [
        "",
        "a b",
        "a:",
        "a:x",
        "[x]",
        "[::1]x",
        "ä",
        "u@h",
        "a..b",
        "1.2.3.400",
        "a:1",
        "ftp://a",
        "a/b?c",
        &"a".repeat(300),
    ] {
        for scheme in ["http", "ftp"] {
            heard.hear(&HttpServer::parse(scheme, host, "2x").unwrap_err());
            if let Err(error) = HttpServer::parse(scheme, host, "2") {
                heard.hear(&error);
            }
        }
        for port in ["", "2"] {
            if let Err(error) = StreamServer::parse(host, port) {
                heard.hear(&error);
            }
        }
    }
    heard.hear(&StreamServer::parse("a", "").unwrap_err());
    assert!(heard.sentences.len() > 130, "{}", heard.sentences.len());
    assert_eq!(heard.unsaid(), [""; 0]);
}
