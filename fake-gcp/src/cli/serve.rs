//! The command `serve`.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::ValueEnum;
use fake_gcp::admin::fixture::Fixture;
use fake_gcp::http::clock::Pace;
use fake_gcp::http::{Clock, Server};
use fake_gcp::settings::{Authentication, Latency};
use fake_gcp::time::Instant;
use fake_gcp::{Settings, World};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

use super::proxy::{self, Files};

#[derive(Debug, clap::Args)]
pub(super) struct Serve {
    /// Address to listen at; port 0 picks a free one.
    #[arg(long, env = "FAKE_GCP_LISTEN", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// real, scaled=N (N times as fast), or manual (advanced by POST /_fake/clock {"advance":"30s"}).
    #[arg(long, env = "FAKE_GCP_CLOCK", default_value = "real")]
    clock: Pace,
    /// What the clock shows at start (RFC 3339); the wall clock unless given.
    #[arg(long, env = "FAKE_GCP_START_AT")]
    start_at: Option<Instant>,
    /// Callers that are let in; overrides `authentication` of the settings file [default: required].
    #[arg(long, env = "FAKE_GCP_AUTHENTICATION", value_enum)]
    authentication: Option<AuthenticationArg>,
    /// Id of a project that is there from the start. May be given several times; the variable takes them with commas.
    #[arg(long, env = "FAKE_GCP_PROJECT", value_delimiter = ',')]
    project: Vec<String>,
    /// How long operations take; overrides the settings file [default: none].
    #[arg(long, env = "FAKE_GCP_LATENCY", value_enum)]
    latency: Option<LatencyArg>,
    /// Seed of ids, latencies and lags; overrides the settings file [default: 0].
    #[arg(long, env = "FAKE_GCP_SEED")]
    seed: Option<u64>,
    /// Resources that are there from the start (YAML or JSON), as POST /_fake/fixture takes them.
    #[arg(long, env = "FAKE_GCP_FIXTURE_FILE")]
    fixture_file: Option<PathBuf>,
    /// Settings (YAML or JSON). `fake-gcp rules` names the keys behind "setting:"; a dot goes one level down.
    #[arg(long, env = "FAKE_GCP_SETTINGS")]
    settings: Option<PathBuf>,
    #[command(flatten)]
    proxy: proxy::Options,
    /// Ends when standard input closes, so that the server does not outlive who started it.
    #[arg(long, env = "FAKE_GCP_EXIT_WITH_STDIN")]
    exit_with_stdin: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum AuthenticationArg {
    /// Callers with a token of the token endpoint or of POST /_fake/tokens, or a JWT signed by a registered key.
    Required,
    /// Everybody, with or without credentials.
    Anonymous,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum LatencyArg {
    /// DONE a millisecond later.
    None,
    /// As seen in the field.
    Recorded,
}

/// A server that listens, as it is told to whoever started it.
#[derive(Debug)]
pub(super) struct Started {
    pub(super) url: String,
    /// What clients need to go through the HTTPS proxy, if it is one.
    pub(super) files: Option<Files>,
}

/// Serves until it is told to end; `announce` says where, once it listens.
pub(super) async fn run(serve: Serve, announce: fn(&Started) -> std::io::Result<()>) -> anyhow::Result<()> {
    let clock = Clock::new(serve.clock, serve.start_at.unwrap_or_else(Clock::wall));
    let mut world = World::new(settings(&serve)?);
    world.advance_to(clock.now());
    world.load(&Fixture { projects: serve.project.clone(), ..Fixture::default() })?;
    if let Some(path) = &serve.fixture_file {
        let fixture: Fixture = read(path)?;
        world.load(&fixture).with_context(|| format!("fixture file {}", path.display()))?;
    }
    let listener =
        TcpListener::bind(serve.listen).await.with_context(|| format!("listening at {}", serve.listen))?;
    let address = listener.local_addr()?;
    let files = serve.proxy.https_proxy.then(|| serve.proxy.files(address.port()));
    let mut proxy = None;
    if let Some(files) = &files {
        let project = serve.project.first().map_or(proxy::PROJECT, String::as_str);
        let (opened, key) = proxy::open(files, project)?;
        world.load(&Fixture { keys: vec![key], ..Fixture::default() })?;
        proxy = Some(opened);
    }
    announce(&Started { url: format!("http://{address}"), files })?;
    let server = Server::new(world, clock);
    let server = match proxy {
        Some(proxy) => server.with_proxy(proxy),
        None => server,
    };
    let server = server.serve(listener);
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

/// Prints where the server is, for programs.
pub(super) fn print_started(started: &Started) -> std::io::Result<()> {
    let mut line = serde_json::json!({ "url": started.url });
    if let (Some(files), Some(line)) = (&started.files, line.as_object_mut()) {
        line.insert("certificate".to_owned(), files.certificate.display().to_string().into());
        line.insert("credentials".to_owned(), files.credentials.display().to_string().into());
    }
    writeln!(std::io::stdout(), "{line}")
}

fn settings(serve: &Serve) -> anyhow::Result<Settings> {
    let mut settings = serve.settings.as_deref().map(read::<Settings>).transpose()?.unwrap_or_default();
    if let Some(latency) = serve.latency {
        settings.latency = match latency {
            LatencyArg::None => Latency::None,
            LatencyArg::Recorded => Latency::Recorded,
        };
    }
    if let Some(authentication) = serve.authentication {
        settings.authentication = match authentication {
            AuthenticationArg::Required => Authentication::Required,
            AuthenticationArg::Anonymous => Authentication::Anonymous,
        };
    }
    settings.seed = serve.seed.unwrap_or(settings.seed);
    Ok(settings)
}

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    // Its source says the same once more.
    serde_saphyr::from_str(&text).map_err(|error| anyhow::anyhow!("decoding {}: {error}", path.display()))
}

async fn stdin_closed() {
    let mut stdin = tokio::io::stdin();
    let mut buffer = [0_u8; 1024];
    while stdin.read(&mut buffer).await.is_ok_and(|read| read > 0) {}
}
