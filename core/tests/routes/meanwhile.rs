//! Several people and processes change the same files.

use traefik_manager_core::{
    routes::{ChangeError, RouteForm},
    traefik::Protocol,
};

use crate::{
    save::{HAND_WRITTEN, media},
    world::{World, edit, http, terms},
};

#[test]
fn a_route_changed_meanwhile_is_a_conflict_that_shows_the_other_version() {
    let world = media();
    let version = world.configuration.snapshot().route("plex").unwrap().version();
    world.files.edit_behind_the_back("media.yml", &HAND_WRITTEN.replace("priority: 10", "priority: 11"));
    let form = RouteForm {
        version: Some(version),
        priority: Some(Some(12)),
        ..edit("media.yml::plex", "plex", Protocol::Http)
    };
    match world.save(&form) {
        Err(ChangeError::Conflict { theirs, .. }) => assert!(theirs.contains("priority: 11"), "{theirs}"),
        other => panic!("{other:?}"),
    }
    assert!(world.text("media.yml").contains("priority: 11"));
}

#[test]
fn a_change_of_another_route_meanwhile_is_no_conflict() {
    let world = media();
    let version = world.configuration.snapshot().route("plex").unwrap().version();
    world.files.edit_behind_the_back("media.yml", &HAND_WRITTEN.replace("app2.acme", "app3.acme"));
    let form = RouteForm {
        version: Some(version),
        priority: Some(Some(12)),
        ..edit("media.yml::plex", "plex", Protocol::Http)
    };
    world.save(&form).unwrap();
    let text = world.text("media.yml");
    assert!(text.contains("priority: 12") && text.contains("app3.acme"), "{text}");
}

#[test]
fn many_writers_lose_nothing() {
    let world = World::new([("a.yml", "")]);
    std::thread::scope(|scope| {
        for number in 0..40 {
            let world = &world;
            scope.spawn(move || world.save(&http(&format!("r{number}"), "w.test", "10.0.0.5:80")).unwrap());
        }
    });
    assert_eq!(world.ids().len(), 40);
}

#[test]
fn two_processes_lose_nothing() {
    let world = World::new([("a.yml", "")]);
    let other = world.restarted();
    std::thread::scope(|scope| {
        for number in 0..10 {
            let (world, other) = (&world, &other);
            scope.spawn(move || world.save(&http(&format!("a{number}"), "w.test", "10.0.0.5:80")).unwrap());
            scope.spawn(move || {
                other.save_route(&terms(), &http(&format!("b{number}"), "w.test", "10.0.0.5:80")).unwrap();
            });
        }
    });
    let snapshot = world.restarted().snapshot();
    for name in (0..10).flat_map(|number| [format!("a{number}"), format!("b{number}")]) {
        assert!(snapshot.route(&name).is_ok(), "{name} is lost");
    }
}

/// A write that comes too late takes back the record it has made, but none that the other process has made meanwhile.
#[test]
fn two_processes_switch_routes_off_and_lose_none() {
    for _ in 0..5 {
        let world = World::new([("a.yml", "")]);
        for number in 0..20 {
            world.save(&http(&format!("r{number}"), "w.test", "10.0.0.5:80")).unwrap();
        }
        let other = world.restarted();
        std::thread::scope(|scope| {
            for number in 0..20 {
                let (world, other) = (&world, &other);
                scope.spawn(move || {
                    let configuration = if number % 2 == 0 { &world.configuration } else { other };
                    configuration.set_enabled(&terms(), &format!("a.yml::r{number}"), false).unwrap();
                });
            }
        });
        let snapshot = world.restarted().snapshot();
        for number in 0..20 {
            let route = snapshot.route(&format!("a.yml::r{number}"));
            assert!(route.is_ok_and(|route| !route.is_enabled()), "r{number} is lost");
        }
    }
}
