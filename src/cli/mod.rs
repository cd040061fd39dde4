//! The command line, which takes options and puts the parts together. May not know: how anything is done.

mod chosen;
mod config_file;
mod connect;
mod controller;
mod controllers;
mod decisions;
mod duration;
mod election;
mod logging;
mod plan;
mod probes;
mod question;
mod refused;
mod status;
mod words;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use planner::report::Handle;
use planner::text::chain;

/// Infrastructure controller for Gardener shoots on Google Cloud.
///
/// Takes the place of the Infrastructure controller of Gardener's provider-gcp: makes the network of a shoot, keeps it as it shall
/// be, takes it away again, and migrates a running IPv4 cluster to dual-stack without cutting a node off.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, long_version = concat!(env!("CARGO_PKG_VERSION"), " (build ", env!("BUILD_ID"), ")"), max_term_width = 120)]
#[command(arg_required_else_help = true)]
pub struct Cli {
    /// Print the build id, by which a stale binary is noticed, and exit.
    #[arg(long)]
    build_id: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Reconcile Infrastructures until told to stop.
    Controller(Box<controller::Arguments>),
    /// Show what the next reconciliation of a shoot would do, and why. Changes nothing.
    ///
    /// Exit code 0: nothing to do; 2: there is something to do, also on a way back, or for somebody else to do; 1: an error, a wrong option,
    /// or the preflight refuses.
    Plan(Box<plan::Arguments>),
    /// Show where migrations are: course, step, nodes, what is waited for, and when they may end. Changes nothing.
    ///
    /// Reads Infrastructures alone, in one list. Exit code 0: there is no migration; 2: there is one, at least; 1: an error.
    Status(Box<status::Arguments>),
    /// Hold the migration of a shoot where it is: writes the word hold on its Infrastructure.
    ///
    /// Refused past the point of no return. Exit code 0: it is written; 1: an error, a refusal, or the answer was no.
    Hold(Box<words::Arguments>),
    /// Take the migration of a shoot back: writes the word undo on its Infrastructure.
    ///
    /// Refused past the point of no return. Exit code 0: it is written; 1: an error, a refusal, or the answer was no.
    Undo(Box<words::Arguments>),
    /// Let the migration of a shoot go on: removes the words hold and undo from its Infrastructure.
    ///
    /// Exit code 0: none is left; 2: one is left on the Shoot, which only its owner can remove; 1: an error, or the answer was no.
    Resume(Box<words::Arguments>),
}

impl Cli {
    /// Runs the command to its end.
    pub async fn run(self) -> ExitCode {
        if self.build_id {
            println!("{}", env!("BUILD_ID"));
            return ExitCode::SUCCESS;
        }
        let result = match self.command {
            Some(Command::Controller(arguments)) => controller::run(*arguments).await,
            Some(Command::Plan(arguments)) => plan::run(*arguments).await,
            Some(Command::Status(arguments)) => status::run(*arguments).await,
            Some(Command::Hold(arguments)) => words::run(Handle::Hold, *arguments).await,
            Some(Command::Undo(arguments)) => words::run(Handle::Undo, *arguments).await,
            Some(Command::Resume(arguments)) => words::run(Handle::Resume, *arguments).await,
            None => Ok(ExitCode::FAILURE),
        };
        result.unwrap_or_else(|error| {
            eprintln!("error: {}", chain(error.as_ref()));
            ExitCode::FAILURE
        })
    }
}
