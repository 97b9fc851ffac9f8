//! A deleted route takes along what is its own alone.

use traefik_manager_core::routes::ChangeError;

use crate::{
    save::media,
    world::{World, http, terms},
};

#[test]
fn deleting_takes_the_own_service_and_leaves_shared_ones() {
    let world = media();
    world.configuration.delete_route(&terms(), "media.yml::app", None).unwrap();
    let snapshot = world.configuration.snapshot();
    assert_eq!(snapshot.route("app2").unwrap().target().as_deref(), Some("http://10.0.0.40:80"));
    world.configuration.delete_route(&terms(), "media.yml::plex", None).unwrap();
    assert!(!world.text("media.yml").contains("plex"), "{}", world.text("media.yml"));
    let unknown = world.configuration.delete_route(&terms(), "media.yml::plex", None);
    assert!(matches!(unknown, Err(ChangeError::NotFound { .. })));
}

#[test]
fn deleting_the_last_route_leaves_no_empty_section() {
    let world = World::new([("a.yml", "# mine\n")]);
    world.save(&http("wiki", "w.test", "10.0.0.5:80")).unwrap();
    world.configuration.delete_route(&terms(), "wiki", None).unwrap();
    assert_eq!(world.text("a.yml"), "# mine\n");
}
