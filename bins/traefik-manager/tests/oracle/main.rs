//! The oracle: the real Traefik and our checks must say the same about thousands of changed configurations.
//!
//! `ORACLE_MUTANTS` and `ORACLE_SEED` choose how many and which; `ORACLE_TRAEFIKS` names a folder that holds the
//! programs of several versions as `3.4.3/traefik`, and `ORACLE_REPORT` the file for the table of `docs/oracle.md`.
//! Nothing that Traefik refuses or disables may pass here. Where we are stricter, the report says why.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod judge;
mod mutate;
mod probe;
mod report;
#[path = "../support/mod.rs"]
mod support;
mod templates;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Mutex,
    thread,
};

use judge::{Ours, Tally};
use mutate::Dice;
use serde_yaml::Value;
use support::oracle::{Oracle, Verdict};
use traefik_manager_core::{
    check::{Context, TraefikVersion},
    config::edit::Segment,
};

/// What the mutants are made of; `-N` becomes a number of their own.
const BASES: [&str; 4] = [
    include_str!("../../../../fixtures/oracle/web.yml"),
    include_str!("../../../../fixtures/oracle/middlewares.yml"),
    include_str!("../../../../fixtures/oracle/services.yml"),
    include_str!("../../../../fixtures/oracle/streams.yml"),
];
/// Every field once; asked alone, because its names are not numbered.
const REFERENCE: &str = include_str!("../../../../fixtures/yaml/reference-3.7.yml");
/// The kinds of objects that Traefik tells the state of.
const KINDS: [&str; 8] = [
    "http.middlewares",
    "http.routers",
    "http.services",
    "tcp.middlewares",
    "tcp.routers",
    "tcp.services",
    "udp.routers",
    "udp.services",
];
/// How many mutants that we take Traefik is asked about at once.
const TOGETHER: usize = 20;

fn number(name: &str, default: usize) -> usize {
    env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// A base without the fields that a version does not know.
fn base_for(text: &str, context: &Context) -> Value {
    let mut value: Value = serde_yaml::from_str(text).unwrap();
    loop {
        let text = serde_yaml::to_string(&value).unwrap();
        let Some(finding) = Ours::of(&[text], context).fatal.into_iter().next() else { return value };
        let (last, parent) = finding
            .path
            .split_last()
            .map_or((None, None), |(last, parent)| (Some(last.clone()), Some(parent)));
        let parent = parent.expect("a finding at the root of a base");
        let node = parent.segments().iter().try_fold(&mut value, |value, segment| match segment {
            Segment::Key(key) => value.get_mut(key.as_str()),
            Segment::Index(index) => value.get_mut(*index),
        });
        match (finding.code, last, node) {
            ("future-field" | "unknown-field", Some(Segment::Key(key)), Some(Value::Mapping(mapping))) => {
                assert!(mapping.shift_remove(key.as_str()).is_some(), "{finding}");
            }
            ("empty-element", Some(Segment::Key(key)), Some(Value::Mapping(mapping))) => {
                mapping.shift_remove(key.as_str());
            }
            _ => unreachable!("a base is wrong: {finding}"),
        }
    }
}

/// Asks one version about its share of mutants.
fn examine(program: &Path, version: TraefikVersion, mutants: usize, seed: u64) -> Tally {
    let mut oracle = Oracle::start(program);
    let context = judge::context(&oracle.static_text(), version);
    let bases: Vec<Value> = BASES.iter().map(|text| base_for(text, &context)).collect();
    let reference = base_for(REFERENCE, &context);
    let (mut dice, mut tally) = (Dice(seed), Tally::default());
    let mut taken: Vec<String> = Vec::new();
    for index in 0..mutants {
        let alone = dice.roll(8) == 0;
        let base = if alone { &reference } else { &bases[dice.roll(bases.len())] };
        let text = mutate::mutant(base, &mut dice).replace("-N", &format!("-{index}"));
        let texts = [text];
        let ours = Ours::of(&texts, &context);
        if ours.is_dangerous(version) {
            tally.not_asked += 1;
        } else if alone || !ours.fatal.is_empty() || !ours.stricter.is_empty() {
            let theirs = ask(&mut oracle, &texts, &ours);
            tally.compare(&texts, &ours, &theirs, &mut oracle);
        } else {
            taken.extend(texts);
        }
        if taken.len() == TOGETHER || index + 1 == mutants {
            together(&mut oracle, &mut tally, &context, &taken);
            taken.clear();
        }
    }
    tally
}

/// Asks, and waits longer where nothing is wrong that could silence Traefik: a busy machine takes its time.
fn ask(oracle: &mut Oracle, texts: &[String], ours: &Ours) -> Verdict {
    if ours.fatal.is_empty() { oracle.ask_patiently(texts) } else { oracle.ask(texts) }
}

/// Asks about several mutants at once, and about each where Traefik refuses them.
fn together(oracle: &mut Oracle, tally: &mut Tally, context: &Context, texts: &[String]) {
    if texts.is_empty() {
        return;
    }
    let ours = Ours::of(texts, context);
    let theirs = ask(oracle, texts, &ours);
    if texts.len() > 1 && !matches!((&theirs, ours.fatal.is_empty()), (Verdict::Taken(_), true)) {
        let (left, right) = texts.split_at(texts.len() / 2);
        together(oracle, tally, context, left);
        together(oracle, tally, context, right);
    } else {
        tally.compare(texts, &ours, &theirs, oracle);
    }
}

/// The versions in a folder, or the one on the PATH.
fn programs() -> Vec<(String, PathBuf)> {
    let Some(folder) = env::var_os("ORACLE_TRAEFIKS") else {
        let Some(program) = support::require_real("traefik") else { return Vec::new() };
        let said = Command::new(&program).arg("version").output().unwrap();
        let said = String::from_utf8(said.stdout).unwrap();
        let version = said.lines().find_map(|line| line.strip_prefix("Version:")).unwrap();
        return vec![(version.trim().to_owned(), program)];
    };
    let mut found: Vec<(String, PathBuf)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), entry.path().join("traefik")))
        .filter(|(_, program)| program.is_file())
        .collect();
    found.sort();
    found
}

/// Writes down what was found so far.
fn tell(tallies: &[(String, Tally)]) {
    if let Some(path) = env::var_os("ORACLE_REPORT") {
        fs::write(path, report::markdown(tallies)).unwrap();
    }
    if let Some(path) = env::var_os("ORACLE_DETAILS") {
        fs::write(path, report::details(tallies)).unwrap();
    }
}

#[test]
fn what_traefik_refuses_or_disables_never_passes() {
    let programs = programs();
    let (mutants, seed) = (number("ORACLE_MUTANTS", 500), number("ORACLE_SEED", 20_261_126));
    let share = mutants.div_ceil(programs.len().max(1));
    let (waiting, done) = (Mutex::new(programs.iter()), Mutex::new(Vec::new()));
    let next = || waiting.lock().unwrap().next();
    let work = || {
        while let Some((name, program)) = next() {
            let version = TraefikVersion::parse(name).expect("a version");
            let tally = examine(program, version, share, seed as u64 + u64::from(version.minor()));
            let mut tallies = done.lock().unwrap();
            tallies.push((name.clone(), tally));
            tallies.sort_by(|(a, _), (b, _)| a.cmp(b));
            // After each version, for it is long until the last.
            tell(&tallies);
        }
    };
    // Each Traefik mostly waits for its own files to be noticed.
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().unwrap().get().min(programs.len()) {
            scope.spawn(work);
        }
    });
    let tallies = done.into_inner().unwrap();
    for (name, tally) in &tallies {
        assert!(
            tally.false_accepts.is_empty(),
            "Traefik {name} refuses or disables what we take:\n{}",
            tally.false_accepts.join("\n===\n")
        );
        assert!(
            tally.refused * 10 > tally.mutants,
            "hardly anything is refused, which proves little: {tally:?}"
        );
        let all = tally.all();
        assert!(
            all.disabled * 50 > all.objects,
            "hardly anything is disabled, which proves little: {tally:?}"
        );
        assert_eq!(tally.kinds.keys().collect::<Vec<_>>(), KINDS, "objects of every kind are compared");
        assert!(
            tally.rejects() * 10 < tally.mutants + all.objects,
            "we are much stricter than Traefik: {tally:?}"
        );
    }
}
