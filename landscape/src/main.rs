//! Command line of the landscape: parses, calls the library, prints. No logic.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser, Subcommand};
use landscape::cli::{self, Ccm, DemoArguments, JourneyArguments, MatrixArguments};

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
    /// Exit status: 0 no difference that decides what is accepted, kept or pruned; 1 such differences, one per line; 2 wrong
    /// usage or unreadable files.
    CheckCrds {
        /// Folder with the real definitions, one YAML file each.
        directory: PathBuf,
    },
    /// Build what the other commands and the tests start and cargo does not build, with Go: etcd and kube-apiserver.
    ///
    /// They would do so themselves. Exit status: 0 it is there, 2 it could not be built, 130 interrupted; what was compiled
    /// until then is kept.
    Build {
        /// The cloud-controller-manager that is to be there, too: the real one is built, the stand-in needs no build.
        #[arg(long, value_enum, default_value_t = Ccm::StandIn)]
        ccm: Ccm,
    },
    /// Migrate one shoot to dual-stack before your eyes, against a real kube-apiserver and a fake cloud.
    ///
    /// Exit status: 0 all nodes stayed reachable and nothing was left behind, 1 not so, 2 it could not be run,
    /// 130 interrupted (Ctrl-C, SIGTERM, SIGHUP): then everything that was started has been ended.
    Demo(DemoArguments),
    /// Bring one shoot to dual-stack, back, and to its end, with the real cloud-controller-manager: infrastructure, nodes, Services.
    ///
    /// Exit status: 0 every promise was kept, 1 not so, or what was asked for did not happen, 2 it could not be run, 130 interrupted
    /// (Ctrl-C, SIGTERM, SIGHUP): then everything that was started has been ended.
    Journey(JourneyArguments),
    /// Kill the controller after each step of the migration, one demonstration per step and size, and print a table.
    ///
    /// Exit status as for `demo`.
    Matrix(MatrixArguments),
}

fn main() -> ExitCode {
    let command = Arguments::parse().command;
    if let Command::Demo(arguments) = &command
        && let Some(contradiction) = arguments.contradiction()
    {
        Arguments::command().error(ErrorKind::ArgumentConflict, contradiction).exit();
    }
    match command {
        Command::CheckCrds { directory } => check_crds(&directory),
        Command::Build { ccm } => block_on(cli::build(ccm)),
        Command::Demo(arguments) => block_on(cli::demo(&arguments)),
        Command::Journey(arguments) => block_on(cli::journey(&arguments)),
        Command::Matrix(arguments) => block_on(cli::matrix(&arguments)),
    }
}

fn check_crds(directory: &std::path::Path) -> ExitCode {
    match landscape::crds::check_directory(directory) {
        Ok(differences) => {
            for difference in &differences {
                println!("{difference}");
            }
            match differences.len() {
                0 => println!("no difference that decides what is accepted, kept or pruned"),
                1 => println!("1 difference that decides what is accepted, kept or pruned"),
                more => println!("{more} differences that decide what is accepted, kept or pruned"),
            }
            ExitCode::from(u8::from(!differences.is_empty()))
        }
        Err(error) => {
            eprintln!("check-crds: {error}");
            ExitCode::from(2)
        }
    }
}

fn block_on(command: impl Future<Output = ExitCode>) -> ExitCode {
    match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime.block_on(command),
        Err(error) => {
            eprintln!("cannot start the asynchronous runtime: {error}");
            ExitCode::from(2)
        }
    }
}
