use std::sync::Arc;

use traefik_manager_core::{
    certificates::{Collected, Found},
    clock::Timestamp,
    companion::SmallFile,
    notices::{Endings, NoticeBoard, Rank},
    settings::SettingsCell,
    test_support::{
        FakeCipher, FakeClock, MemoryPostman, MemorySettingsStore, MemorySmallFile, sample_settings,
    },
    traefik::certificate::Certificate,
};
use traefik_manager_yaml::PlainYaml;

const DAY: i64 = 24 * 60 * 60;

/// What was told, and how many letters it was.
struct World {
    told: Arc<MemorySmallFile>,
    clock: Arc<FakeClock>,
    board: Arc<NoticeBoard>,
}

impl World {
    fn new() -> Self {
        let (clock, postman) = (Arc::new(FakeClock::at(Timestamp(0))), Arc::new(MemoryPostman::default()));
        let store = Arc::new(MemorySettingsStore::with(sample_settings()));
        let cell = Arc::new(SettingsCell::open(store, || unreachable!("there are settings")).unwrap());
        let file = Arc::new(MemorySmallFile::default());
        let cipher = Arc::new(FakeCipher::default());
        let board = NoticeBoard::new(file, Arc::new(PlainYaml), clock.clone(), cell, cipher, postman);
        Self { told: Arc::default(), clock, board: Arc::new(board) }
    }

    /// A program that starts with what the last one has written down, and looks once; what it has told.
    fn look(&self, all: &[&Found]) -> Vec<(Rank, String)> {
        let file: Arc<dyn SmallFile> = self.told.clone();
        let before = self.board.newest_first().unwrap().len();
        let collected =
            Collected { all: all.iter().map(|found| again(found)).collect(), ..Collected::default() };
        Endings::new(file, self.clock.clone(), self.board.clone()).look(&collected).unwrap();
        let notices = self.board.newest_first().unwrap();
        let new = notices.len() - before;
        notices.into_iter().take(new).map(|notice| (notice.rank, notice.text)).collect()
    }

    fn texts(&self, all: &[&Found]) -> Vec<String> {
        self.look(all).into_iter().map(|(_, text)| text).collect()
    }
}

fn again(found: &Found) -> Found {
    Found {
        resolver: found.resolver.clone(),
        main: found.main.clone(),
        sans: found.sans.clone(),
        certificate: found.certificate.clone(),
        config_file: None,
        cert_file: found.cert_file.clone(),
    }
}

/// A certificate that holds for so many days, and so many from now on.
fn ending(name: &str, days: i64, lifetime: i64) -> Found {
    let not_after = Timestamp(days * DAY);
    Found {
        resolver: "le".to_owned(),
        main: name.to_owned(),
        sans: Vec::new(),
        certificate: Ok(Certificate {
            main: name.to_owned(),
            sans: Vec::new(),
            issuer: String::new(),
            not_before: Timestamp(not_after.0 - lifetime * DAY),
            not_after,
        }),
        config_file: None,
        cert_file: None,
    }
}

#[test]
fn each_threshold_is_told_once_whatever_restarts() {
    let world = World::new();
    let certificate = ending("a.example.com", 20, 90);
    let mut told = Vec::new();
    for _ in 0..25 * 4 {
        told.extend(world.look(&[&certificate]));
        world.clock.advance(DAY / 4);
    }
    let at = "1970-01-21 00:00 UTC";
    assert_eq!(
        told,
        [
            (Rank::Warning, format!("The certificate of a.example.com ends in 13 days, at {at}")),
            (Rank::Error, format!("The certificate of a.example.com ends in 2 days, at {at}")),
            (Rank::Error, format!("The certificate of a.example.com ended at {at}")),
        ]
    );
}

#[test]
fn what_is_renewed_is_another_one_and_what_is_far_away_is_nobodys_business() {
    let world = World::new();
    let (old, new) = (ending("a.example.com", 2, 90), ending("a.example.com", 80, 90));
    assert_eq!(world.look(&[&old]).len(), 1, "one word, not one for each threshold that it has passed");
    assert!(world.look(&[&new]).is_empty());
    world.clock.advance(70 * DAY);
    assert_eq!(
        world.texts(&[&new]),
        ["The certificate of a.example.com ends in 10 days, at 1970-03-22 00:00 UTC"]
    );
    assert!(world.look(&[&new]).is_empty());
}

#[test]
fn many_at_once_are_one_notice() {
    let world = World::new();
    let many: Vec<Found> =
        (0..200).map(|number| ending(&format!("{number:03}.example.com"), 5, 90)).collect();
    let ended = ending("old.example.com", -1, 90);
    let all: Vec<&Found> = many.iter().chain([&ended]).collect();
    let told = world.look(&all);
    let [(rank, text)] = told.as_slice() else { unreachable!("{told:?}") };
    assert_eq!(*rank, Rank::Error, "that of the worst among them");
    assert_eq!(
        text,
        "Certificates: old.example.com ended at 1969-12-31 00:00 UTC; \
         000.example.com ends in 5 days, at 1970-01-06 00:00 UTC; \
         001.example.com ends in 5 days, at 1970-01-06 00:00 UTC; and 198 more"
    );
    assert!(world.look(&all).is_empty());
}

#[test]
fn those_that_never_hold_long_are_told_of_when_it_is_unusual() {
    let world = World::new();
    let week = ending("week.example.com", 2, 7);
    let month = ending("month.example.com", 10, 45);
    assert!(world.look(&[&week, &month]).is_empty(), "Traefik renews them later");
    world.clock.advance(8 * DAY);
    assert_eq!(
        world.texts(&[&week, &month]),
        ["Certificates: week.example.com ended at 1970-01-03 00:00 UTC; \
          month.example.com ends in 2 days, at 1970-01-11 00:00 UTC"]
    );
}

#[test]
fn the_list_of_what_was_told_outlives_a_disk_that_is_away_and_does_not_grow_for_ever() {
    let world = World::new();
    let certificate = ending("a.example.com", 2, 90);
    assert_eq!(world.look(&[&certificate]).len(), 1);
    assert!(world.look(&[]).is_empty());
    assert!(world.look(&[&certificate]).is_empty(), "it was away for a moment");
    assert_eq!(world.told.writes(), 1, "what says nothing new is not written");
    world.clock.advance(100 * DAY);
    assert!(world.look(&[]).is_empty());
    assert_eq!(world.told.text(), "");
}

#[test]
fn names_that_nobody_has_chosen_well_and_odd_lines_do_no_harm() {
    let world = World::new();
    let nameless = Found { main: String::new(), ..ending("", 2, 90) };
    let of_file = Found { cert_file: Some("/certs/own.pem".to_owned()), ..again(&nameless) };
    let odd = ending("two\nlines \u{202e}and more", 2, 90);
    let unreadable = Found { certificate: Err("no".to_owned()), ..again(&nameless) };
    world
        .told
        .update(&mut |_| Some("nonsense\n14\nx 19700103_000000 a\n300 19700103_000000 b\n".to_owned()))
        .unwrap();
    assert_eq!(
        world.texts(&[&nameless, &of_file, &odd, &unreadable]),
        ["Certificates: /certs/own.pem ends in 2 days, at 1970-01-03 00:00 UTC; \
          a certificate without a name ends in 2 days, at 1970-01-03 00:00 UTC; \
          two lines and more ends in 2 days, at 1970-01-03 00:00 UTC"]
    );
    assert!(world.look(&[&nameless, &of_file, &odd]).is_empty());
}
