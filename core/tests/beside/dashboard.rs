use std::sync::Arc;

use traefik_manager_core::{
    companion::{CompanionError, Dashboard, DashboardFile, Group, IconKind, Tile},
    test_support::MemorySmallFile,
};
use traefik_manager_yaml::PlainYaml;

/// The file as 1.5.2 writes it, with a comment and a key of somebody else's.
const FILE: &str = "\
custom_groups:
- {name: Media}
route_overrides:
  # the big one
  media.yml::plex: {display_name: Plex, group: Media, icon_slug: plex, icon_type:
      slug, pinned: 1}
";

fn open(text: &str) -> (Arc<MemorySmallFile>, DashboardFile) {
    let file = Arc::new(MemorySmallFile::with(text));
    let dashboard = DashboardFile::new(file.clone(), Arc::new(PlainYaml));
    (file, dashboard)
}

#[test]
fn the_file_of_1_5_2_is_read_and_sent_back_unchanged() {
    let (file, dashboard) = open(FILE);
    let read = dashboard.read().unwrap();
    assert_eq!(read.groups, [Group { name: "Media".to_owned() }]);
    let plex = &read.tiles["media.yml::plex"];
    assert_eq!((plex.icon, plex.icon_slug.as_str(), plex.group.as_str()), (IconKind::Slug, "plex", "Media"));
    dashboard.replace(&read).unwrap();
    assert_eq!((file.text().as_str(), file.writes()), (FILE, 0));
}

#[test]
fn a_tile_changes_alone_and_keeps_what_others_have_written() {
    let (file, dashboard) = open(FILE);
    let mut plex = dashboard.read().unwrap().tiles["media.yml::plex"].clone();
    plex.hidden = true;
    plex.group.clear();
    dashboard.set_tile("media.yml::plex", &plex).unwrap();
    let text = file.text();
    assert!(
        text.contains("pinned: 1") && text.contains("# the big one") && text.contains("hidden: true"),
        "{text}"
    );
    assert!(!text.contains("group: Media"), "{text}");
    let wiki = Tile { display_name: "Wiki: ours".to_owned(), ..Tile::default() };
    dashboard.set_tile("wiki", &wiki).unwrap();
    dashboard.set_groups(&[Group { name: "A".to_owned() }, Group { name: "B".to_owned() }]).unwrap();
    let read = dashboard.read().unwrap();
    assert_eq!((read.tiles["wiki"].clone(), read.tiles["media.yml::plex"].clone()), (wiki, plex));
    assert_eq!(read.groups.len(), 2);
}

#[test]
fn whatever_is_said_is_read_back_and_what_is_left_out_is_gone() {
    let full = Tile {
        display_name: "# no comment".to_owned(),
        group: "true".to_owned(),
        icon: IconKind::Url,
        icon_slug: "a-b".to_owned(),
        icon_url: "https://icons.example/a.png?x=1#y".to_owned(),
        url: "http://10.0.0.1:81/".to_owned(),
        hidden: true,
        link_disabled: true,
    };
    let one = Dashboard {
        groups: vec![Group { name: "Ä: b".to_owned() }],
        tiles: [("a::b/c".to_owned(), full), ("odd: id".to_owned(), Tile::default())].into(),
    };
    let (_, dashboard) = open("");
    for wanted in [one.clone(), Dashboard::default(), one] {
        dashboard.replace(&wanted).unwrap();
        assert_eq!(dashboard.read().unwrap(), wanted);
    }
}

#[test]
fn nonsense_is_refused_before_anything_is_written() {
    let (file, dashboard) = open(FILE);
    let tile = |change: fn(&mut Tile)| {
        let mut tile = Tile::default();
        change(&mut tile);
        tile
    };
    for tile in [
        tile(|tile| tile.icon_slug = "../../etc/passwd".to_owned()),
        tile(|tile| tile.url = "javascript:alert(1)".to_owned()),
        tile(|tile| tile.icon_url = "data:text/html,x".to_owned()),
        tile(|tile| tile.display_name = "a\nb".to_owned()),
    ] {
        assert!(matches!(dashboard.set_tile("x", &tile), Err(CompanionError::Invalid { .. })), "{tile:?}");
    }
    assert!(dashboard.set_groups(&[Group { name: " ".to_owned() }]).is_err());
    assert_eq!(file.text(), FILE);
    for broken in ["route_overrides: [1]\n", "custom_groups: x\n", "a: ["] {
        let (file, dashboard) = open(broken);
        assert!(matches!(dashboard.replace(&Dashboard::default()), Err(CompanionError::Broken { .. })));
        assert_eq!(file.text(), broken);
    }
}
