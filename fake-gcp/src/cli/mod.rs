//! The command line: parses, calls the library, prints.

mod env;
mod guide;
mod proxy;
mod replay;
mod serve;

use std::io::Write as _;

use clap::{Parser, Subcommand, ValueEnum};
use fake_gcp::{methods, rules};

/// A fake of Google's Compute Engine API (the VPC part) with real semantics: operations that take time, CIDR
/// rules, fingerprints, alias IP ranges, and a data plane that tells when a range was unreachable.
///
/// Without a command it serves an empty project to anybody, and prints how clients find it.
#[derive(Debug, Parser)]
#[command(version, long_version = concat!(env!("CARGO_PKG_VERSION"), " (build ", env!("BUILD_ID"), ")"))]
pub(crate) struct Cli {
    /// Prints the build id, by which a stale binary is noticed, and exits.
    #[arg(long)]
    build_id: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves a world over HTTP and prints one line {"url":"http://…"} once it listens, with --https-proxy also where its files are.
    ///
    /// The Compute API is at /compute/v1/, IAM's service accounts, Resource Manager's test of permissions and Network
    /// Connectivity are under /v1/, the token endpoint is at /token, the administration under /_fake/ (fixture, keys, tokens,
    /// watch, instances, faults, permissions, services, policies, limits, snapshot, projects/{project}/resources, ledger,
    /// requests, operations, clock).
    ///
    /// It does not grow with time: the last 100,000 calls of the request log and the last 100,000 finished operations are kept,
    /// and none older than 14 days of the world's time (settings: keep.requests, keep.operations, keep.age). What a watched
    /// range went through is kept for ever.
    Serve(Box<serve::Serve>),
    /// Prints the variables by which clients find a server: eval "$(fake-gcp env --url http://127.0.0.1:8080 --https-proxy)".
    ///
    /// With --https-proxy, for all clients, which then call Google and reach the server. Without, for those that read another
    /// endpoint from a variable, gcloud and Terraform; the server must take anybody (--authentication anonymous).
    Env(env::Env),
    /// Prints every modelled behaviour with what it rests on: recorded, documented, second-hand or assumed.
    Rules {
        /// Form of the table.
        #[arg(long, value_enum, default_value = "text")]
        output: Output,
    },
    /// Prints which methods are supported, as a page in Markdown.
    Methods,
    /// Sends recorded requests to a world and prints how its answers differ from the recorded ones.
    Replay(replay::Replay),
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Output {
    /// A line for each behaviour.
    Text,
    /// A list of objects with behaviour, evidence, source and setting.
    Json,
}

/// Runs what the command line asks for.
pub(crate) async fn run(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Some(Command::Serve(serve)) => serve::run(*serve, serve::print_started).await,
        Some(Command::Env(env)) => env::run(&env),
        Some(Command::Rules { output: Output::Text }) => print(&rules::render()),
        Some(Command::Rules { output: Output::Json }) => print(&format!("{:#}\n", rules::to_json())),
        Some(Command::Methods) => print(&methods::render()),
        Some(Command::Replay(replay)) => replay::run(&replay),
        None if cli.build_id => print(concat!(env!("BUILD_ID"), "\n")),
        None => serve::run(guide::serve()?, guide::print).await,
    }
}

fn print(text: &str) -> anyhow::Result<()> {
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}
