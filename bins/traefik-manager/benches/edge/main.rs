//! What the running program costs, against the physical limit in the same run.
//!
//! Every figure is a ratio of two things that this program measures in turn, so that a slow or busy machine slows
//! both. `just bench` runs it on a release build; an argument limits it to one table: `routes`, `save`, `plan`,
//! `start`, `growth`, `logs`, `identity` and of that alone `others` or `flood`.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark")]
#![expect(clippy::cast_precision_loss, reason = "figures for people")]

mod bare;
mod client;
mod growth;
mod identity;
mod installation;
mod logs;

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use client::Client;
use installation::{Installation, configuration};

/// Runs of each of two things that are compared, in turn; the median of the ratios is shown.
const ROUNDS: usize = 5;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [role, body, head] = arguments.as_slice()
        && role == "bare-server"
    {
        return bare::serve(std::path::Path::new(body), head);
    }
    let wanted = |table: &str| arguments.is_empty() || arguments.iter().any(|argument| argument == table);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    if wanted("routes") {
        runtime.block_on(routes());
    }
    if wanted("save") {
        runtime.block_on(save());
    }
    if wanted("plan") {
        runtime.block_on(plan());
    }
    if wanted("start") {
        runtime.block_on(start());
    }
    if wanted("growth") {
        runtime.block_on(growth::growth());
    }
    if wanted("logs") {
        runtime.block_on(logs::logs());
    }
    if wanted("identity") {
        identity::in_process();
    }
    if wanted("identity") || wanted("others") {
        runtime.block_on(identity::others());
    }
    if wanted("identity") || wanted("flood") {
        runtime.block_on(identity::flood());
    }
}

/// `GET /api/routes` against a bare hyper server that sends the same bytes.
async fn routes() {
    println!(
        "\nGET /api/routes with a key, 8 connections, against a bare hyper server sending the same bytes"
    );
    println!(
        "{:>9} {:>12} {:>12} {:>12} {:>8} {:>8}",
        "routers", "bytes", "requests/s", "bare", "ratio", "to reach"
    );
    for count in [10, 1_000, 10_000, 100_000] {
        let installation = Installation::new(count).start();
        let mut client = Client::connect(installation.address(), Some(&installation.key)).await;
        let answer = client.get_whole("/api/routes").await;
        let bare = bare::Process::start(&answer);
        // Many short rounds rather than a few long ones: what else the machine does then hits both sides alike.
        let (window, times) = if count < 100_000 { (250, 3 * ROUNDS) } else { (2_000, ROUNDS) };
        let window = Duration::from_millis(window);
        let mut rounds = Vec::new();
        for _ in 0..times {
            let ours = client::throughput(installation.address(), Some(&installation.key), window).await;
            let limit = client::throughput(bare.address(), None, window).await;
            rounds.push((ours / limit, ours, limit));
        }
        let (ratio, ours, limit) = median(rounds);
        println!(
            "{count:>9} {:>12} {ours:>12.0} {limit:>12.0} {ratio:>8.2} {:>8}",
            answer.body().len(),
            "≥ 0.8"
        );
    }
}

/// Saving one route against reading the file once with `serde_yaml` and writing the same bytes durably.
async fn save() {
    println!("\nPOST /save of one route, against serde_yaml reading the file once and writing it durably");
    println!(
        "{:>9} {:>12} {:>12} {:>12} {:>8} {:>8}",
        "routers", "bytes", "save ms", "limit ms", "ratio", "to reach"
    );
    for count in [200, 1_000, 10_000, 100_000] {
        let installation = Installation::new(count).start();
        let mut client = Client::connect(installation.address(), Some(&installation.key)).await;
        client.get("/api/routes").await;
        let text = configuration(count);
        let rounds = if count < 100_000 { ROUNDS * 2 } else { 3 };
        let mut figures = Vec::new();
        for round in 0..rounds {
            let began = Instant::now();
            client.save_route(count / 2, round).await;
            let ours = began.elapsed().as_secs_f64() * 1e3;
            let began = Instant::now();
            black_box(serde_yaml::from_str::<serde_yaml::Value>(&text).unwrap());
            installation.write_durably(&text);
            let limit = began.elapsed().as_secs_f64() * 1e3;
            figures.push((ours / limit, ours, limit));
        }
        let (ratio, ours, limit) = median(figures);
        println!("{count:>9} {:>12} {ours:>12.1} {limit:>12.1} {ratio:>8.2} {:>8}", text.len(), "≤ 3");
    }
}

/// Planning, checking and showing one change against reading the file twice with `serde_yaml`.
async fn plan() {
    println!("\nPOST /save?dry_run=1 of one route, against serde_yaml reading the file twice");
    println!("{:>9} {:>12} {:>12} {:>8} {:>8}", "routers", "plan ms", "limit ms", "ratio", "to reach");
    for count in [200, 1_000, 10_000, 100_000] {
        let installation = Installation::new(count).start();
        let mut client = Client::connect(installation.address(), Some(&installation.key)).await;
        client.get("/api/routes").await;
        let text = configuration(count);
        let rounds = if count < 100_000 { ROUNDS * 2 } else { 3 };
        let mut figures = Vec::new();
        for round in 0..rounds {
            let began = Instant::now();
            client.plan_route(count / 2, round).await;
            let ours = began.elapsed().as_secs_f64() * 1e3;
            let began = Instant::now();
            for _ in 0..2 {
                black_box(serde_yaml::from_str::<serde_yaml::Value>(&text).unwrap());
            }
            let limit = began.elapsed().as_secs_f64() * 1e3;
            figures.push((ours / limit, ours, limit));
        }
        let (ratio, ours, limit) = median(figures);
        println!("{count:>9} {ours:>12.1} {limit:>12.1} {ratio:>8.2} {:>8}", "≤ 1");
    }
}

/// From the start of the process to its first answers, and what it then holds in memory.
async fn start() {
    println!(
        "\nStart of the process to the first answer, and resident memory after the first read of all routes"
    );
    println!(
        "{:>9} {:>12} {:>12} {:>14} {:>10} {:>10}",
        "routers", "health ms", "routes ms", "serde_yaml ms", "MB", "to reach"
    );
    for (count, to_reach) in [(10, "12 MB"), (1_000, "20 MB"), (10_000, "50 ms, 120 MB"), (100_000, "")] {
        let mut figures = Vec::new();
        let mut memory = Vec::new();
        for _ in 0..ROUNDS {
            let installation = Installation::new(count);
            let began = Instant::now();
            let running = installation.start();
            let mut client = Client::connect(running.address(), Some(&running.key)).await;
            client.get("/api/health").await;
            let health = began.elapsed().as_secs_f64() * 1e3;
            client.get("/api/routes").await;
            let all = began.elapsed().as_secs_f64() * 1e3;
            memory.push((running.resident_megabytes(), 0.0, 0.0));
            figures.push((health, all, 0.0));
        }
        let text = configuration(count);
        let began = Instant::now();
        black_box(serde_yaml::from_str::<serde_yaml::Value>(&text).unwrap());
        let read = began.elapsed().as_secs_f64() * 1e3;
        let (health, all, _) = median(figures);
        let (megabytes, ..) = median(memory);
        println!("{count:>9} {health:>12.1} {all:>12.1} {read:>14.1} {megabytes:>10.1} {to_reach:>10}");
    }
}

/// The figures of the round whose first figure is in the middle.
fn median(mut rounds: Vec<(f64, f64, f64)>) -> (f64, f64, f64) {
    rounds.sort_by(|a, b| a.0.total_cmp(&b.0));
    rounds[rounds.len() / 2]
}
