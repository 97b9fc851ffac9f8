//! The end of the access log, against reading the same bytes from the end of the file and nothing else.

use std::{
    fmt::Write as _,
    fs::File,
    hint::black_box,
    io::{BufWriter, Read as _, Seek as _, SeekFrom, Write as _},
    path::Path,
    time::Instant,
};

use crate::{client::Client, installation::Installation, median};

/// Calls of each, in turn.
const ROUNDS: usize = 21;

/// `GET /api/traefik/logs` for logs of all sizes, with the memory that it takes.
pub(crate) async fn logs() {
    println!(
        "\nGET /api/traefik/logs?lines=1000 with a key, against reading the same bytes from the end of the file"
    );
    println!(
        "{:>9} {:>12} {:>12} {:>12} {:>12} {:>14} {:>10} {:>10}",
        "log MB", "answer", "tail ms", "worst ms", "limit ms", "filtered ms", "grown MB", "to reach"
    );
    for megabytes in [1, 100, 1024] {
        let installation = Installation::new(10);
        let path = installation.log();
        write_log(&path, megabytes * 1024 * 1024);
        let running = installation.start();
        let mut client = Client::connect(running.address(), Some(&running.key)).await;
        let answer = client.get("/api/traefik/logs?lines=1000").await.len();
        let before = running.resident_megabytes();
        let (mut figures, mut filtered, mut worst) = (Vec::new(), Vec::new(), 0_f64);
        for _ in 0..ROUNDS {
            let began = Instant::now();
            client.get("/api/traefik/logs?lines=1000").await;
            let ours = began.elapsed().as_secs_f64() * 1e3;
            worst = worst.max(ours);
            let began = Instant::now();
            black_box(read_end(&path, answer));
            let limit = began.elapsed().as_secs_f64() * 1e3;
            figures.push((ours, limit, 0.0));
            // Nothing is found, so that as much is looked at as one call ever looks at.
            let began = Instant::now();
            client.get("/api/traefik/logs?lines=1000&status=599").await;
            filtered.push((began.elapsed().as_secs_f64() * 1e3, 0.0, 0.0));
        }
        let grown = running.resident_megabytes() - before;
        let ((ours, limit, _), (filtered, ..)) = (median(figures), median(filtered));
        println!(
            "{megabytes:>9} {answer:>12} {ours:>12.2} {worst:>12.2} {limit:>12.2} {filtered:>14.1} {grown:>10.1} {:>10}",
            "< 50 ms"
        );
    }
}

fn write_log(path: &Path, bytes: usize) {
    let mut file = BufWriter::new(File::create(path).unwrap());
    let (mut written, mut number, mut line) = (0, 0_usize, String::new());
    while written < bytes {
        line.clear();
        writeln!(
            line,
            "{{\"ClientHost\":\"203.0.113.{}\",\"DownstreamStatus\":200,\"Duration\":{number},\"RequestHost\":\"app-{}.example.com\",\"RequestMethod\":\"GET\",\"RequestPath\":\"/page/{number}?token=abc\\u0026x=1\",\"RouterName\":\"app@file\",\"ServiceName\":\"app-service@file\",\"StartUTC\":\"2026-11-27T07:00:00Z\",\"level\":\"info\",\"msg\":\"\"}}",
            number % 250,
            number % 1000
        )
        .unwrap();
        file.write_all(line.as_bytes()).unwrap();
        written += line.len();
        number += 1;
    }
    file.flush().unwrap();
}

fn read_end(path: &Path, bytes: usize) -> Vec<u8> {
    let mut file = File::open(path).unwrap();
    let back = i64::try_from(bytes).unwrap();
    file.seek(SeekFrom::End(-back)).unwrap();
    let mut read = Vec::with_capacity(bytes);
    file.read_to_end(&mut read).unwrap();
    read
}
