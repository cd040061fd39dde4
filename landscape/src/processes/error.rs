//! Errors of child processes. Every message names the process and the place to look at next.

use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

/// Reason why a child process could not be built, found, started or followed.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// The binary is not where it belongs.
    #[error("{program} is missing at {}: run `make build`, or set ${variable} to its path", path.display())]
    Missing {
        /// Name of the binary.
        program: &'static str,
        /// Path at which it was looked for.
        path: PathBuf,
        /// Environment variable that overrides the place.
        variable: &'static str,
    },
    /// The binary was built from other sources than those in the working tree.
    #[error("{} is stale (build id {found}, sources {expected}): run `make build`", path.display())]
    Stale {
        /// Path of the binary.
        path: PathBuf,
        /// Id that the binary prints with `--build-id`.
        found: String,
        /// Id of the sources in the working tree.
        expected: String,
    },
    /// Go is not installed, or cannot be run.
    #[error("Go is needed to build {title}: install Go {minimum} or newer ({cause})")]
    GoMissing {
        /// The program that is built, for people.
        title: &'static str,
        /// Oldest version that will do.
        minimum: &'static str,
        /// Error of `go env`.
        cause: String,
    },
    /// The installed Go is too old.
    #[error("Go {found} is too old to build {title}: install Go {minimum} or newer")]
    GoTooOld {
        /// The program that is built, for people.
        title: &'static str,
        /// Oldest version that will do.
        minimum: &'static str,
        /// Version that is installed.
        found: String,
    },
    /// The Go modules could not be fetched.
    #[error("fetching the Go modules of {title} failed ({status}); log {}:\n{tail}", log.display())]
    GoModules {
        /// The program that is built, for people.
        title: &'static str,
        /// Exit status of Go.
        status: ExitStatus,
        /// Path of the file with the whole output.
        log: PathBuf,
        /// Last lines of the output.
        tail: String,
    },
    /// The command `go build` failed.
    #[error("building {title} failed ({status}); log {}:\n{tail}", log.display())]
    GoBuild {
        /// The program that is built, for people.
        title: &'static str,
        /// Exit status of Go.
        status: ExitStatus,
        /// Path of the file with the whole output.
        log: PathBuf,
        /// Last lines of the output.
        tail: String,
    },
    /// The program could not be started.
    #[error("{name}: cannot start {}: {source}", program.display())]
    Spawn {
        /// Name of the child.
        name: String,
        /// Path of the binary.
        program: PathBuf,
        /// Reason given by the system.
        source: std::io::Error,
    },
    /// The child ended although it was still needed.
    #[error("{name} ended ({status}) before {awaited}; log {}:\n{tail}", log.display())]
    Ended {
        /// Name of the child.
        name: String,
        /// Exit status, or the signal that ended it.
        status: String,
        /// The condition that was waited for, in words.
        awaited: &'static str,
        /// Path of the file with the whole output.
        log: PathBuf,
        /// Last lines of the output.
        tail: String,
    },
    /// The child did not do in time what was waited for.
    #[error("{name}: no {awaited} within {} s; log {}:\n{tail}", waited.as_secs_f32(), log.display())]
    Late {
        /// Name of the child.
        name: String,
        /// The condition that was waited for, in words.
        awaited: &'static str,
        /// Length of the wait.
        waited: Duration,
        /// Path of the file with the whole output.
        log: PathBuf,
        /// Last lines of the output.
        tail: String,
    },
    /// The first line on standard output is not the JSON that was agreed.
    #[error("{name}: first line on standard output is not as agreed ({cause}): {line}")]
    NotAgreed {
        /// Name of the child.
        name: String,
        /// Text of the line.
        line: String,
        /// Error of the JSON parser.
        cause: serde_json::Error,
    },
    /// A signal could not be sent.
    #[error("{name}: cannot send signal {signal}: {source}")]
    Signal {
        /// Name of the child.
        name: String,
        /// Number of the signal.
        signal: i32,
        /// Reason given by the system.
        source: std::io::Error,
    },
    /// A file or folder could not be used.
    #[error("{}: {source}", path.display())]
    File {
        /// Path of the file or folder.
        path: PathBuf,
        /// Reason given by the system.
        source: std::io::Error,
    },
}

impl ProcessError {
    /// A function for `map_err` that names the file which an input or output error is about.
    pub(crate) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |source| Self::File { path: path.to_path_buf(), source }
    }
}
