//! The binary: parses the command line and hands over.

use std::process::ExitCode;

use clap::Parser;
use gardener_extension_infra_gcp::cli::Cli;

#[tokio::main]
async fn main() -> ExitCode {
    Cli::parse().run().await
}
