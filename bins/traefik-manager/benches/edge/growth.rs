//! Whether every figure grows no faster than the file: ten times the routers may cost ten times as much.
//!
//! The sizes take turns, so that what else the machine does hits all of them; the medians of all turns are compared.
//!
//! Beside two of the figures stands how the least that it could cost grows on this machine: what a bare hyper server takes
//! to send the same bytes, and what reading the file once with `serde_yaml` and writing it durably takes. Memory that no
//! cache holds any more is slower for everybody.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use crate::{
    bare,
    client::Client,
    installation::{Installation, configuration, reversed},
};

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];
const TURNS: usize = 5;
/// How often what changes little is done in each turn.
const TIMES: usize = 3;

const FIGURES: [(&str, &str); 9] = [
    ("start to all routes, ms", "≤ 1.0"),
    ("memory after that, MB", "≤ 1.0"),
    ("GET /api/routes, ms", "≤ 1.0"),
    ("the same from a bare server", "limit"),
    ("plan of one route, ms", "≤ 1.0"),
    ("save of one route, ms", "≤ 1.0"),
    ("read once, write once", "limit"),
    ("rename in every router, ms", "≤ 1.0"),
    ("restore of all, reordered, ms", "≤ 1.0"),
];

/// The figures of each size, and how much faster than the file they grow from one to the next.
pub(crate) async fn growth() {
    let mut turns: [Vec<[f64; FIGURES.len()]>; SIZES.len()] = Default::default();
    for _ in 0..TURNS {
        for (size, turns) in SIZES.into_iter().zip(&mut turns) {
            turns.push(figures(size).await);
        }
    }
    println!("\nGrowth of every figure divided by the growth of the file, from one size to the next");
    let [small, medium, large] = SIZES;
    println!(
        "{:>30} {small:>10} {medium:>10} {large:>10} {:>10} {:>10} {:>8}",
        "routers", "growth", "growth", "to reach"
    );
    let bytes = SIZES.map(|size| configuration(size).len() as f64);
    for (at, (figure, to_reach)) in FIGURES.iter().enumerate() {
        let [a, b, c] =
            std::array::from_fn(|size| median(turns[size].iter().map(|figures| figures[at]).collect()));
        let (first, second) = (b / a / (bytes[1] / bytes[0]), c / b / (bytes[2] / bytes[1]));
        println!("{figure:>30} {a:>10.1} {b:>10.1} {c:>10.1} {first:>10.2} {second:>10.2} {to_reach:>8}");
    }
}

/// All figures of a fresh installation of so many routers.
async fn figures(size: usize) -> [f64; FIGURES.len()] {
    let installation = Installation::new(size);
    let began = Instant::now();
    let running = installation.start();
    let mut client = Client::connect(running.address(), Some(&running.key)).await;
    client.get("/api/routes").await;
    let start = milliseconds(began);
    let memory = running.resident_megabytes();

    let bare = bare::Process::start(&client.get_whole("/api/routes").await);
    let mut limit = Client::connect(bare.address(), None).await;
    let text = configuration(size);
    let (mut get, mut plan, mut save) = (Vec::new(), Vec::new(), Vec::new());
    let (mut sent, mut written) = (Vec::new(), Vec::new());
    for time in 0..TIMES {
        let began = Instant::now();
        client.get("/api/routes").await;
        get.push(milliseconds(began));
        let began = Instant::now();
        limit.get("/").await;
        sent.push(milliseconds(began));
        let began = Instant::now();
        client.plan_route(size / 2, 2 * time).await;
        plan.push(milliseconds(began));
        let began = Instant::now();
        client.save_route(size / 2, 2 * time + 1).await;
        save.push(milliseconds(began));
        let began = Instant::now();
        black_box(serde_yaml::from_str::<serde_yaml::Value>(&text).unwrap());
        running.write_durably(&text);
        written.push(milliseconds(began));
    }

    let backup = client.back_up().await;
    let text = running.configuration();
    let began = Instant::now();
    client.rename_middleware("secure-headers", "other-headers").await;
    let rename = milliseconds(began);

    running.write_configuration(&reversed(size));
    // What others do to the files is read again, and recorded, once it is noticed.
    tokio::time::sleep(Duration::from_millis(500)).await;
    client.get("/api/routes").await;
    let began = Instant::now();
    client.restore(&backup).await;
    let restore = milliseconds(began);
    assert!(running.configuration() == text, "the backup is there again");

    [start, memory, median(get), median(sent), median(plan), median(save), median(written), rename, restore]
}

fn milliseconds(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1e3
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
