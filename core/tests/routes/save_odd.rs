//! A route is saved into a file that is broken, empty, or not there.

use traefik_manager_core::{
    routes::ChangeError,
    test_support::{MemoryConfigStore, sample_settings},
};

use crate::world::{World, http};

#[test]
fn a_file_that_cannot_be_read_is_left_alone() {
    for broken in ["http:\n\trouters: {}\n", "a: 1\na: 2\n", "- a\n- list\n", "just text\n"] {
        let world = World::new([("a.yml", broken)]);
        let error = world.save(&http("wiki", "w.test", "10.0.0.5:80")).unwrap_err();
        assert!(matches!(&error, ChangeError::Broken(_)) && error.to_string().contains("a.yml"), "{error}");
        assert_eq!(world.text("a.yml"), broken);
    }
}

#[test]
fn a_file_of_comments_keeps_them() {
    let world = World::new([("a.yml", "# keep me\n")]);
    world.save(&http("wiki", "w.test", "10.0.0.5:80")).unwrap();
    assert!(world.text("a.yml").starts_with("# keep me\nhttp:\n"), "{}", world.text("a.yml"));
}

#[test]
fn null_sections_are_filled() {
    for text in ["http:\n", "http:\n  routers:\n", "http:\n  routers: ~\n  services:\n"] {
        let world = World::new([("a.yml", text)]);
        world.save(&http("wiki", "w.test", "10.0.0.5:80")).unwrap();
        assert_eq!(world.ids(), [("a.yml::wiki".to_owned(), true)], "{}", world.text("a.yml"));
    }
}

#[test]
fn a_named_file_that_is_not_there_yet_is_made() {
    let files = MemoryConfigStore::files([("a.yml", "# a\n"), ("b.yml", "# b\n")]);
    files.remove_behind_the_back("a.yml");
    let world = World::with(files, sample_settings());
    world.save(&http("wiki", "w.test", "10.0.0.5:80")).unwrap();
    assert_eq!(world.ids(), [("a.yml::wiki".to_owned(), true)]);
    assert_eq!(world.text("b.yml"), "# b\n");
}
