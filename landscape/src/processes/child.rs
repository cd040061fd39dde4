//! Child processes, each with its process group.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use serde::de::DeserializeOwned;
use tokio::process::{ChildStdin, Command};
use tokio::time::timeout;

use super::log::{Log, LogReader, Source};
use super::run_dir::Folder;
use super::{ProcessError, RunDir};

/// Number of lines that an error shows of what a child said last.
pub(super) const TAIL_LINES: usize = 20;

/// A program to be started as a child.
#[derive(Debug, Clone)]
pub struct Program {
    /// Name in messages, and of the log file `<name>.log`; a second child of that name appends to it.
    pub name: String,
    /// Path of the binary.
    pub path: PathBuf,
    /// Arguments of the binary.
    pub args: Vec<OsString>,
    /// Environment variables that are added to the inherited ones.
    pub env: Vec<(OsString, OsString)>,
}

impl Program {
    /// A program without arguments.
    pub fn new(name: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        Self { name: name.into(), path: path.into(), args: Vec::new(), env: Vec::new() }
    }

    /// Adds one argument.
    #[must_use]
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// Adds several arguments.
    #[must_use]
    pub fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }
}

/// The place where a child's output goes and its input comes from.
pub(super) struct Place {
    /// The log file; what is there already stays.
    pub(super) log: PathBuf,
    /// Standard input of the child.
    pub(super) stdin: Stdio,
}

/// A running child. Dropped, it is killed together with every process of its group.
#[derive(Debug)]
pub struct Child {
    name: String,
    process: tokio::process::Child,
    stdin: Option<ChildStdin>,
    log: Log,
    log_path: PathBuf,
    keep_log: Arc<AtomicBool>,
}

impl Child {
    /// Starts `program` in a process group of its own. Needs a running tokio runtime.
    pub fn start(program: &Program, run_dir: &RunDir) -> Result<Self, ProcessError> {
        Self::start_in(program, run_dir.folder())
    }

    /// Starts `program` in a process group of its own, for somebody who may outlive a borrow of the run directory.
    pub(super) fn start_in(program: &Program, folder: &Folder) -> Result<Self, ProcessError> {
        let log = folder.path.join(format!("{}.log", program.name));
        Self::start_at(program, Place { log, stdin: Stdio::piped() }, Arc::clone(&folder.keep))
    }

    /// Starts `program` in a process group of its own, outside a run directory.
    pub(super) fn start_at(
        program: &Program,
        place: Place,
        keep_log: Arc<AtomicBool>,
    ) -> Result<Self, ProcessError> {
        let Place { log: log_path, stdin } = place;
        let file = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&log_path)
            .map_err(ProcessError::file(&log_path))?;
        let mut process = Command::new(&program.path)
            .args(&program.args)
            .envs(program.env.iter().map(|(name, value)| (name, value)))
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(|source| ProcessError::Spawn {
                name: program.name.clone(),
                program: program.path.clone(),
                source,
            })?;
        let log = Log::new(file);
        if let Some(stdout) = process.stdout.take() {
            log.follow(Source::Stdout, stdout);
        }
        if let Some(stderr) = process.stderr.take() {
            log.follow(Source::Stderr, stderr);
        }
        let stdin = process.stdin.take();
        Ok(Self { name: program.name.clone(), process, stdin, log, log_path, keep_log })
    }

    /// Waits for the first line on standard output and decodes it as JSON.
    pub async fn first_json<T: DeserializeOwned>(&mut self, deadline: Duration) -> Result<T, ProcessError> {
        const AWAITED: &str = "first line on standard output";
        let mut reader = self.log();
        match timeout(deadline, reader.find(|line| line.source == Source::Stdout)).await {
            Ok(Some(line)) => serde_json::from_str(&line.text).map_err(|cause| ProcessError::NotAgreed {
                name: self.name.clone(),
                line: line.text,
                cause,
            }),
            Ok(None) => {
                // Both streams are closed; a process that still lives is of no use to anybody.
                let status = match timeout(Duration::from_secs(1), self.wait()).await {
                    Ok(Ok(status)) => status.to_string(),
                    _ => "still running, with its output closed".to_owned(),
                };
                Err(self.ended_with(status, AWAITED))
            }
            Err(_) => Err(self.late(deadline, AWAITED)),
        }
    }

    /// Waits for a line that `wanted` accepts, from `reader`'s place on; `awaited` names it in the error.
    pub async fn line(
        &self,
        reader: &mut LogReader,
        awaited: &'static str,
        deadline: Duration,
        wanted: impl Fn(&super::Line) -> bool,
    ) -> Result<super::Line, ProcessError> {
        match timeout(deadline, reader.find(wanted)).await {
            Ok(Some(line)) => Ok(line),
            Ok(None) => Err(self.ended_with("output closed".to_owned(), awaited)),
            Err(_) => Err(self.late(deadline, awaited)),
        }
    }

    /// Returns when the child has ended by itself, as far as its streams tell.
    pub async fn ended(&self) -> ProcessError {
        let mut reader = self.log();
        while reader.next().await.is_some() {}
        self.ended_with("output closed".to_owned(), "its time")
    }

    /// Waits for the child's end, and returns the lines on its standard output; an error if its exit status is not 0.
    pub async fn answer(mut self) -> Result<Vec<String>, ProcessError> {
        let mut reader = self.log();
        let mut lines = Vec::new();
        while let Some(line) = reader.next().await {
            if line.source == Source::Stdout {
                lines.push(line.text);
            }
        }
        let status = self.wait().await?;
        if status.success() { Ok(lines) } else { Err(self.ended_with(status.to_string(), "its answer")) }
    }

    /// A reader of all lines of both streams, from the first one on.
    pub fn log(&self) -> LogReader {
        self.log.reader()
    }

    /// The file that holds both streams.
    pub fn log_path(&self) -> &Path {
        &self.log_path
    }

    fn tail(&self) -> String {
        self.log.tail(TAIL_LINES)
    }

    /// Name of the child, as given in [`Program`].
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Process id; `None` once the end of the child was seen.
    pub fn pid(&self) -> Option<u32> {
        self.process.id()
    }

    /// Sends a signal to the process group: [`Signal::STOP`] and [`Signal::CONT`] to pause, [`Signal::TERM`] to ask.
    /// Nothing happens if the child's end was already seen.
    pub fn signal(&self, signal: Signal) -> Result<(), ProcessError> {
        let Some(group) = self.group() else { return Ok(()) };
        kill_process_group(group, signal).map_err(|source| ProcessError::Signal {
            name: self.name.clone(),
            signal: signal.as_raw(),
            source: source.into(),
        })
    }

    /// Waits for the child's end.
    pub async fn wait(&mut self) -> Result<ExitStatus, ProcessError> {
        // tokio's own wait closes standard input, but not the one that was taken out.
        self.process.wait().await.map_err(ProcessError::file(&self.log_path))
    }

    /// Sends SIGKILL to the whole group, as a node that loses power would do it, and waits for the end.
    pub async fn kill(&mut self) -> Result<ExitStatus, ProcessError> {
        self.signal(Signal::KILL)?;
        self.wait().await
    }

    /// Closes the child's standard input, which is what it sees when we die.
    pub fn close_stdin(&mut self) {
        self.stdin = None;
    }

    /// Asks the child to end, by SIGTERM and closed standard input; SIGKILL follows after `grace`.
    pub async fn stop(&mut self, grace: Duration) -> Result<ExitStatus, ProcessError> {
        self.signal(Signal::TERM)?;
        self.close_stdin();
        match timeout(grace, self.wait()).await {
            Ok(status) => status,
            Err(_) => self.kill().await,
        }
    }

    fn group(&self) -> Option<Pid> {
        self.process.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw)
    }

    fn ended_with(&self, status: String, awaited: &'static str) -> ProcessError {
        self.keep_log.store(true, Ordering::Relaxed);
        ProcessError::Ended {
            name: self.name.clone(),
            status,
            awaited,
            log: self.log_path.clone(),
            tail: self.tail(),
        }
    }

    fn late(&self, waited: Duration, awaited: &'static str) -> ProcessError {
        self.keep_log.store(true, Ordering::Relaxed);
        ProcessError::Late {
            name: self.name.clone(),
            awaited,
            waited,
            log: self.log_path.clone(),
            tail: self.tail(),
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // Nobody can be told of a failure here, and a group that is already gone is what is wanted.
        let _ = self.signal(Signal::KILL);
    }
}
