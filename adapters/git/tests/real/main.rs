//! Copies in a real repository, over HTTP, and what somebody might try with them.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod server;

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, time::Instant};

use tempfile::TempDir;
use traefik_manager_core::{
    git::{CopiedFile, GitCopies as _, GitError, Pushed, Remote},
    secret::Secret,
};
use traefik_manager_git::GitProgram;

use server::{Server, git};

const TOKEN: &str = "s3cret-token";

fn remote(server: &Server) -> Remote {
    Remote {
        url: server.url(),
        branch: "main".to_owned(),
        credentials: Some(("ann".to_owned(), Secret::new(TOKEN))),
    }
}

fn file(path: &str, text: &str) -> CopiedFile {
    CopiedFile { path: path.to_owned(), text: text.to_owned() }
}

fn sha(pushed: Pushed) -> String {
    match pushed {
        Pushed::Commit(sha) => sha,
        Pushed::Nothing => String::new(),
    }
}

/// Every byte of every file below a folder, and every name.
fn everything_below(folder: &Path) -> String {
    let mut found = String::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        found.push_str(&entry.path().to_string_lossy());
        if entry.path().is_dir() {
            found.push_str(&everything_below(&entry.path()));
        } else {
            found.push_str(&String::from_utf8_lossy(&fs::read(entry.path()).unwrap()));
        }
    }
    found
}

#[test]
fn copies_arrive_are_listed_and_come_back() {
    let Some(server) = Server::start() else { return };
    let folder = TempDir::new().unwrap();
    let copies = GitProgram::new(folder.path());
    let at = remote(&server);
    assert_eq!(copies.commits(9).unwrap(), []);
    copies.test(&at).unwrap();
    let first = [
        file("dynamic/a b.yml", "http: {}\n"),
        file("dynamic/sub/é.yml", "# ü\n"),
        file("static/t.yml", "x: 1\n"),
    ];
    let one = sha(copies.push(&at, &first, "first: é \"q\"\n-x").unwrap());
    assert_eq!(server.show("main:dynamic/a b.yml"), "http: {}\n");
    assert_eq!(copies.push(&at, &first, "again").unwrap(), Pushed::Nothing);
    let second = [file("dynamic/a b.yml", "http:\n  a: 1\n"), file("static/t.yml", "x: 1\n")];
    let two = sha(copies.push(&at, &second, "--second").unwrap());
    let commits = copies.commits(9).unwrap();
    let listed: Vec<(&str, &str)> =
        commits.iter().map(|one| (one.sha.as_str(), one.message.as_str())).collect();
    assert_eq!(listed, [(two.as_str(), "--second"), (one.as_str(), "first: é \"q\" -x")]);
    assert!(commits[0].at.contains('T'), "{:?}", commits[0]);
    assert_eq!(copies.files(&one[..8]).unwrap(), first);
    let (summary, changes) = copies.changes(&two).unwrap();
    let changed: Vec<_> =
        changes.iter().map(|one| (one.path.as_str(), one.status, one.new.as_str())).collect();
    assert_eq!(
        changed,
        [("dynamic/a b.yml", "modified", "http:\n  a: 1\n"), ("dynamic/sub/é.yml", "deleted", "")]
    );
    assert!(summary.contains("2 files changed"), "{summary}");
    let (_, added) = copies.changes(&one).unwrap();
    assert_eq!((added.len(), added[0].status, added[0].old.as_str()), (3, "added", ""), "the first one too");
}

#[test]
fn what_others_have_put_on_the_branch_stays_and_their_pushes_are_built_upon() {
    let Some(server) = Server::start() else { return };
    let folder = TempDir::new().unwrap();
    let clone = TempDir::new().unwrap();
    let path = clone.path();
    git(path, &["init", "--quiet", "-b", "main"]);
    fs::write(path.join("README.md"), "ours\n").unwrap();
    git(path, &["add", "-A"]);
    git(path, &["commit", "--quiet", "-m", "by hand"]);
    git(path, &["push", "--quiet", server.repository().to_str().unwrap(), "main"]);
    let copies = GitProgram::new(folder.path());
    let at = remote(&server);
    copies.push(&at, &[file("dynamic/a.yml", "1\n")], "one").unwrap();
    assert_eq!(server.show("main:README.md"), "ours\n");
    assert_eq!(git(&server.repository(), &["rev-list", "--count", "main"]).trim(), "2");
    // Somebody rewrites the branch; the copy goes on from there and forces nothing.
    git(&server.repository(), &["update-ref", "refs/heads/main", "main~1"]);
    copies.push(&at, &[file("dynamic/a.yml", "2\n")], "two").unwrap();
    assert_eq!(server.show("main:dynamic/a.yml"), "2\n");
    // Another host knows nothing yet and gets it.
    let other = TempDir::new().unwrap();
    let elsewhere = GitProgram::new(other.path());
    elsewhere.fetch(&at).unwrap();
    assert_eq!(elsewhere.commits(9).unwrap().len(), 2);
}

#[test]
fn the_token_is_on_no_disk_and_in_no_answer() {
    let Some(server) = Server::start() else { return };
    let folder = TempDir::new().unwrap();
    let copies = GitProgram::new(folder.path());
    let at = remote(&server);
    copies.push(&at, &[file("dynamic/a.yml", "1\n")], "one").unwrap();
    let disk = everything_below(folder.path());
    for secret in [TOKEN, "YW5uOnMzY3JldC10b2tlbg", &server.address.to_string()] {
        assert!(!disk.contains(secret), "{secret} is in the repository");
    }
    let mode = fs::metadata(folder.path().join("git-repo.git")).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0, "{mode:o}");
    let wrong = Remote { credentials: Some(("ann".to_owned(), Secret::new("wrong-token"))), ..at.clone() };
    let why = copies.test(&wrong).unwrap_err().to_string();
    assert_eq!(why, "the repository refuses user and token");
    assert!(copies.push(&wrong, &[file("dynamic/a.yml", "2\n")], "two").is_err());
    let missing = Remote { url: format!("http://{}/gone.git", server.address), ..at };
    let why = copies.test(&missing).unwrap_err().to_string();
    assert!(!why.contains(TOKEN) && !why.contains(&server.address.to_string()), "{why}");
    copies.forget().unwrap();
    assert_eq!(copies.commits(1).unwrap(), []);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn nothing_leads_elsewhere_with_the_token() {
    let Some(server) = Server::start() else { return };
    let folder = TempDir::new().unwrap();
    let copies = GitProgram::new(folder.path());
    let at = Remote { url: format!("http://{}/elsewhere", server.address), ..remote(&server) };
    assert!(copies.test(&at).is_err(), "a redirect is not followed");
    assert_eq!(server.heads().matches("/edge.git").count(), 0, "{}", server.heads());
}

#[test]
fn no_argument_no_protocol_and_no_configuration_of_others_runs_anything() {
    let Some(server) = Server::start() else { return };
    let folder = TempDir::new().unwrap();
    let mark = folder.path().join("ran");
    let run = format!("touch {}", mark.display());
    let copies = GitProgram::new(folder.path());
    let bare = server.repository();
    for url in [
        format!("ext::sh -c {run}"),
        format!("--upload-pack={run}"),
        format!("file://{}", bare.display()),
        bare.display().to_string(),
        "ssh://127.0.0.1/x".to_owned(),
        "git://127.0.0.1/x".to_owned(),
    ] {
        let at = Remote { url: url.clone(), ..remote(&server) };
        assert!(copies.test(&at).is_err() && copies.fetch(&at).is_err(), "{url}");
        assert!(copies.push(&at, &[file("dynamic/a.yml", "1\n")], "one").is_err(), "{url}");
    }
    let at = Remote { branch: format!("--upload-pack={run}"), ..remote(&server) };
    assert!(copies.push(&at, &[file("dynamic/a.yml", "1\n")], "one").is_err());
    for sha in ["--output=/tmp/x", "HEAD", "0000000", "..", "main"] {
        assert_eq!(copies.changes(sha), Err(GitError::NoSuchCommit), "{sha}");
        assert_eq!(copies.files(sha), Err(GitError::NoSuchCommit), "{sha}");
    }
    let at = remote(&server);
    copies
        .push(&at, &[file("dynamic/.gitattributes", "* filter=x\n"), file("dynamic/a.yml", "1\n")], "one")
        .unwrap();
    // Hooks in the local repository, as somebody who may write the folder of the backups could put them there.
    let hooks = folder.path().join("git-repo.git/hooks");
    fs::create_dir_all(&hooks).unwrap();
    for hook in ["pre-push", "reference-transaction", "post-index-change", "pre-auto-gc"] {
        let path = hooks.join(hook);
        fs::write(&path, format!("#!/bin/sh\n{run}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    copies.push(&at, &[file("dynamic/a.yml", "2\n")], "two").unwrap();
    assert!(!mark.exists(), "something was run");
}

#[test]
fn links_and_odd_files_of_others_are_not_brought_back() {
    let Some(server) = Server::start() else { return };
    let folder = TempDir::new().unwrap();
    let clone = TempDir::new().unwrap();
    let path = clone.path();
    git(path, &["init", "--quiet", "-b", "main"]);
    fs::create_dir(path.join("dynamic")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", path.join("dynamic/link.yml")).unwrap();
    fs::write(path.join("dynamic/good.yml"), "http: {}\n").unwrap();
    fs::write(path.join("root.yml"), "x").unwrap();
    git(path, &["add", "-A"]);
    git(path, &["commit", "--quiet", "-m", "odd"]);
    git(path, &["push", "--quiet", server.repository().to_str().unwrap(), "main"]);
    let copies = GitProgram::new(folder.path());
    copies.fetch(&remote(&server)).unwrap();
    let sha = copies.commits(1).unwrap().remove(0).sha;
    assert_eq!(copies.files(&sha).unwrap(), [file("dynamic/good.yml", "http: {}\n")]);
}

#[test]
fn a_server_that_hangs_costs_a_bounded_time() {
    let Some(server) = Server::start() else { return };
    let folder = TempDir::new().unwrap();
    let copies = GitProgram::new(folder.path());
    let at = Remote { url: format!("http://{}/hangs", server.address), ..remote(&server) };
    let begun = Instant::now();
    assert!(copies.test(&at).is_err());
    assert!(begun.elapsed().as_secs() < 28, "{:?}", begun.elapsed());
}
