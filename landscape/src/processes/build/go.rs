//! Go as a child process: which one will do, and one command at a time whose lines are followed.

use std::collections::VecDeque;
use std::fs::File;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

use crate::processes::child::{Child, Place, TAIL_LINES};
use crate::processes::{ProcessError, Program, Source};

/// Oldest Go that will do, as one `go.mod` or another demands.
const MINIMUM: &str = "1.26";
/// Time without a line after which the observer is told that time passes.
const SILENCE: Duration = Duration::from_secs(1);

/// Go at work on one module.
pub(super) struct Go {
    /// The program that is built, for people.
    pub(super) title: &'static str,
    /// Folder of the module.
    pub(super) module: PathBuf,
    /// Folder for what Go needs only while it works.
    pub(super) temporary: PathBuf,
    /// File with what all commands print.
    pub(super) log: PathBuf,
    /// Lock of the build. Go holds it too, as its standard input: it is free only when no Go works here any more.
    pub(super) lock: File,
}

/// A command that did not succeed.
pub(super) struct Failed {
    pub(super) status: ExitStatus,
    pub(super) log: PathBuf,
    /// Last lines on standard error.
    pub(super) tail: String,
}

impl Go {
    /// Runs one command to its end and shows each line that it prints to `line`, and nothing each second that none comes.
    /// Dropped, Go ends with all its compilers.
    pub(super) async fn run(
        &self,
        arguments: &[&str],
        mut line: impl FnMut(Option<&str>),
    ) -> Result<Result<(), Failed>, ProcessError> {
        let lock = self.lock.try_clone().map_err(ProcessError::file(&self.log))?;
        let mut program = Program::new("go", "go").args(arguments);
        program.env.push(("GOTMPDIR".into(), self.temporary.clone().into()));
        // Go finds the module by the folder that it is told to be in.
        program.args.splice(0..0, ["-C".into(), self.module.clone().into_os_string()]);
        let place = Place { log: self.log.clone(), stdin: Stdio::from(lock) };
        let mut child = Child::start_at(&program, place, Arc::default())
            .map_err(|error| self.missing(&error.to_string()))?;
        let mut lines = child.log();
        let mut errors = VecDeque::new();
        loop {
            let next = match timeout(SILENCE, lines.next()).await {
                Ok(Some(next)) => next,
                Ok(None) => break,
                Err(_) => {
                    line(None);
                    continue;
                }
            };
            line(Some(&next.text));
            if next.source == Source::Stderr {
                errors.push_back(format!("  {}\n", next.text));
                if errors.len() > TAIL_LINES {
                    errors.pop_front();
                }
            }
        }
        let status = child.wait().await?;
        let failed = || Failed { status, log: self.log.clone(), tail: errors.into_iter().collect() };
        Ok(if status.success() { Ok(()) } else { Err(failed()) })
    }

    /// Refuses a Go that is missing or too old. Asked inside the module, so that Go's own choice of a newer toolchain counts.
    pub(super) async fn check(&self) -> Result<(), ProcessError> {
        let output = Command::new("go")
            .args(["env", "GOVERSION"])
            .current_dir(&self.module)
            .output()
            .await
            .map_err(|source| self.missing(&source.to_string()))?;
        if !output.status.success() {
            return Err(self.missing(String::from_utf8_lossy(&output.stderr).trim()));
        }
        let found = String::from_utf8_lossy(&output.stdout).trim().trim_start_matches("go").to_owned();
        match (version(&found), version(MINIMUM)) {
            (Some(have), Some(need)) if have < need => {
                Err(ProcessError::GoTooOld { title: self.title, minimum: MINIMUM, found })
            }
            _ => Ok(()),
        }
    }

    fn missing(&self, cause: &str) -> ProcessError {
        ProcessError::GoMissing { title: self.title, minimum: MINIMUM, cause: cause.to_owned() }
    }
}

/// Major and minor number of a version; `None` for a development version, which is let through.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.split('.');
    let major = numbers.next()?.parse().ok()?;
    let minor: String = numbers.next()?.chars().take_while(char::is_ascii_digit).collect();
    Some((major, minor.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::super::go_program::ALL;
    use super::*;

    #[test]
    fn versions_of_go_are_compared_as_numbers() {
        assert!(version("1.9.1") < version("1.26"));
        assert_eq!(version("1.26.8"), Some((1, 26)));
        assert_eq!(version("1.27rc1"), Some((1, 27)));
        assert_eq!(version("devel"), None);
    }

    #[test]
    fn the_oldest_go_is_the_one_that_some_module_demands_and_no_module_a_newer_one() {
        let demanded = ALL
            .iter()
            .filter_map(|program| version(program.module.lines().find_map(|line| line.strip_prefix("go "))?));
        assert_eq!(demanded.max(), version(MINIMUM));
    }
}
