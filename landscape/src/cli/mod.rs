//! The commands for people: `demo` shows one migration, `journey` the whole way to dual-stack around it, `matrix` shows that a crash after
//! any step does no harm, `build` builds what both need.
//!
//! Arguments, child processes and rendering; the story itself is [`crate::migration`].

mod advice;
mod arguments;
mod controller;
mod demo;
mod error;
mod incidents;
mod journey;
mod life;
mod matrix;
mod milestones;
mod operator;
mod report;
mod scenario;
mod screen;
mod terminal;

pub use arguments::{Ccm, DemoArguments, JourneyArguments, MatrixArguments};
pub use error::DemoError;

use std::future::Future;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use serde_json::Value;
use tokio::signal::unix::{Signal, SignalKind, signal};

use self::advice::{advice, same_again};
use self::arguments::Output;
use self::screen::{Lines, Screen};
use self::terminal::Bars;
use crate::processes::build::{ApiServer, CloudControllerManager, PlainLines};
use crate::processes::{Programs, RunDir};

/// Exit status after Ctrl-C, SIGTERM or SIGHUP.
const INTERRUPTED: u8 = 130;
/// Exit status when the command could not be carried out.
const FAILED: u8 = 2;
/// Runs `landscape demo`: status 0 if all is well, 1 if the outcome is not as promised, 2 if it could not be run.
pub async fn demo(arguments: &DemoArguments) -> ExitCode {
    let scenario = arguments.scenario();
    shown("demo", arguments.ccm, arguments.output, async |programs, run_dir, screen| {
        let report = demo::run(&scenario, programs, run_dir, screen).await?;
        Ok(Verdict { ok: report.is_ok(), text: report.to_text(), json: report.to_json() })
    })
    .await
}

/// Runs `landscape journey`, with the status of [`demo()`].
pub async fn journey(arguments: &JourneyArguments) -> ExitCode {
    let scenario = arguments.scenario();
    shown("journey", Ccm::Real, arguments.output, async |programs, run_dir, screen| {
        let outcome = journey::run(&scenario, programs, run_dir, screen).await?;
        Ok(Verdict { ok: outcome.is_ok(), text: outcome.to_text(), json: outcome.to_json() })
    })
    .await
}

/// What a run came to.
struct Verdict {
    /// Whether all is as promised.
    ok: bool,
    /// Lines for people, with a line break at the end.
    text: String,
    /// An object for machines.
    json: Value,
}

/// Plays the command `name`, in a run directory and on a screen of its own, which is cleared at the end: what is printed after it stays.
async fn shown(
    name: &str,
    ccm: Ccm,
    output: Output,
    play: impl AsyncFnOnce(Programs, &RunDir, &Arc<dyn Screen>) -> Result<Verdict, DemoError>,
) -> ExitCode {
    let command = same_again(name, std::env::args_os().skip(2).filter_map(|it| it.into_string().ok()));
    let run_dir = match RunDir::create(name) {
        Ok(run_dir) => run_dir,
        Err(error) => return failed(&error.into(), &std::env::temp_dir(), &command),
    };
    let screen = screen();
    let ended = until_interrupted(async {
        let programs = Programs::build(screen.as_ref()).await?;
        let programs = match ccm {
            Ccm::StandIn => programs,
            Ccm::Real => programs.with_ccm(screen.as_ref()).await?,
        };
        play(programs, &run_dir, &screen).await.inspect_err(|_| run_dir.keep())
    })
    .await;
    screen.finish();
    // Whatever was kept is named last, when this function lets go of the run directory.
    match ended {
        Ended::Interrupted => interrupted(),
        Ended::Failed(error) => failed(&error, run_dir.path(), &command),
        Ended::Done(verdict) => {
            match output {
                Output::Text => print!("{}", verdict.text),
                Output::Json => println!("{}", verdict.json),
            }
            if !verdict.ok {
                run_dir.keep();
                let log = run_dir.path().join("controller.log");
                advise(&[
                    format!("see what the controller did: grep -v DEBUG {}", log.display()),
                    format!("try again: {command}"),
                ]);
            }
            ExitCode::from(u8::from(!verdict.ok))
        }
    }
}

/// Where it is shown what goes on: live bars on a terminal, else lines on standard error.
fn screen() -> Arc<dyn Screen> {
    match Bars::on_terminal() {
        Some(bars) => Arc::new(bars),
        None => Arc::new(Lines::new(std::io::stderr())),
    }
}

/// Runs `landscape matrix`, with the status of [`demo()`].
pub async fn matrix(arguments: &MatrixArguments) -> ExitCode {
    // The table is seen once, as it grows: on standard error only if standard output is for JSON.
    let mut table: Box<dyn Write> = match arguments.output {
        Output::Text => Box::new(std::io::stdout()),
        Output::Json => Box::new(std::io::stderr()),
    };
    let rows = until_interrupted(async {
        let programs = Programs::build(&PlainLines::on_stderr()).await?;
        matrix::run(arguments, &programs, &mut table).await
    });
    match rows.await {
        Ended::Interrupted => interrupted(),
        Ended::Failed(error) => failed(&error, &std::env::temp_dir(), "make demo-matrix"),
        Ended::Done(rows) => {
            if arguments.output == Output::Json {
                println!("{}", matrix::to_json(&rows));
            }
            ExitCode::from(u8::from(!matrix::is_ok(&rows)))
        }
    }
}

/// Runs `landscape build`: status 0 when all that Go builds is there, 2 if it could not be built.
pub async fn build(ccm: Ccm) -> ExitCode {
    let lines = PlainLines::on_stderr();
    let built = until_interrupted(async {
        ApiServer::build(&lines).await?;
        match ccm {
            Ccm::StandIn => Ok(()),
            Ccm::Real => Ok(CloudControllerManager::build(&lines).await.map(drop)?),
        }
    });
    match built.await {
        Ended::Interrupted => interrupted(),
        Ended::Failed(error) => failed(&error, &std::env::temp_dir(), "make build"),
        Ended::Done(_) => ExitCode::SUCCESS,
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
        // In this order, so that the signals are listened to before anything is begun.
        biased;
        () = told_to_stop() => Ended::Interrupted,
        result = work => match result {
            Ok(value) => Ended::Done(value),
            Err(error) => Ended::Failed(error),
        },
    }
}

/// Returns at the first signal to stop. If the system does not let us listen it never does: then the signals kill us, and
/// the children end with their input.
async fn told_to_stop() {
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    let hung_up = async {
        match hang_up() {
            Some(mut hang_up) => hang_up.recv().await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        biased;
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
        _ = hung_up => {}
    }
}

/// The stream of SIGHUP; `None` if it is ignored, as `nohup` wants it: to listen would undo that.
fn hang_up() -> Option<Signal> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
    let ignored = u64::from_str_radix(ignored.trim(), 16).ok()?;
    // The lowest bit is signal 1, SIGHUP.
    (ignored & 1 == 0).then(|| signal(SignalKind::hangup()).ok()).flatten()
}

fn interrupted() -> ExitCode {
    // After a hang-up there is no standard error.
    let _ = writeln!(std::io::stderr(), "interrupted: everything was ended; what was built is kept");
    ExitCode::from(INTERRUPTED)
}

fn failed(error: &DemoError, run_dir: &Path, command: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "error: {}", error.to_string().trim_end());
    advise(&advice(error, run_dir, command));
    ExitCode::from(FAILED)
}

fn advise(lines: &[String]) {
    for line in lines {
        let _ = writeln!(std::io::stderr(), "-> {line}");
    }
}
