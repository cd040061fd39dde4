//! The command line of the fake: serve a world over HTTP, or print what it rests on.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Parser, Subcommand, ValueEnum};
use fake_gcp::admin::fixture::Fixture;
use fake_gcp::http::clock::Pace;
use fake_gcp::http::{Clock, Server};
use fake_gcp::settings::Latency;
use fake_gcp::time::Instant;
use fake_gcp::{Settings, World, rules};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

/// A fake of Google's Compute Engine API (the VPC part) with real semantics: operations that take time, CIDR
/// rules, fingerprints, alias IP ranges, and a data plane that tells when a range was unreachable.
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true)]
#[command(long_version = concat!(env!("CARGO_PKG_VERSION"), " (build ", env!("BUILD_ID"), ")"))]
struct Cli {
    /// Prints the build id, by which a stale binary is noticed, and exits.
    #[arg(long)]
    build_id: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves a world over HTTP and prints one line {"url":"http://…"} once it listens.
    ///
    /// The Compute API is at /compute/v1/, IAM's service accounts, Resource Manager's test of permissions and Network
    /// Connectivity are under /v1/, the token endpoint is at /token, the administration under /_fake/ (fixture, keys, tokens,
    /// watch, instances, faults, permissions, services, policies, limits, snapshot, projects/{project}/resources, ledger,
    /// requests, operations, clock).
    Serve(Serve),
    /// Prints every modelled behaviour with what it rests on: recorded, documented or assumed.
    Rules,
    /// Sends recorded requests to a world and prints how its answers differ from the recorded ones.
    Replay(Replay),
}

#[derive(Debug, clap::Args)]
struct Replay {
    /// Logs of requests and answers.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Part of the names of logs that another mock wrote, not Google: they are counted apart. May be given several times.
    #[arg(long)]
    mock: Vec<String>,
}

#[derive(Debug, clap::Args)]
struct Serve {
    /// Address to listen at; port 0 picks a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// real, scaled=N (N times as fast), or manual (advanced by POST /_fake/clock {"advance":"30s"}).
    #[arg(long, default_value = "real")]
    clock: Pace,
    /// What the clock shows at start (RFC 3339); the wall clock unless given.
    #[arg(long)]
    start_at: Option<Instant>,
    /// How long operations take; overrides the settings file [default: none].
    #[arg(long, value_enum)]
    latency: Option<LatencyArg>,
    /// Seed of ids, latencies and lags; overrides the settings file [default: 0].
    #[arg(long)]
    seed: Option<u64>,
    /// Resources that are there from the start (YAML or JSON), as POST /_fake/fixture takes them.
    #[arg(long)]
    fixture_file: Option<PathBuf>,
    /// Settings (YAML or JSON). `fake-gcp rules` names the keys behind "setting:"; a dot goes one level down.
    #[arg(long)]
    settings: Option<PathBuf>,
    /// Ends when standard input closes, so that the server does not outlive who started it.
    #[arg(long)]
    exit_with_stdin: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum LatencyArg {
    /// DONE a millisecond later.
    None,
    /// As seen in the field.
    Recorded,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    match cli.command {
        Some(Command::Serve(serve)) => run(serve).await,
        Some(Command::Rules) => Ok(std::io::stdout().write_all(rules::render().as_bytes())?),
        Some(Command::Replay(replay)) => compare(&replay),
        None => Ok(writeln!(std::io::stdout(), "{}", env!("BUILD_ID"))?),
    }
}

fn compare(replay: &Replay) -> anyhow::Result<()> {
    let (mut exact, mut all) = (0, 0);
    let mut out = std::io::stdout();
    for path in &replay.files {
        let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let report = fake_gcp::replay::replay(&name, &text).with_context(|| format!("reading {name}"))?;
        if replay.mock.iter().any(|part| name.contains(part)) {
            write!(out, "(another mock's) {report}")?;
        } else {
            (exact, all) = (exact + report.exact, all + report.exact + report.differ);
            write!(out, "{report}")?;
        }
    }
    writeln!(out, "all logs of Google: {exact} of {all} exact")?;
    Ok(())
}

async fn run(serve: Serve) -> anyhow::Result<()> {
    let clock = Clock::new(serve.clock, serve.start_at.unwrap_or_else(Clock::wall));
    let mut world = World::new(settings(&serve)?);
    world.advance_to(clock.now());
    if let Some(path) = &serve.fixture_file {
        let fixture: Fixture = read(path)?;
        world.load(&fixture).with_context(|| format!("fixture file {}", path.display()))?;
    }
    let listener =
        TcpListener::bind(serve.listen).await.with_context(|| format!("listening at {}", serve.listen))?;
    writeln!(
        std::io::stdout(),
        "{}",
        serde_json::json!({ "url": format!("http://{}", listener.local_addr()?) })
    )?;
    let server = Server::new(world, clock).serve(listener);
    if serve.exit_with_stdin {
        tokio::select! {
            served = server => served?,
            () = stdin_closed() => {}
        }
        // The runtime would wait for the thread that blocks on standard input.
        std::process::exit(0);
    }
    Ok(server.await?)
}

fn settings(serve: &Serve) -> anyhow::Result<Settings> {
    let mut settings = serve.settings.as_ref().map(read::<Settings>).transpose()?.unwrap_or_default();
    if let Some(latency) = serve.latency {
        settings.latency = match latency {
            LatencyArg::None => Latency::None,
            LatencyArg::Recorded => Latency::Recorded,
        };
    }
    settings.seed = serve.seed.unwrap_or(settings.seed);
    Ok(settings)
}

fn read<T: serde::de::DeserializeOwned>(path: &PathBuf) -> anyhow::Result<T> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    serde_saphyr::from_str(&text).with_context(|| format!("decoding {}", path.display()))
}

async fn stdin_closed() {
    let mut stdin = tokio::io::stdin();
    let mut buffer = [0_u8; 1024];
    while stdin.read(&mut buffer).await.is_ok_and(|read| read > 0) {}
}
