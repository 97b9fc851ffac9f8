//! `traefik-manager check` as people and pipelines run it, and its verdicts about single mistakes.
//!
//! What the real Traefik says about the same things, the oracle asks; here stands what we say about them: code,
//! level, effect, place and version.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod command;
mod objects;
mod shapes;
mod statics;
mod templates;

use std::sync::Arc;

use traefik_manager_core::{
    check::{Context, File, Finding, TraefikVersion, check},
    config::{
        source::Problem,
        store::{ConfigSyntax as _, FileId},
    },
};
use traefik_manager_yaml::{PlainYaml, Yaml};

/// A static configuration that knows a little of everything.
const STATIC: &str = "entryPoints:\n  web: {address: \":80\"}\n  websecure: {address: \":443\"}\n  dns: {address: \":53/udp\"}\n\
     api: {}\nproviders: {docker: {}, file: {directory: /etc/traefik}}\n\
     certificatesResolvers: {le: {acme: {storage: acme.json}}}\nexperimental: {plugins: {known: {moduleName: x, version: v1}}}\n";

fn context(minor: u8) -> Context {
    Context::from_static(&PlainYaml.parse(Arc::from(STATIC)).unwrap(), TraefikVersion::v3(minor))
}

/// The findings about texts as the files `0.yml`, `1.yml`, ….
fn findings_in(texts: &[&str], context: &Context) -> Vec<Finding> {
    let parsed: Vec<_> = texts
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
    check(&files, context)
}

/// `level effect code path` of each finding.
fn told(text: &str, minor: u8) -> Vec<String> {
    findings_in(&[text], &context(minor)).iter().map(line).collect()
}

fn line(finding: &Finding) -> String {
    let Finding { level, effect, code, path, .. } = finding;
    format!("{level} {} {code} {path}", effect.as_str())
}
