//! The program itself.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::symlink,
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::Value;

const BAD: &str = "http:\n  routers:\n    app:\n      rulee: Host(`a`)\n      rule: Host(`a`)\n      service: noop@internal\n";
const GOOD: &str = "http:\n  routers:\n    app:\n      rule: Host(`a`)\n      service: noop@internal\n";

fn check(folder: &Path, arguments: &[&str]) -> Output {
    // An environment that would stop the server from starting must not matter.
    Command::new(env!("CARGO_BIN_EXE_traefik-manager"))
        .arg("check")
        .args(arguments)
        .current_dir(folder)
        .env("PORT", "nonsense")
        .output()
        .unwrap()
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Whoever opens a pipe waits for somebody who writes; one that is named is meant, as in `check <(generate)`.
#[test]
fn what_is_no_file_in_a_folder_is_found_and_a_pipe_is_not_waited_for() {
    let folder = folder(&[("d/good.yml", GOOD), ("d/folder.yml/good.yml", "http:\n")]);
    let at = |name: &str| folder.path().join("d").join(name);
    let made = Command::new("mkfifo").arg(at("x.yml")).status().unwrap();
    assert!(made.success());
    let _socket = std::os::unix::net::UnixListener::bind(at("s.yaml")).unwrap();
    symlink("/nowhere", at(".#a.yml")).unwrap();
    symlink("/nowhere", at("b.toml")).unwrap();
    symlink("loop.yml", at("loop.yml")).unwrap();
    symlink("folder.yml", at("f.yml")).unwrap();
    symlink("good.yml", at("sound.yml")).unwrap();
    symlink("/nowhere", at("other.txt")).unwrap();
    let refused = check(folder.path(), &["d"]);
    assert_eq!(refused.status.code(), Some(1));
    let told = text(&refused);
    let found: Vec<_> = told.lines().filter(|line| line.contains("[no-file]")).collect();
    let line = |name: &str, what: &str| {
        format!("d/{name}:1:1: error: this is {what}, and Traefik takes no file while it is there [no-file]")
    };
    assert_eq!(
        found,
        [
            line(".#a.yml", "a link to nothing"),
            line("b.toml", "a link to nothing"),
            line("f.yml", "a link to a folder"),
            line("loop.yml", "a link to nothing"),
            line("s.yaml", "a socket"),
            line("x.yml", "a pipe"),
        ],
        "{told}"
    );
}

#[test]
fn people_see_the_line_and_the_caret() {
    let folder = folder(&[("a.yml", BAD)]);
    let output = check(folder.path(), &["a.yml"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        text(&output),
        "a.yml:4:7: error: there is no field `rulee` here [unknown-field]\n 4 |       rulee: Host(`a`)\n   |       ^^^^^\n   \
         = did you mean `rule`?\n\n1 file for Traefik 3.7: 1 error, 0 warnings, 0 lints\n"
    );
}

#[test]
fn the_status_says_what_was_found() {
    let folder = folder(&[("good.yml", GOOD), ("lint.yml", "htttp: {}\n"), ("bad.yml", BAD)]);
    let status = |arguments: &[&str]| check(folder.path(), arguments).status.code();
    assert_eq!(status(&["good.yml"]), Some(0));
    assert_eq!(status(&["lint.yml"]), Some(0));
    assert_eq!(status(&["lint.yml", "--strict"]), Some(1));
    assert_eq!(status(&["good.yml", "--strict"]), Some(0));
    assert_eq!(status(&["bad.yml"]), Some(1));
    assert_eq!(status(&[]), Some(1));
    assert_eq!(status(&["absent.yml"]), Some(2));
    assert_eq!(status(&["good.yml", "--static", "absent.yml"]), Some(2));
    assert_eq!(status(&["good.yml", "--traefik-version", "2.11"]), Some(2));
}

#[test]
fn folders_are_read_as_traefik_reads_them() {
    let folder = folder(&[
        ("d/a.yml", GOOD),
        ("d/sub/b.YAML", BAD),
        ("d/notes.txt", BAD),
        ("d/c.toml", "[http]\n"),
        ("d/d.yml.bak", BAD),
    ]);
    let output = check(folder.path(), &["d", "--format", "json"]);
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["files"], serde_json::json!(["d/a.yml", "d/sub/b.YAML"]));
    let codes: Vec<&str> =
        answer["findings"].as_array().unwrap().iter().filter_map(|f| f["code"].as_str()).collect();
    assert_eq!(codes, ["toml", "duplicate-name", "unknown-field"]);
}

#[test]
fn a_static_file_in_toml_is_checked_with_its_lines_and_tells_what_there_is() {
    let routes = "http: {routers: {a: {rule: Host(`a`), service: noop@internal, entryPoints: [web]}}}\n";
    let files = folder(&[
        ("good.toml", "[entryPoints.web]\naddress = \":80\"\n"),
        ("bad.toml", "[entryPoints.web]\naddress = \":80\"\nadress = \":81\"\n"),
        ("broken.toml", "[log]\nlevel = INFO\n"),
        ("dynamic.yml", routes),
    ]);
    let told = |arguments: &[&str]| {
        let output = check(files.path(), &[arguments, &["--format", "json"]].concat());
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        let finding = answer["findings"][0].clone();
        (
            output.status.code(),
            finding["code"].as_str().unwrap_or_default().to_owned(),
            finding["line"].clone(),
        )
    };
    assert_eq!(told(&["good.toml"]), (Some(0), String::new(), Value::Null));
    assert_eq!(told(&["bad.toml"]), (Some(1), "unknown-field".to_owned(), 3.into()));
    assert_eq!(told(&["dynamic.yml", "--static", "good.toml"]).0, Some(0));
    let (status, code, line) = told(&["broken.toml"]);
    assert!(status == Some(1) && !code.is_empty() && line == 2, "{status:?} {code} {line}");
}

/// Go templates run over dynamic files only: the braces of a static one are its own, closed or not.
#[test]
fn braces_in_a_static_file_are_text() {
    let points = "entryPoints: {web: {address: \":80\"}}\n";
    let status = |text: &str| {
        let folder = folder(&[("traefik.yml", text)]);
        check(folder.path(), &["traefik.yml"]).status.code()
    };
    assert_eq!(status(&format!("{points}providers: {{docker: {{defaultRule: \"Host(`{{{{\"}}}}\n")), Some(0));
    assert_eq!(status("http: {routers: {a: {rule: \"Host(`{{`)\", service: noop@internal}}}\n"), Some(1));
}

#[test]
fn a_static_file_tells_what_there_is() {
    let files = [
        ("traefik.yml", "entryPoints: {web: {address: \":80\"}, \"\": {address: \":81\"}}\n"),
        (
            "dynamic.yml",
            "http: {routers: {a: {rule: Host(`a`), service: noop@internal, entryPoints: [wbe]}}}\n",
        ),
    ];
    let folder = folder(&files);
    let codes = |arguments: &[&str]| -> Vec<String> {
        let mut all = arguments.to_vec();
        all.extend(["--format", "json"]);
        let answer: Value = serde_json::from_slice(&check(folder.path(), &all).stdout).unwrap();
        answer["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| f["code"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(codes(&["dynamic.yml"]), [""; 0]);
    assert_eq!(codes(&["."]), ["unknown-entry-point", "kills-at-start"]);
    // Given beside the others, it is not itself in question.
    assert_eq!(codes(&["dynamic.yml", "--static", "traefik.yml"]), ["unknown-entry-point"]);
}

#[test]
fn the_version_counts() {
    let folder = folder(&[("a.yml", "http: {middlewares: {m: {compress: {encodings: [gzip]}}}}\n")]);
    let status = |version: &str| check(folder.path(), &["a.yml", "--traefik-version", version]).status.code();
    assert_eq!(status("3.0"), Some(1));
    assert_eq!(status("v3.2.1"), Some(0));
    assert_eq!(status("3.99"), Some(0));
}

#[test]
fn programs_get_their_formats() {
    let folder = folder(&[("a,b.yml", BAD)]);
    let sarif: Value = serde_json::from_slice(&check(folder.path(), &["--format", "sarif"]).stdout).unwrap();
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(
        (&sarif["version"], &result["ruleId"], &result["level"]),
        (&"2.1.0".into(), &"unknown-field".into(), &"error".into())
    );
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "a%2Cb.yml");
    assert_eq!(place["region"], serde_json::json!({"startLine": 4, "startColumn": 7}));
    let github = text(&check(folder.path(), &["--format", "github"]));
    assert_eq!(
        github,
        "::error file=a%2Cb.yml,line=4,col=7,title=unknown-field::there is no field `rulee` here; did you mean `rule`?\n"
    );
    let json: Value = serde_json::from_slice(&check(folder.path(), &["--format", "json"]).stdout).unwrap();
    let finding = &json["findings"][0];
    assert_eq!(
        (&finding["line"], &finding["column"], &finding["effect"]),
        (&4.into(), &7.into(), &"refuses-file".into())
    );
}

#[test]
fn the_standard_input_is_a_file_too() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_traefik-manager"))
        .args(["check", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(BAD.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).starts_with("<stdin>:4:7: error:"), "{}", text(&output));
}

#[test]
fn a_file_gives_the_terminal_no_orders() {
    let folder = folder(&[(
        "a.yml",
        "http:\n  routers:\n    a: {rule: \"\\e[31mx\u{202e}\", service: \"\\e]0;x\\a\"}\n",
    )]);
    fs::write(folder.path().join("b\u{1b}.yml"), BAD).unwrap();
    let output = check(folder.path(), &["."]);
    assert_eq!(output.status.code(), Some(1));
    let shown = text(&output);
    assert!(!shown.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{shown:?}");
    assert!(shown.contains("\\u{1b}"), "{shown}");
}

#[test]
fn odd_bytes_are_a_finding_and_no_failure() {
    let folder = folder(&[]);
    fs::write(folder.path().join("a.yml"), b"http: \xff\xfe").unwrap();
    let output = check(folder.path(), &["a.yml"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("[not-utf8]"));
}

/// Traefik follows no link to a folder, so two that lead round in circles are no reason to go on for ever.
#[cfg(unix)]
#[test]
fn folders_behind_links_are_left_alone() {
    use std::os::unix::fs::symlink;

    let folder = folder(&[("d/a.yml", GOOD), ("elsewhere/b.yml", BAD)]);
    symlink("../d", folder.path().join("d/loop")).unwrap();
    symlink(".", folder.path().join("d/self")).unwrap();
    symlink("../elsewhere", folder.path().join("d/elsewhere")).unwrap();
    let output = check(folder.path(), &["d", "--format", "json"]);
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["files"], serde_json::json!(["d/a.yml"]));
    assert_eq!(output.status.code(), Some(0));
    // A link to a file is one, as Kubernetes mounts them; and what is named itself is read.
    symlink("../elsewhere/b.yml", folder.path().join("d/c.yml")).unwrap();
    assert_eq!(check(folder.path(), &["d"]).status.code(), Some(1));
    assert_eq!(check(folder.path(), &["d/elsewhere"]).status.code(), Some(1));
    fs::remove_file(folder.path().join("d/c.yml")).unwrap();
    symlink("nowhere", folder.path().join("d/e.yml")).unwrap();
    let output = check(folder.path(), &["d"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("a link to nothing"), "{}", text(&output));
}

/// A file of 10 MB on one line, with a mistake in each of its 60,000 routers, in seconds and not in hours.
#[test]
fn many_findings_on_one_line_take_no_longer_than_on_many() {
    let routers: Vec<String> = (0..60_000)
        .map(|number| {
            let pad = "x".repeat(90);
            format!(r#""r{number}":{{"rule":"Host(`a`)","service":"noop@internal","bananas":"{pad}"}}"#)
        })
        .collect();
    let text_of_file = format!("{{\"http\":{{\"routers\":{{{}}}}}}}\n", routers.join(","));
    assert!(text_of_file.len() > 9_000_000);
    let folder = folder(&[("a.yml", text_of_file.as_str())]);
    let started = std::time::Instant::now();
    let output = check(folder.path(), &["a.yml"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
    let shown = text(&output);
    assert!(shown.ends_with("1 file for Traefik 3.7: 60000 errors, 0 warnings, 0 lints\n"));
    let column = text_of_file.rfind("\"bananas\"").unwrap() + 1;
    assert!(shown.contains(&format!("a.yml:1:{column}: error: there is no field `bananas`")));
}

#[test]
fn sarif_is_what_its_schema_asks_for() {
    let folder =
        folder(&[("a.yml", BAD), ("b c.yml", "htttp: {}\nhttp: {routers: {r: {rule: x, foo: 1}}}\n")]);
    let output = check(folder.path(), &["--format", "sarif"]);
    let sarif: Value = serde_json::from_slice(&output.stdout).unwrap();
    let run = &sarif["runs"][0];
    assert!(run["tool"]["driver"]["name"].is_string(), "the only thing that a tool must have");
    let rules: Vec<&str> = run["tool"]["driver"]["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| rule["id"].as_str().unwrap())
        .collect();
    assert!(rules.is_sorted() && rules.windows(2).all(|pair| pair[0] != pair[1]), "{rules:?}");
    let results = run["results"].as_array().unwrap();
    assert!(results.len() > 3);
    for result in results {
        assert!(rules.contains(&result["ruleId"].as_str().unwrap()), "{result}");
        assert!(
            ["none", "note", "warning", "error"].contains(&result["level"].as_str().unwrap()),
            "{result}"
        );
        assert!(!result["message"]["text"].as_str().unwrap().is_empty(), "{result}");
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.is_ascii() && !uri.contains([' ', ':', '\\', '#', '?']), "{uri}");
        let at_least_one = |name: &str| place["region"][name].as_u64().is_some_and(|number| number >= 1);
        assert!(at_least_one("startLine") && at_least_one("startColumn"), "{result}");
    }
}

#[test]
fn a_version_is_one_of_traefik_3_or_refused() {
    let folder = folder(&[("a.yml", GOOD)]);
    for (version, status) in [
        ("3.0", 0),
        ("v3.4", 0),
        ("3.4.0-beta1", 0),
        ("3.99", 0),
        ("3", 2),
        ("", 2),
        ("latest", 2),
        ("2.11", 2),
        ("4.0", 2),
        ("3.-1", 2),
        ("3.99999999999999", 2),
        ("三.四", 2),
    ] {
        let output = check(folder.path(), &["a.yml", "--traefik-version", version]);
        assert_eq!(output.status.code(), Some(status), "{version:?}: {}", text(&output));
    }
}
