//! The progress of a build, and who is told of it. Rendering on a terminal is the observer's own business; plain lines are
//! here, as tests print them too.

use std::fmt;
use std::io::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Stage of a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuildStage {
    /// Another process builds the same.
    Elsewhere,
    /// Sources are fetched.
    Modules,
    /// Packages are compiled and linked.
    Packages,
}

/// A build as it was seen once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Building {
    /// The program that is built, for people.
    pub title: &'static str,
    /// Stage that is under way.
    pub stage: BuildStage,
    /// Modules or packages begun, those included that are finished.
    pub done: usize,
    /// Modules or packages in this stage, all together.
    pub of: usize,
    /// The last item that was begun; empty before the first.
    pub item: String,
    /// Time since the build began, all stages together.
    pub passed: Duration,
}

impl fmt::Display for Building {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { title, done, of, item, .. } = self;
        let passed = lasted(self.passed);
        match self.stage {
            BuildStage::Elsewhere => {
                write!(f, "another process builds {title}: waiting for it, {passed} so far")?;
            }
            BuildStage::Modules => {
                write!(
                    f,
                    "build 1 of 2, fetching Go modules of {title}: {done} of at most {of}, {passed} so far"
                )?;
            }
            BuildStage::Packages => {
                write!(f, "build 2 of 2, compiling {title}: {done} of {of} packages, {passed} so far")?;
            }
        }
        if item.is_empty() { Ok(()) } else { write!(f, " ({item})") }
    }
}

/// A duration for people: `4 min 05 s`.
pub(crate) fn lasted(duration: Duration) -> String {
    match (duration.as_secs() / 60, duration.as_secs() % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, seconds) => format!("{minutes} min {seconds:02} s"),
    }
}

/// An observer of a build. Calls come often and must not block.
pub trait BuildObserver: Send + Sync {
    /// Shows something worth a line.
    fn note(&self, text: &str);
    /// Shows how far the build is.
    fn building(&self, building: &Building);
}

/// Longest time without a line, as long as there is anything to tell.
const PAUSE: Duration = Duration::from_secs(15);
/// Number of lines by which a stage that is fast is told.
const LINES: usize = 50;

/// The rule by which a look is worth a line of its own: when a stage begins, when
/// much has been done, and when some time has passed.
#[derive(Debug, Default)]
pub struct Pace(Option<Building>);

impl Pace {
    /// Whether this look is worth a line.
    pub fn is_due(&mut self, building: &Building) -> bool {
        let due = self.0.as_ref().is_none_or(|last| {
            last.stage != building.stage
                || building.passed.saturating_sub(last.passed) >= PAUSE
                || building.done.saturating_sub(last.done) * LINES >= building.of.max(LINES)
        });
        if due {
            self.0 = Some(building.clone());
        }
        due
    }
}

/// A build shown in plain lines.
pub struct PlainLines<W> {
    state: Mutex<(W, Pace)>,
}

impl<W: Write> PlainLines<W> {
    /// A build shown in lines on `out`.
    pub fn new(out: W) -> Self {
        Self { state: Mutex::new((out, Pace::default())) }
    }

    fn state(&self) -> MutexGuard<'_, (W, Pace)> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PlainLines<std::io::Stderr> {
    /// A build shown in lines on standard error, past a test harness that would keep them to itself.
    pub fn on_stderr() -> Self {
        Self::new(std::io::stderr())
    }
}

impl<W: Write + Send> BuildObserver for PlainLines<W> {
    fn note(&self, text: &str) {
        // Nobody can be told that standard error is closed.
        let _ = writeln!(self.state().0, "   {text}");
    }

    fn building(&self, building: &Building) {
        let (out, pace) = &mut *self.state();
        if pace.is_due(building) {
            let _ = writeln!(out, "   {building}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_in_lines() {
        let lines = PlainLines::new(Vec::new());
        lines.note("built first");
        let tell = |stage, done, of, item: &str, seconds| {
            let (title, passed) = ("it", Duration::from_secs(seconds));
            lines.building(&Building { title, stage, done, of, item: item.to_owned(), passed });
        };
        tell(BuildStage::Elsewhere, 0, 0, "", 0);
        tell(BuildStage::Elsewhere, 0, 0, "", 14);
        tell(BuildStage::Elsewhere, 0, 0, "", 15);
        tell(BuildStage::Modules, 0, 143, "", 16);
        tell(BuildStage::Modules, 1, 143, "a v1", 17);
        tell(BuildStage::Modules, 8, 143, "b v1", 18);
        tell(BuildStage::Packages, 0, 2111, "", 60);
        tell(BuildStage::Packages, 42, 2111, "c", 61);
        tell(BuildStage::Packages, 43, 2111, "d/e", 62);
        tell(BuildStage::Packages, 44, 2111, "f", 77);
        let expected = "   built first
   another process builds it: waiting for it, 0 s so far
   another process builds it: waiting for it, 15 s so far
   build 1 of 2, fetching Go modules of it: 0 of at most 143, 16 s so far
   build 1 of 2, fetching Go modules of it: 8 of at most 143, 18 s so far (b v1)
   build 2 of 2, compiling it: 0 of 2111 packages, 1 min 00 s so far
   build 2 of 2, compiling it: 43 of 2111 packages, 1 min 02 s so far (d/e)
   build 2 of 2, compiling it: 44 of 2111 packages, 1 min 17 s so far (f)
";
        let shown = lines.state.into_inner().unwrap().0;
        assert_eq!(String::from_utf8(shown).unwrap(), expected);
    }
}
