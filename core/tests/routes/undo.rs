//! Taking recorded changes back.

use traefik_manager_core::{
    config::object::{ObjectKind, ObjectRef},
    routes::{ChangeError, Changed, ObjectContent, ObjectForm, RouteForm, Terms},
    traefik::Protocol,
};

use crate::{
    transaction::{EDGE, edge, last, replace, write},
    world::{World, http, terms},
};

fn undo(world: &World, number: u64) -> Result<Changed, ChangeError> {
    world.configuration.undo(&terms(), number)
}

#[test]
fn when_nothing_came_after_the_bytes_are_as_they_were() {
    let world = World::new([
        (
            "edge.yml",
            "# odd\r\nudp:   {services:  {a: {loadBalancer: {servers: [{address: '10.0.0.1:53'}]}}} }\r\n",
        ),
        ("b.yml", EDGE),
    ]);
    let old = world.text("edge.yml");
    write(&world, &terms(), "edge.yml", "# another\n").unwrap();
    let undone = undo(&world, 1).unwrap();
    assert_eq!((world.text("edge.yml"), undone.number), (old, Some(2)));
    let entry = last(&world);
    assert_eq!((entry.action.as_str(), entry.regarding), ("undo", Some(1)));
}

#[test]
fn when_other_objects_changed_since_only_its_own_go_back() {
    let world = edge();
    replace(&world, "Host(`app.test`)", "Host(`new.test`)").unwrap();
    replace(&world, "average: 10", "average: 20  # more").unwrap();
    undo(&world, 1).unwrap();
    assert_eq!(world.text("edge.yml"), EDGE.replace("average: 10", "average: 20  # more"));
    // And the later one too, although the file is neither as it left it nor as it found it.
    undo(&world, 2).unwrap();
    assert_eq!(world.text("edge.yml"), EDGE);
}

/// Nothing may be left behind that Traefik refuses, such as a section without entries.
#[test]
fn the_first_of_its_kind_goes_with_its_section() {
    let world = World::new([(
        "edge.yml",
        "http:\n  services:\n    web: {loadBalancer: {servers: [{url: 'http://10.0.0.1'}]}}\n",
    )]);
    let door = ObjectRef::new(Some(Protocol::Http), ObjectKind::Middleware, "door");
    let content = ObjectContent::Text("compress: {}\n".to_owned());
    world.configuration.save_object(&terms(), &ObjectForm::new(door, content)).unwrap();
    replace(&world, "10.0.0.1", "10.0.0.2").unwrap();
    undo(&world, 1).unwrap();
    assert_eq!(
        world.text("edge.yml"),
        "http:\n  services:\n    web: {loadBalancer: {servers: [{url: 'http://10.0.0.2'}]}}\n"
    );
}

#[test]
fn when_the_same_object_changed_since_three_versions_are_shown() {
    let world = edge();
    replace(&world, "Host(`app.test`)", "Host(`new.test`)").unwrap();
    replace(&world, "Host(`new.test`)", "Host(`newest.test`)").unwrap();
    let before = world.text("edge.yml");
    match undo(&world, 1) {
        Err(ChangeError::Overtaken { number: 1, object, before, after, present }) => {
            assert_eq!(object.place(), "http.routers.app");
            for (text, host) in [(before, "`app.test`"), (after, "`new.test`"), (present, "`newest.test`")] {
                assert!(text.as_ref().is_some_and(|text| text.contains(host)), "{host}: {text:?}");
            }
        }
        other => panic!("{other:?}"),
    }
    assert_eq!((world.text("edge.yml"), world.audit.entries().len()), (before, 2));
}

#[test]
fn a_file_that_a_change_made_goes_away_with_it() {
    let world = edge();
    let form = |name: &str, file: &str| RouteForm {
        file: Some(file.to_owned()),
        ..http(name, &format!("{name}.test"), "10.0.0.9:80")
    };
    world.save(&form("new", "new")).unwrap();
    undo(&world, 1).unwrap();
    assert_eq!(world.files.text("new.yml"), None);
    // Undoing that brings it back, and a file that has more in it by now stays for the rest.
    undo(&world, 2).unwrap();
    assert!(world.text("new.yml").contains("new.test"));
    world.save(&form("more", "new.yml")).unwrap();
    undo(&world, 3).unwrap();
    let text = world.text("new.yml");
    assert!(text.contains("more.test") && !text.contains("new.test"), "{text}");
}

#[test]
fn switching_is_undone_by_switching_and_an_undo_by_doing_again() {
    let world = edge();
    let is_on = |world: &World| world.configuration.snapshot().route("app").unwrap().is_enabled();
    world.configuration.set_enabled(&terms(), "edge.yml::app", false).unwrap();
    undo(&world, 1).unwrap();
    assert!(is_on(&world));
    assert_eq!(world.text("edge.yml"), EDGE);
    undo(&world, 2).unwrap();
    assert!(!is_on(&world));
    assert_eq!(last(&world).regarding, Some(2));
    undo(&world, 3).unwrap();
    assert_eq!(world.text("edge.yml"), EDGE);
}

#[test]
fn a_route_that_was_switched_off_and_is_gone_cannot_be_switched_on() {
    let world = edge();
    world.configuration.set_enabled(&terms(), "edge.yml::app", false).unwrap();
    world.configuration.delete_route(&terms(), "edge.yml::app", None).unwrap();
    assert!(matches!(undo(&world, 1), Err(ChangeError::NotUndoable { number: 1, .. })));
    assert!(matches!(undo(&world, 77), Err(ChangeError::NotFound { .. })));
}

#[test]
fn an_edit_on_disk_is_undone_as_well() {
    let world = edge();
    world.files.edit_behind_the_back("edge.yml", &EDGE.replace("# by hand", "# by somebody"));
    world.configuration.refresh();
    undo(&world, 1).unwrap();
    assert_eq!(world.text("edge.yml"), EDGE);
}

#[test]
fn twice_is_once_too_often() {
    let world = edge();
    replace(&world, "average: 10", "average: 20").unwrap();
    undo(&world, 1).unwrap();
    assert!(undo(&world, 1).is_err());
    assert_eq!(world.text("edge.yml"), EDGE);
}

/// The record of a switched-off route stands in the settings and in no configuration file.
#[test]
fn changes_of_a_switched_off_route_are_undone_as_well() {
    let secret = "http://ann:hunter2@10.0.0.1";
    let world = World::new([("edge.yml", EDGE.replace("http://10.0.0.1", secret).as_str())]);
    let text = world.text("edge.yml");
    let off = |world: &World| world.configuration.snapshot().settings().disabled_routes.clone();
    world.configuration.set_enabled(&terms(), "edge.yml::app", false).unwrap();
    let record = off(&world);

    let edit = RouteForm {
        edit_of: Some("edge.yml::app".to_owned()),
        priority: Some(Some(7)),
        ..RouteForm::new("renamed", Protocol::Http)
    };
    let edited = world.configuration.save_route(&terms(), &edit).unwrap().number.unwrap();
    let changed = off(&world);
    assert_eq!((changed.len(), changed[0].id.as_str()), (1, "edge.yml::renamed"));
    let entry = last(&world);
    assert!(entry.files.iter().any(|change| change.after.text.contains("priority: 7")), "{entry:?}");
    assert!(!format!("{:?}", world.audit.entries()).contains("hunter2"), "a secret is in the trail");

    let deleted =
        world.configuration.delete_route(&terms(), "edge.yml::renamed", None).unwrap().number.unwrap();
    assert_eq!(off(&world), []);
    // Not over a later change of it.
    assert!(matches!(undo(&world, edited), Err(ChangeError::NotUndoable { .. })));
    let dry = world.configuration.undo(&Terms { dry_run: true, ..terms() }, deleted).unwrap();
    assert!(dry.diffs.iter().any(|diff| diff.text.contains("+  priority: 7")), "{:?}", dry.diffs);
    let undone = undo(&world, deleted).unwrap().number.unwrap();
    assert_eq!(off(&world), changed);
    undo(&world, edited).unwrap();
    assert_eq!(off(&world), record);
    world.configuration.set_enabled(&terms(), "edge.yml::app", true).unwrap();
    assert_eq!(world.text("edge.yml"), text, "to the byte");
    assert!(matches!(undo(&world, undone), Err(ChangeError::NotUndoable { .. })));
    assert_eq!(world.text("edge.yml"), text);
}

/// What goes with a switched-off route is in files, and comes back together with it.
#[test]
fn a_switched_off_route_comes_back_with_what_went_with_it() {
    let world = World::new([("edge.yml", "# none yet\n")]);
    world.save(&http("new", "new.test", "10.0.0.9:80")).unwrap();
    let text = world.text("edge.yml");
    world.configuration.set_enabled(&terms(), "edge.yml::new", false).unwrap();
    let deleted = world.configuration.delete_route(&terms(), "edge.yml::new", None).unwrap();
    assert!(!world.text("edge.yml").contains("new-service"));
    undo(&world, deleted.number.unwrap()).unwrap();
    world.configuration.set_enabled(&terms(), "edge.yml::new", true).unwrap();
    assert_eq!(world.text("edge.yml"), text);
}

#[test]
fn the_static_file_is_restored_and_that_is_undone_while_nobody_has_changed_it() {
    let world = World::with_static("entryPoints:\n  web:\n    address: :80\n");
    let backup = world.configuration.create_static_backup().unwrap();
    let store = world.static_file.as_ref().unwrap();
    store.edit_behind_the_back("traefik.yml", "entryPoints:\n  web:\n    address: :8080\n");
    world.configuration.restore(&terms(), &backup).unwrap();
    let entry = last(&world);
    assert_eq!((entry.action.as_str(), entry.object.unwrap().kind.as_str()), ("restore", "static file"));
    let number = world.audit.entries().len() as u64;
    undo(&world, number).unwrap();
    assert!(store.text("traefik.yml").unwrap().contains(":8080"));
    assert_eq!((last(&world).action.as_str(), last(&world).regarding), ("undo", Some(number)));
    match undo(&world, number) {
        Err(ChangeError::NotUndoable { reason, .. }) => assert!(reason.contains("changed since"), "{reason}"),
        other => panic!("{other:?}"),
    }
    // Nor is it taken for a dynamic file by the next start.
    world.restarted().catch_up().unwrap();
    let edits = world.audit.entries().into_iter().filter(|entry| entry.action == "edit");
    assert!(edits.map(|edit| edit.object.unwrap().kind).eq(["static file"]));
}

/// Ten thousand routers in the other order: nothing is lost on the way there and back.
#[test]
fn a_file_that_is_turned_round_is_written_and_undone_to_the_byte() {
    let routers = |numbers: &mut dyn Iterator<Item = usize>| {
        let entries = numbers.fold(String::new(), |mut text, number| {
            use std::fmt::Write as _;
            let _ =
                writeln!(text, "    r{number}: {{rule: Host(`r{number}.test`), service: web}} # {number}");
            text
        });
        format!(
            "http:\n  routers:\n{entries}  services:\n    web: {{loadBalancer: {{servers: [{{url: 'http://10.0.0.1'}}]}}}}\n"
        )
    };
    let (old, new) = (routers(&mut (0..10_000)), routers(&mut (0..10_000).rev()));
    let world = World::new([("edge.yml", old.as_str())]);
    let changed = write(&world, &terms(), "edge.yml", &new).unwrap();
    assert_eq!(changed.objects, [], "the order of routers means nothing");
    assert_eq!(world.text("edge.yml"), new);
    assert_eq!(world.ids().len(), 10_000);
    let undone = undo(&world, changed.number.unwrap()).unwrap();
    assert_eq!(world.text("edge.yml"), old);
    undo(&world, undone.number.unwrap()).unwrap();
    assert_eq!(world.text("edge.yml"), new);
}

/// Traefik would refuse the change once more, or it would stay without having been kept.
#[test]
fn what_did_not_stay_is_not_brought_back_by_undoing_its_end() {
    let world = edge();
    replace(&world, "average: 10", "average: 20").unwrap();
    world.configuration.put_back(1, "Traefik did not take it".to_owned()).unwrap();
    match undo(&world, 2) {
        Err(ChangeError::NotUndoable { number: 2, reason }) => {
            assert!(reason.contains("it took back change 1, which did not stay"), "{reason}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!((world.text("edge.yml").as_str(), world.audit.entries().len()), (EDGE, 3));
    // Somebody's own undoing is a change like any other.
    let number = replace(&world, "average: 10", "average: 30").unwrap().number.unwrap();
    let undone = undo(&world, number).unwrap().number.unwrap();
    undo(&world, undone).unwrap();
    assert_eq!(world.text("edge.yml"), EDGE.replace("average: 10", "average: 30"));
}
