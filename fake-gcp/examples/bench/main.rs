//! Measures the fake over a socket, as a client sees it: how long calls take in worlds of several sizes, and how much memory
//! it has. `make bench-fake` runs it in a release build.

mod client;
mod memory;
mod world;

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use client::Client;
use fake_gcp::http::{Clock, Server, clock::Pace};
use fake_gcp::{Settings, World};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

/// Numbers of VMs of the worlds.
const SIZES: [usize; 3] = [1_000, 10_000, 100_000];

/// Number of mutations after which the memory is looked at once more, and size of the world that they are made in.
const MUTATIONS: (usize, usize) = (1_000_000, 10_000);

/// Number of calls of which the mean is told.
const CALLS: usize = 3_000;

/// What was measured in a world of one size.
#[derive(Serialize, Deserialize)]
struct Row {
    size: usize,
    first_answer: Duration,
    seed: Duration,
    page: Duration,
    last_page: Duration,
    all_pages: Duration,
    get: Duration,
    patches: f64,
    memory: f64,
}

/// Each world has a process of its own, as the memory of an earlier one would count for it.
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => print(),
        ["calls", size] => Ok(serde_json::to_writer(std::io::stdout(), &measure(size.parse()?)?)?),
        ["memory"] => Ok(serde_json::to_writer(std::io::stdout(), &grow()?)?),
        _ => Err("usage: bench".into()),
    }
}

/// What this program measures with `arguments`.
fn measured<T: DeserializeOwned>(arguments: &[&str]) -> Result<T, Box<dyn std::error::Error>> {
    let output = Command::new(std::env::current_exe()?).args(arguments).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("{}: {}", arguments.join(" "), output.status).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Prints the table, and what follows from it.
fn print() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout();
    writeln!(
        out,
        "| VMs | first answer | seed | first page of 500 | last page | all pages | GET | GET + alias patch | memory |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|---|---|---|")?;
    let mut rows = Vec::new();
    for size in SIZES {
        let row: Row = measured(&["calls", &size.to_string()])?;
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} | {:.0}/s | {:.0} MB |",
            row.size,
            ms(row.first_answer),
            ms(row.seed),
            ms(row.page),
            ms(row.last_page),
            ms(row.all_pages),
            ms(row.get),
            row.patches,
            row.memory
        )?;
        rows.push(row);
    }
    if let (Some(small), Some(large)) = (rows.first(), rows.last()) {
        let times = large.size / small.size;
        let ratio = |of: fn(&Row) -> f64| of(large) / of(small);
        writeln!(
            out,
            "\nwith {times} times the VMs: GET {:.1} times, GET + alias patch {:.1} times, a page {:.1} times, seeding one VM {:.1} times as long",
            ratio(|row| row.get.as_secs_f64()),
            1.0 / ratio(|row| row.patches),
            ratio(|row| row.page.as_secs_f64()),
            ratio(|row| row.seed.as_secs_f64()) / times as f64,
        )?;
    }
    let [before, half, after]: [f64; 3] = measured(&["memory"])?;
    let (mutations, size) = MUTATIONS;
    writeln!(
        out,
        "memory of a world of {size} VMs: {before:.0} MB at first, {half:.0} MB after {}, {after:.0} MB after {mutations} mutations",
        mutations / 2
    )?;
    Ok(())
}

/// A server on a port of its own, and a client of it.
fn start() -> Result<(tokio::runtime::Runtime, Client), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let settings =
        Settings { authentication: fake_gcp::settings::Authentication::Anonymous, ..Settings::default() };
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))?;
    let client = Client::connect(listener.local_addr()?)?;
    let server = Server::new(World::new(settings), Clock::new(Pace::Scaled(1.0), Clock::wall()));
    runtime.spawn(server.serve(listener));
    Ok((runtime, client))
}

fn measure(size: usize) -> Result<Row, Box<dyn std::error::Error>> {
    let begun = Instant::now();
    let (_runtime, mut client) = start()?;
    client.get("/_fake/clock")?;
    let first_answer = begun.elapsed();
    let documents = world::documents(size);
    let seed =
        time(|| documents.iter().try_for_each(|document| client.post("/_fake/fixture", document).map(drop)))?;
    let mut pages = Vec::new();
    let mut token = String::new();
    loop {
        let path = format!("{}?maxResults=500&pageToken={token}", world::INSTANCES);
        let begun = Instant::now();
        let page = client.get(&path)?;
        pages.push(begun.elapsed());
        match world::text(&page, "nextPageToken") {
            Some(next) => token = next,
            None => break,
        }
    }
    assert_eq!(pages.len(), size.div_ceil(500), "number of pages");
    let get =
        time(|| (0..CALLS).try_for_each(|call| client.get(&world::path(call * 7_919 % size)).map(drop)))?;
    let patches = time(|| (0..CALLS).try_for_each(|call| world::turn(&mut client, call * 7_919 % size)))?;
    Ok(Row {
        size,
        first_answer,
        seed,
        page: pages.first().copied().unwrap_or_default(),
        last_page: pages.last().copied().unwrap_or_default(),
        all_pages: pages.iter().sum(),
        get: get / CALLS as u32,
        patches: CALLS as f64 / patches.as_secs_f64(),
        memory: memory::megabytes()?,
    })
}

/// The memory before, half way through, and after a number of mutations.
fn grow() -> Result<[f64; 3], Box<dyn std::error::Error>> {
    let (mutations, size) = MUTATIONS;
    let (_runtime, mut client) = start()?;
    for document in world::documents(size) {
        client.post("/_fake/fixture", &document)?;
    }
    let before = memory::megabytes()?;
    let mut turns = |range: std::ops::Range<usize>| -> Result<f64, Box<dyn std::error::Error>> {
        for turn in range {
            world::turn(&mut client, turn % size)?;
        }
        memory::megabytes()
    };
    let half = turns(0..mutations / 2)?;
    Ok([before, half, turns(mutations / 2..mutations)?])
}

fn time(work: impl FnOnce() -> std::io::Result<()>) -> std::io::Result<Duration> {
    let begun = Instant::now();
    work()?;
    Ok(begun.elapsed())
}

fn ms(duration: Duration) -> String {
    format!("{:.2} ms", duration.as_secs_f64() * 1_000.0)
}
