//! Certificates as Traefik and people leave them, and files that are none.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::{fs, path::PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;
use tempfile::TempDir;
use traefik_manager_core::{
    clock::Timestamp,
    traefik::certificate::{AcmeCertificate, CertificateError, Certificates as _},
};
use traefik_manager_traefik_files::FsCertificates;

const EXAMPLE: &str = include_str!("example.pem");
const NAMELESS: &str = include_str!("nameless.pem");
/// When it ends.
const EXAMPLE_ENDS: i64 = 2_111_124_722;
/// Stands where private keys stand.
const KEY: &str = "TOP-SECRET-KEY";

fn acme(text: &[u8]) -> (TempDir, Result<Vec<AcmeCertificate>, CertificateError>) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("acme.json");
    fs::write(&path, text).unwrap();
    let found = FsCertificates::new(Some(path)).acme().map(Option::unwrap);
    (folder, found)
}

#[test]
fn what_traefik_keeps_is_read_without_its_keys() {
    let chain = STANDARD.encode(format!("{EXAMPLE}{NAMELESS}"));
    let text = json!({
        "le": {
            "Account": {"Email": "ann@example.com", "PrivateKey": KEY},
            "Certificates": [
                {"domain": {"main": "example.com", "sans": ["*.example.com"]}, "certificate": chain, "key": KEY, "Store": "default"},
                {"domain": {"main": "broken.example"}, "certificate": "bm90aGluZw==", "key": KEY},
            ],
        },
        "old": {"Account": null, "certificates": [{"Domain": {"Main": "x", "SANs": null}, "Certificate": STANDARD.encode(NAMELESS)}]},
        "fresh": {"Account": null, "Certificates": null},
        "nothing": null,
    });
    let (_folder, found) = acme(text.to_string().as_bytes());
    let found = found.unwrap();
    let domains: Vec<_> = found.iter().map(|one| (&*one.resolver, &*one.main)).collect();
    assert_eq!(domains, [("le", "example.com"), ("le", "broken.example"), ("old", "x")]);
    let first = found[0].certificate.as_ref().unwrap();
    assert_eq!((&*first.main, &*first.issuer), ("example.com", "Example Authority, example.com"));
    assert_eq!(first.sans, ["*.example.com", "10.0.0.1", "fd00::1"]);
    assert_eq!(first.not_after, Timestamp(EXAMPLE_ENDS));
    assert_eq!(found[0].sans, ["*.example.com"]);
    let error = found[1].certificate.as_ref().unwrap_err();
    assert_eq!(error.to_string(), "broken.example: there is no certificate in its entry");
    assert_eq!(found[2].certificate.as_ref().unwrap().main, "only.example.org", "the first alternative name");
    assert!(!format!("{found:?}").contains(KEY));
}

#[test]
fn nothing_named_nothing_there_and_nothing_in_it_are_three_things() {
    assert_eq!(FsCertificates::new(None).acme(), Ok(None));
    for empty in ["", " \n", "{}"] {
        assert_eq!(acme(empty.as_bytes()).1, Ok(Vec::new()));
    }
    let missing = FsCertificates::new(Some(PathBuf::from("/nowhere/acme.json"))).acme();
    assert!(matches!(missing, Err(CertificateError::NotFound { .. })));
    let folder = FsCertificates::new(Some(std::env::temp_dir())).acme().unwrap_err();
    assert!(folder.to_string().ends_with("it is no file"), "{folder}");
}

#[test]
fn what_is_no_acme_json_is_refused_without_a_word_of_what_stands_in_it() {
    let quoting = format!("{{\"le\": {{\"Certificates\": \"{KEY}\"}}}}");
    let cut = format!("{{\"le\": {{\"Account\": {{\"PrivateKey\": \"{KEY}");
    let array = format!("[\"{KEY}\"]");
    let deep = "[".repeat(100_000);
    for text in
        [&*quoting, &cut, &array, &deep, KEY, "{\"le\": 5}", "\u{0}", "{\"Certificates\": [{\"x\": 1}]}"]
    {
        let (_folder, found) = acme(text.as_bytes());
        let error = found.unwrap_err();
        assert!(error.to_string().contains("not what Traefik writes there (line"), "{error}");
        assert!(!format!("{error} {error:?}").contains(KEY), "{error}");
    }
    let (_folder, found) = acme(&[0xff, 0xfe]);
    assert!(found.is_err());
}

#[test]
fn a_file_that_is_too_large_is_not_read() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("acme.json");
    fs::File::create(&path).unwrap().set_len(1 << 40).unwrap();
    let error = FsCertificates::new(Some(path)).acme().unwrap_err();
    assert!(error.to_string().ends_with("it is larger than 32 MiB"), "{error}");
}

#[test]
fn a_file_of_a_certificate_is_read_and_whatever_else_is_there_looks_like_nothing() {
    let folder = TempDir::new().unwrap();
    let at = |name: &str, text: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let files = FsCertificates::new(None);
    let key = format!("-----BEGIN PRIVATE KEY-----\n{KEY}\n-----END PRIVATE KEY-----\n");
    for text in [EXAMPLE.to_owned(), format!("{key}{EXAMPLE}"), EXAMPLE.replace('\n', "\r\n")] {
        let found = files.in_file(&at("a.pem", text.as_bytes())).unwrap();
        assert_eq!((&*found.main, found.not_after), ("example.com", Timestamp(EXAMPLE_ENDS)));
        assert_eq!(files.in_file(&text).unwrap(), found, "also where it is written out");
    }
    let half = EXAMPLE.split_at(300).0;
    for path in [
        at("key.pem", key.as_bytes()),
        at("half.pem", half.as_bytes()),
        at("secret.txt", KEY.as_bytes()),
        at("binary", &[0xff; 100]),
        folder.path().display().to_string(),
        folder.path().join("missing").display().to_string(),
        "/dev/zero".to_owned(),
        "relative.pem".to_owned(),
        String::new(),
    ] {
        let error = files.in_file(&path).unwrap_err();
        assert_eq!(error.to_string(), format!("{path}: no certificate can be read there from here"));
    }
    let error = files.in_file(&key).unwrap_err();
    assert!(!error.to_string().contains(KEY), "{error}");
}
