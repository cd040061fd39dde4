//! The commands for people: `demo` shows one migration, `matrix` shows that a crash after any step does no harm.
//!
//! Arguments, child processes and rendering; the story itself is [`crate::journey`].

mod arguments;
mod controller;
mod demo;
mod error;
mod matrix;
mod report;
mod screen;
mod steps;
mod terminal;

pub use arguments::{DemoArguments, MatrixArguments};
pub use error::DemoError;

use std::future::Future;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use tokio::signal::unix::{Signal, SignalKind, signal};

use self::arguments::Output;
use self::screen::{Lines, Screen};
use self::terminal::Bars;

/// Exit status after Ctrl-C, SIGTERM or SIGHUP.
const INTERRUPTED: u8 = 130;
/// Exit status when the command could not be carried out.
const FAILED: u8 = 2;

/// `landscape demo`. Status 0 if all is well, 1 if the outcome is not as promised, 2 if it could not be run.
pub async fn demo(arguments: &DemoArguments) -> ExitCode {
    let screen: Arc<dyn Screen> = match Bars::on_terminal() {
        Some(bars) => Arc::new(bars),
        None => Arc::new(Lines::new(std::io::stderr())),
    };
    let outcome = until_interrupted(demo::run(&arguments.scenario(), &screen)).await;
    screen.finish();
    match outcome {
        Ended::Interrupted => interrupted(),
        Ended::Failed(error) => failed(&error),
        Ended::Done(report) => {
            match arguments.output {
                Output::Text => print!("{}", report.to_text()),
                Output::Json => println!("{}", report.to_json()),
            }
            ExitCode::from(u8::from(!report.is_ok()))
        }
    }
}

/// `landscape matrix`. Status as for [`demo`].
pub async fn matrix(arguments: &MatrixArguments) -> ExitCode {
    // The table is seen once, as it grows: on standard error only if standard output is for JSON.
    let mut table: Box<dyn Write> = match arguments.output {
        Output::Text => Box::new(std::io::stdout()),
        Output::Json => Box::new(std::io::stderr()),
    };
    match until_interrupted(matrix::run(arguments, &mut table)).await {
        Ended::Interrupted => interrupted(),
        Ended::Failed(error) => failed(&error),
        Ended::Done(rows) => {
            if arguments.output == Output::Json {
                println!("{}", matrix::to_json(&rows));
            }
            ExitCode::from(u8::from(!matrix::is_ok(&rows)))
        }
    }
}

enum Ended<T> {
    Done(T),
    Failed(DemoError),
    Interrupted,
}

/// Ctrl-C, SIGTERM and SIGHUP drop the work, and with it every child process.
async fn until_interrupted<T>(work: impl Future<Output = Result<T, DemoError>>) -> Ended<T> {
    tokio::select! {
        result = work => match result {
            Ok(value) => Ended::Done(value),
            Err(error) => Ended::Failed(error),
        },
        () = told_to_stop() => Ended::Interrupted,
    }
}

/// Never, if the system does not let us listen: then the signals kill us, and the children end with their input.
async fn told_to_stop() {
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    let hung_up = async {
        match hang_up() {
            Some(mut hang_up) => hang_up.recv().await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
        _ = hung_up => {}
    }
}

/// `None` if SIGHUP is ignored, as `nohup` wants it: to listen would undo that.
fn hang_up() -> Option<Signal> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
    let ignored = u64::from_str_radix(ignored.trim(), 16).ok()?;
    // The lowest bit is signal 1, SIGHUP.
    (ignored & 1 == 0).then(|| signal(SignalKind::hangup()).ok()).flatten()
}

fn interrupted() -> ExitCode {
    // After a hang-up there is no standard error.
    let _ = writeln!(std::io::stderr(), "interrupted: everything was ended");
    ExitCode::from(INTERRUPTED)
}

fn failed(error: &DemoError) -> ExitCode {
    eprintln!("error: {error}");
    ExitCode::from(FAILED)
}
