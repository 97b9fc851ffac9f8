//! Whether what the core and the adapters refuse with is said in German from end to end: errors as they are made, with
//! lists, reasons and errors of the system in them.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::net::{IpAddr, Ipv4Addr};

use traefik_manager_core::{
    audit::{Actor, Entry, Object, Outcome},
    auth::{Refusal, oidc::ProviderError},
    clock::Timestamp,
    companion::CompanionError,
    config::{
        confirm::Confirmation,
        edit::{EditError, Path, SyntaxError},
        object::{ObjectKind, ObjectRef},
        source::Problem,
        store::{FileId, StorageError},
    },
    git::GitError,
    notices::notice_of,
    restart::{Attempt, Difference, PutBack, Report, RestartError},
    routes::ChangeError,
    settings::SettingsError,
    traefik::{Protocol, certificate::CertificateError, live::LiveError},
    tree::Position,
};

use super::{MOST_ATTEMPTS, said_in, tests::attempts};
use crate::words::Language;

fn assert_said(cases: &[(String, &str)]) {
    let german = Language::parse("de").unwrap();
    for (english, expected) in cases {
        assert_eq!(said_in(german, english).text(), *expected, "{english}");
        assert!(attempts(english) < MOST_ATTEMPTS / 5, "{english}");
    }
}

/// The system's word.
fn system(number: i32) -> String {
    std::io::Error::from_raw_os_error(number).to_string()
}

fn router(name: &str) -> ObjectRef {
    ObjectRef::new(Some(Protocol::Http), ObjectKind::Router, name)
}

#[test]
fn changes_that_are_not_made() {
    let users = ["route `a`", "route `b, c`", "service `d`", "TLS store `e`", "TLS options `f`", "5 others"];
    let users = users.map(str::to_owned).to_vec();
    let read_only = || StorageError::ReadOnly { name: "routes.yml".into(), reason: system(30) };
    let position = Position { line: 3, column: 5 };
    let message = "the rule `Host(` is not valid: nobody knows".to_owned();
    assert_said(&[
        (
            ChangeError::NotFound { what: "change 17 on trial".into() }.to_string(),
            "nicht gefunden: Änderung 17 auf Probe",
        ),
        (
            ChangeError::InUse { what: "middleware `m`".into(), users }.to_string(),
            "Middleware `m` wird verwendet von: Route `a`, Route `b, c`, Dienst `d`, TLS-Speicher `e`, \
             TLS-Optionen `f`, 5 weitere; ändern Sie das zuerst",
        ),
        (
            ChangeError::Exists { what: "a service `app`".into(), file: FileId::new("routes.yml") }
                .to_string(),
            "in routes.yml gibt es das schon (Dienst `app`); wählen Sie einen anderen Namen, oder bearbeiten Sie, \
             was dort steht",
        ),
        (
            ChangeError::Conflict { what: "route `app`".into(), theirs: String::new() }.to_string(),
            "Route `app`: seit Sie es geöffnet haben, hat jemand anders es geändert; vergleichen Sie die beiden \
             Fassungen, und speichern Sie noch einmal",
        ),
        (
            ChangeError::Overtaken {
                number: 3,
                object: router("app"),
                before: None,
                after: None,
                present: None,
            }
            .to_string(),
            "HTTP-Router `app` wurde nach Änderung 3 noch einmal geändert; vergleichen Sie die Fassungen, und \
             bearbeiten Sie es von Hand",
        ),
        (
            ChangeError::Storage(read_only()).to_string(),
            "`routes.yml` lässt sich nicht schreiben: Dateisystem nur lesbar (os error 30); lassen Sie dieses \
             Programm die Datei und ihren Ordner schreiben",
        ),
        (
            ChangeError::NotEditable {
                file: FileId::new("routes.yml"),
                source: EditError::Exists { path: Path::keys(["http", "routers", "app"]) },
            }
            .to_string(),
            "routes.yml: http.routers.app gibt es schon",
        ),
        (
            ChangeError::Text(SyntaxError {
                message: "router `app` has no keys; write its rule and service".into(),
                position,
                shaped_by_templates: false,
            })
            .to_string(),
            "Zeile 3, Spalte 5: Router `app` hat keine Schlüssel; schreiben Sie seine Regel und seinen Dienst",
        ),
        (
            ChangeError::Broken(Problem {
                file: FileId::new("routes.yml"),
                position: Some(position),
                message: "it is larger than 64 MiB; split it".into(),
                shaped_by_templates: false,
            })
            .to_string(),
            "routes.yml:3:5: sie ist größer als 64 MiB; teilen Sie sie auf",
        ),
        (
            ChangeError::NotUndoable { number: 3, reason: message }.to_string(),
            "Änderung 3 lässt sich nicht zurücknehmen: die Regel `Host(` ist ungültig: nobody knows",
        ),
    ]);
}

#[test]
fn files_that_cannot_be_read_or_written() {
    let name = || "manager.yml".to_owned();
    let reason = format!("{}, then {}", system(28), system(5));
    let unreadable = StorageError::Unreadable {
        name: name(),
        reason: "it is not UTF-8 from byte 7 on; save it as UTF-8".into(),
    };
    assert_said(&[
        (
            StorageError::ReadOnly {
                name: name(),
                reason: format!("{} at path \"/state/x.tmp\"", system(30)),
            }
            .to_string(),
            "`manager.yml` lässt sich nicht schreiben: Dateisystem nur lesbar (os error 30) bei „/state/x.tmp“; lassen \
             Sie dieses Programm die Datei und ihren Ordner schreiben",
        ),
        (
            StorageError::Unsettled { name: name(), reason }.to_string(),
            "`manager.yml` wurde nur halb geschrieben, und das lässt sich noch nicht zurücknehmen: kein Platz mehr \
             auf dem Datenträger (os error 28), danach Ein-/Ausgabefehler (os error 5); es geschieht von selbst, \
             sobald die Dateien beschreibbar sind",
        ),
        (
            CompanionError::Storage(unreadable).to_string(),
            "`manager.yml` ist nicht lesbar: ab Byte 7 ist sie kein UTF-8; speichern Sie die Datei als UTF-8",
        ),
        (
            SettingsError::Broken {
                file: name(),
                message: "line 3, column 5: `scopes` of an entry of `api_keys` must be a list".into(),
            }
            .to_string(),
            "manager.yml: Zeile 3, Spalte 5: `scopes` eines Eintrags von `api_keys` muss eine Liste sein; \
             berichtigen Sie die Datei, oder stellen Sie eine Sicherung von ihr wieder her",
        ),
        (
            CertificateError::Unreadable { place: "/acme.json".into(), reason: system(13) }.to_string(),
            "/acme.json: Zugriff verweigert (os error 13)",
        ),
        (
            GitError::Failed("the repository refuses user and token".into()).to_string(),
            "das Repository lehnt Benutzer und Token ab",
        ),
    ]);
}

#[test]
fn people_who_are_not_let_in() {
    let message = "You are signed out, which a restart would undo while it is not written down: there is no space \
                   left to write `sessions.json`; nothing was changed, so free some and try again";
    assert_said(&[
        (
            Refusal::TooMany { retry_after_seconds: 30 }.to_string(),
            "Zu viele Versuche. Versuchen Sie es in 30 s noch einmal.",
        ),
        (
            Refusal::NotKept { message: message.into(), is_full: true }.to_string(),
            "Sie sind abgemeldet, wären nach einem Neustart aber wieder angemeldet, weil es sich nicht festhalten \
             lässt: um `sessions.json` zu schreiben, fehlt der Platz; nichts wurde geändert, also schaffen Sie \
             Platz, und versuchen Sie es noch einmal",
        ),
        (
            ProviderError::Unreachable(
                "failed to lookup address information: Name or service not known".into(),
            )
            .to_string(),
            "Der Identity-Provider antwortet nicht: die Adresse zum Namen ließ sich nicht finden: Name unbekannt.",
        ),
        (
            ProviderError::Strange(
                "https://login.example.com/.well-known/openid-configuration answers 404".into(),
            )
            .to_string(),
            "Der Identity-Provider antwortet seltsam: https://login.example.com/.well-known/openid-configuration \
             antwortet mit 404.",
        ),
        (
            ProviderError::NotAllowed("The file of authorities, /ca.pem, is not in PEM format.".into())
                .to_string(),
            "Die Datei der Zertifizierungsstellen, /ca.pem, ist nicht im PEM-Format.",
        ),
    ]);
}

#[test]
fn restarts_that_go_wrong() {
    let silent =
        || Attempt::Silent(LiveError::Refused { url: "http://traefik:8080".into(), reason: system(111) });
    let differs = |name: &str, expected: &str, found: Option<&str>| Difference {
        name: name.into(),
        expected: expected.into(),
        found: found.map(str::to_owned),
    };
    let report = |attempt, put_back| Report { attempt, last_words: None, put_back }.to_string();
    let good = Attempt::Confirmed { version: "3.7.15".into() };
    let denied = RestartError::Refused {
        at: "unix:///var/run/docker.sock".into(),
        reason: format!("{}; run this program in the group that may use the socket", system(13)),
    };
    let otherwise = vec![
        differs("web", ":81", Some(":80")),
        differs("new", ":443", None),
        differs("ping", ":82", Some(":83")),
    ];
    assert_said(&[
        (
            report(good.clone(), None),
            "Traefik 3.7.15 wurde neu gestartet und läuft mit der Konfiguration aus der Datei",
        ),
        (
            report(Attempt::Otherwise(otherwise), Some(PutBack::Done(good))),
            "Traefik wurde neu gestartet, läuft aber anders, als die Datei sagt: Einstiegspunkt web ist :80 und nicht \
             :81; Einstiegspunkt new (:443) ist nicht da; Einstiegspunkt ping ist :83 und nicht :82; die letzte gute \
             Datei wurde zurückgelegt, und Traefik läuft mit ihr",
        ),
        (
            report(Attempt::Ended { code: Some(1), error: "oom".into() }, Some(PutBack::Done(silent()))),
            "Traefik startet nicht: es endet mit Code 1 (oom); die letzte gute Datei wurde zurückgelegt, aber: \
             Traefik antwortet nach dem Neustart nicht: die API von Traefik unter http://traefik:8080 ist nicht \
             erreichbar: Verbindung abgelehnt (os error 111)",
        ),
        (
            report(silent(), Some(PutBack::Failed(format!("`traefik.yml` cannot be read: {}", system(5))))),
            "Traefik antwortet nach dem Neustart nicht: die API von Traefik unter http://traefik:8080 ist nicht \
             erreichbar: Verbindung abgelehnt (os error 111); die letzte gute Datei ließ sich nicht zurücklegen: \
             `traefik.yml` ist nicht lesbar: Ein-/Ausgabefehler (os error 5)",
        ),
        (
            report(Attempt::NotAskedFor(denied), None),
            "Traefik wurde nicht neu gestartet: unix:///var/run/docker.sock erlaubt es nicht: Zugriff verweigert \
             (os error 13); lassen Sie dieses Programm in der Gruppe laufen, die den Socket benutzen darf",
        ),
    ]);
}

#[test]
fn what_traefik_says_of_a_change_and_what_people_are_told_of_it() {
    let why = Confirmation::InError {
        object: router("app"),
        errors: vec!["the service \"x@file\" does not exist".into()],
    };
    let why = why.refusal().unwrap();
    let old = Confirmation::StillOld { objects: vec![(router("app"), Path::root())] }.refusal().unwrap();
    let told = |action: &str, kind: &str, name: &str, outcome: Outcome, actor: Actor| {
        let entry = Entry {
            at: Timestamp(0),
            actor,
            address: Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
            action: action.into(),
            object: Some(Object { kind: kind.into(), protocol: None, name: name.into(), file: None }),
            regarding: None,
            files: Vec::new(),
            outcome,
        };
        notice_of(&entry).unwrap().1
    };
    let admin = Actor::admin;
    assert_said(&[
        (
            why.clone(),
            "Traefik führt das nicht aus (HTTP-Router `app`): den Dienst „x@file“ gibt es nicht",
        ),
        (
            old,
            "zehn Sekunden nach der Änderung führt Traefik noch die alte Konfiguration aus (HTTP-Router `app`): \
             Entweder lehnt es eine Datei ab, was in seinem Protokoll steht, oder sein Datei-Provider beobachtet \
             diese Dateien nicht",
        ),
        (
            told("save", "router", "app", Outcome::RolledBack { why }, admin()),
            "Traefik nimmt das nicht an (Route app), deshalb wurde es zurückgesetzt: Traefik führt das nicht aus \
             (HTTP-Router `app`): den Dienst „x@file“ gibt es nicht",
        ),
        (told("save", "router", "app", Outcome::Done, admin()), "Gespeichert: Route app"),
        (
            told("edit", "file", "routes.yml", Outcome::Done, Actor::OnDisk),
            "Auf dem Datenträger geändert: Datei routes.yml",
        ),
        (
            told("install plugin", "static file", "traefik.yml", Outcome::Done, admin()),
            "Geändert (Plugin installieren): Statische Datei traefik.yml",
        ),
        (told("sign in", "access", "", Outcome::Done, admin()), "Anmeldung (von 127.0.0.1)"),
        (
            told("block sign-in", "access", "for 60 s", Outcome::Done, Actor::Stranger),
            "Zu viele falsche Passwörter oder Codes: die Anmeldung ist gesperrt für 60 s (von 127.0.0.1)",
        ),
        (
            told("change settings", "access", "domains, webhook", Outcome::Done, admin()),
            "Einstellungen wurden geändert, von 127.0.0.1: domains, webhook",
        ),
        (
            "Certificates: a.example ended at 2026-12-01 10:00 UTC; b.example ended at 2026-12-02 10:00 UTC; and 4 \
             more"
                .into(),
            "Zertifikate: a.example ist am 2026-12-01 10:00 UTC abgelaufen; b.example ist am 2026-12-02 10:00 UTC \
             abgelaufen; und 4 weitere",
        ),
    ]);
}
