//! The binary: parses the command line and runs the command.

use std::process::ExitCode;

use clap::Parser;
use gardener_extension_infra_gcp::cli::Cli;

#[tokio::main]
async fn main() -> ExitCode {
    match Cli::try_parse() {
        Ok(cli) => cli.run().await,
        Err(error) => {
            // Exit code 2 of `plan` means that there is something to do, so a mistyped command exits with 1.
            let code = if error.use_stderr() { ExitCode::FAILURE } else { ExitCode::SUCCESS };
            let _ = error.print();
            code
        }
    }
}
