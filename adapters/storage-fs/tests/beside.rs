//! The small files beside the settings, and icons.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    thread,
};

use tempfile::TempDir;
use traefik_manager_core::companion::{IconStore as _, SmallFile as _};
use traefik_manager_storage_fs::{FsIcons, FsSmallFile};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nrest";

#[test]
fn a_text_is_private_whole_and_changed_by_one_at_a_time() {
    let folder = TempDir::new().unwrap();
    let (path, state) = (folder.path().join("notifications.yml"), folder.path().join("state"));
    let open = || FsSmallFile::open(&path, &state).unwrap();
    assert_eq!(open().read().unwrap(), "");
    assert!(!path.exists(), "reading makes nothing");
    let writers: Vec<_> = (0..8)
        .map(|_| {
            let file = open();
            thread::spawn(move || {
                for _ in 0..10 {
                    file.update(&mut |text| Some(format!("{text}x"))).unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.join().unwrap();
    }
    assert_eq!(open().read().unwrap().len(), 80, "no change is lost");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    fs::write(&path, b"\xff\xfe").unwrap();
    assert!(open().update(&mut |_| Some(String::new())).is_err(), "what is no text is left alone");
    assert_eq!(fs::read(&path).unwrap(), b"\xff\xfe");
}

#[test]
fn what_is_set_aside_is_kept_whole_beside_what_was_set_aside_before() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("drafts.json");
    let file = FsSmallFile::open(&path, &folder.path().join("state")).unwrap();
    assert_eq!(file.set_aside("").unwrap(), None, "there is nothing");
    for (text, ending) in [("torn 1", "broken"), ("torn 2", "broken-2"), ("torn 3", "broken-3")] {
        fs::write(&path, text).unwrap();
        assert_eq!(file.set_aside("another").unwrap(), None, "somebody has mended it meanwhile");
        let aside = file.set_aside(text).unwrap().unwrap();
        assert!(aside.ends_with(&format!("drafts.json.{ending}")), "{aside}");
        assert_eq!((fs::read_to_string(&aside).unwrap().as_str(), file.read().unwrap().as_str()), (text, ""));
    }
    assert_eq!(fs::read_to_string(folder.path().join("drafts.json.broken")).unwrap(), "torn 1");
}

#[test]
fn icons_are_what_their_names_say_and_lie_in_the_folder() {
    let folder = TempDir::new().unwrap();
    let (icons, cache) = (folder.path().join("icons"), folder.path().join("cache"));
    let store = FsIcons::new(vec![icons.clone(), cache.clone()]);
    assert_eq!((store.find("plex").unwrap(), store.slugs().unwrap().len()), (None, 0), "no folder, no icons");
    for folder in [&icons, &cache] {
        fs::create_dir(folder).unwrap();
    }
    fs::write(cache.join("plex.png"), PNG).unwrap();
    fs::write(cache.join("gone.404"), "").unwrap();
    assert_eq!(store.find("plex").unwrap().unwrap().kind, "image/png");
    fs::write(icons.join("plex.svg"), "<svg/>").unwrap();
    assert_eq!(store.find("plex").unwrap().unwrap().kind, "image/svg+xml", "the first folder counts");
    fs::write(icons.join("fake.png"), "<script>").unwrap();
    fs::write(icons.join("large.svg"), "<svg>".repeat(200_000)).unwrap();
    fs::write(folder.path().join("secret.svg"), "<svg>secret</svg>").unwrap();
    symlink(folder.path().join("secret.svg"), icons.join("linked.svg")).unwrap();
    fs::create_dir(icons.join("folder.svg")).unwrap();
    for slug in ["fake", "large", "linked", "folder", "../secret", "gone", "", "PLEX"] {
        assert_eq!(store.find(slug).unwrap(), None, "{slug}");
    }
    assert!(store.slugs().unwrap().contains(&"plex".to_owned()));
}
