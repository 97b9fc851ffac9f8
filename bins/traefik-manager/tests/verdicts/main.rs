//! What is known of Traefik, one statement after the other: a small configuration, what `check` says of it, and what
//! the real Traefik makes of it.
//!
//! The oracle finds by chance what nobody thought of; here stands what somebody did. Each file holds the statements
//! about one thing. Those that Traefik takes are put to it all at once, as the files of one configuration; those that
//! it refuses one by one. What kills it is asked once, and what other versions do is asked of `check` alone.

#![expect(clippy::unwrap_used, reason = "tests")]

mod deadly;
mod disabled;
mod empty;
mod fields;
mod lists;
mod names;
mod references;
mod reload;
mod rules;
mod scalars;
mod spelling;
mod statics;
#[path = "../support/mod.rs"]
mod support;
mod swallowed;
mod table;
mod texts;
mod unused;
mod yaml;

use support::{
    oracle::{Oracle, Verdict},
    require_real,
};
use table::{Real, Statement};
use traefik_manager_core::check::TraefikVersion;

/// All that the real Traefik of the PATH is asked about.
fn statements() -> Vec<Statement> {
    let all = [
        spelling::statements(),
        empty::statements(),
        scalars::statements(),
        lists::statements(),
        names::statements(),
        yaml::statements(),
        unused::statements(),
        rules::statements(),
        references::statements(),
        swallowed::statements(),
        disabled::statements(),
        fields::statements(),
        deadly::statements(),
    ];
    all.into_iter().flatten().enumerate().map(|(number, statement)| statement.numbered(number)).collect()
}

#[test]
fn every_statement_holds_for_the_check_and_for_traefik() {
    let Some(program) = require_real("traefik") else { return };
    let mut oracle = Oracle::start(&program);
    let context = table::context(&oracle.static_text(), TraefikVersion::v3(7));
    let statements = statements();
    let mut wrong: Vec<String> =
        statements.iter().filter_map(|statement| statement.judge(&context).err()).collect();

    let together: Vec<&Statement> =
        statements.iter().filter(|statement| statement.goes_with_others()).collect();
    let files: Vec<String> = together.iter().flat_map(|statement| statement.files.clone()).collect();
    let verdict = oracle.ask_patiently(&files);
    let serves = oracle.serves();
    wrong.extend(together.iter().filter_map(|statement| statement.compare(&verdict, &serves).err()));
    for statement in statements.iter().filter(|statement| !statement.goes_with_others()) {
        if statement.real != Real::NotAsked {
            let verdict = oracle.ask_patiently(&statement.files);
            let serves = oracle.serves();
            wrong.extend(statement.compare(&verdict, &serves).err());
        }
    }
    assert!(wrong.is_empty(), "{} of {} are wrong:\n{}", wrong.len(), statements.len(), wrong.join("\n"));
    assert!(statements.len() > 300, "{}", statements.len());

    reload::one_refused_file_stops_all(&mut oracle);
    for text in deadly::KILLS {
        assert!(matches!(oracle.ask(&[(*text).to_owned()]), Verdict::Broken), "{text}");
    }
}

#[test]
fn older_versions_are_known() {
    let wrong: Vec<String> = fields::by_version()
        .into_iter()
        .chain(deadly::by_version())
        .chain(rules::by_version())
        .filter_map(|(minor, statement)| statement.judge(&table::known(minor)).err())
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
