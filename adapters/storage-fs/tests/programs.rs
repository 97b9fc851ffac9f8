//! Two programs that change the same installation at the same time, as when a new version starts before the old one
//! has stopped.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{fmt::Write as _, fs, path::Path, sync::Arc, thread};

use tempfile::TempDir;
use traefik_manager_core::{
    routes::{Author, Configuration, ConfigurationPorts, Terms},
    settings::SettingsCell,
    test_support::{FakeClock, sample_settings},
};
use traefik_manager_storage_fs::{ConfigLocation, FsAuditLog, FsBackupStore, FsConfigStore, FsSettingsStore};
use traefik_manager_yaml::{PlainYaml, Yaml};

const ROUTES: usize = 6;

fn program(folder: &Path) -> Configuration {
    let state = folder.join("state");
    let files = FsConfigStore::open(ConfigLocation::Directory(folder.join("dynamic")), &state).unwrap();
    let files = Arc::new(files);
    let backups =
        FsBackupStore::open(&folder.join("backups"), files.clone(), None, 2, Arc::new(FakeClock::default()));
    let settings =
        FsSettingsStore::open(&folder.join("manager.yml"), Arc::new(PlainYaml), &state, sample_settings());
    let settings = SettingsCell::open(Arc::new(settings.unwrap()), || Ok(sample_settings())).unwrap();
    let ports = ConfigurationPorts {
        files,
        static_file: None,
        backups: Arc::new(backups.unwrap()),
        syntax: Arc::new(Yaml),
        static_syntax: Arc::new(Yaml),
        neighbours: None,
        audit: Arc::new(FsAuditLog::open(&folder.join("audit"), &state).unwrap()),
        clock: Arc::new(FakeClock::default()),
    };
    Configuration::open(ports, Arc::new(settings))
}

#[test]
fn a_route_that_is_switched_by_both_is_in_one_place_at_least() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("dynamic")).unwrap();
    let mut text = String::from("http:\n  routers:\n");
    for number in 0..ROUTES {
        writeln!(text, "    r{number}: {{rule: Host(`r{number}.test`), service: s@docker}}").unwrap();
    }
    fs::write(folder.path().join("dynamic/a.yml"), text).unwrap();
    let programs = [program(folder.path()), program(folder.path())];
    thread::scope(|scope| {
        for (which, program) in programs.iter().enumerate() {
            scope.spawn(move || {
                for turn in 0..120 {
                    // Both go for the same route, one to switch it on and one to switch it off.
                    let id = format!("a.yml::r{}", turn % ROUTES);
                    // One that the other has just moved may be missed; that is not what this is about.
                    let _ = program.set_enabled(
                        &Terms::of(Author::program()),
                        &id,
                        (turn / ROUTES + which).is_multiple_of(2),
                    );
                }
            });
        }
    });
    let after = program(folder.path());
    after.refresh();
    let after = after.snapshot();
    let mut names: Vec<String> = after.routes().map(|route| route.name().to_owned()).collect();
    names.sort_unstable();
    let expected: Vec<String> = (0..ROUTES).map(|number| format!("r{number}")).collect();
    assert_eq!(names, expected);
}
