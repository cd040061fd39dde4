//! The program: a server of a world, and what it rests on.

mod cli;

use std::process::ExitCode;

use clap::Parser as _;

#[tokio::main]
async fn main() -> ExitCode {
    match cli::run(cli::Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // One line with all causes, as the other programs of this project print errors.
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
