//! Command line of the landscape: parses, calls the library, prints. No logic.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The rest of Gardener around the controller.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Compare this project's copies of Gardener's resource definitions with the real ones.
    ///
    /// Exit status: 0 identical, 1 different, 2 wrong usage or unreadable files.
    CheckCrds {
        /// Folder with the real definitions, one YAML file each.
        directory: PathBuf,
    },
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::CheckCrds { directory } => check_crds(&directory),
    }
}

fn check_crds(directory: &std::path::Path) -> ExitCode {
    match landscape::crds::check_directory(directory) {
        Ok(differences) => {
            for difference in &differences {
                println!("{difference}");
            }
            println!("{} difference(s)", differences.len());
            ExitCode::from(u8::from(!differences.is_empty()))
        }
        Err(error) => {
            eprintln!("check-crds: {error}");
            ExitCode::from(2)
        }
    }
}
