//! The progress of a demonstration as plain lines; [`super::terminal`] shows the same with bars.

use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::milestones::Milestone;
use crate::journey::{Chapter, Check, Narrator};
use crate::migration::{Canary, Observer, Progress, Stage};
use crate::processes::build::{BuildObserver, Building, Pace};

/// The place where a demonstration is shown, and the build before it.
pub(super) trait Screen: Observer + BuildObserver {
    /// Shows that the controller's log announced the end of a milestone.
    fn milestone(&self, milestone: Milestone);
    /// Shows that a chapter of a journey begins.
    fn chapter(&self, title: &str);
    /// Shows what is being waited for; `None`: it has come.
    fn waits(&self, awaited: Option<&str>);
    /// Ends the screen: nothing more will come.
    fn finish(&self);
}

/// A screen as the observer of a story.
pub(super) struct Watching(pub(super) Arc<dyn Screen>);

impl Observer for Watching {
    fn stage(&self, stage: Stage) {
        self.0.stage(stage);
    }

    fn progress(&self, progress: &Progress) {
        self.0.progress(progress);
    }

    fn canary(&self, canary: &Canary) {
        self.0.canary(canary);
    }
}

/// A screen as the narrator of a journey.
pub(super) struct Telling(pub(super) Arc<dyn Screen>);

impl Narrator for Telling {
    fn chapter(&self, chapter: Chapter) {
        self.0.chapter(&chapter.to_string());
    }

    fn event(&self, text: &str) {
        self.0.note(&format!("> {text}"));
    }

    fn check(&self, check: &Check) {
        self.0.note(&check.to_string());
    }

    fn waits(&self, awaited: Option<&str>) {
        self.0.waits(awaited);
    }
}

/// A screen of plain lines: one for each event, and for each look that shows something new.
pub(super) struct Lines<W> {
    state: Mutex<State<W>>,
}

struct State<W> {
    out: W,
    last: String,
    pace: Pace,
}

impl<W: Write> Lines<W> {
    pub(super) fn new(out: W) -> Self {
        Self { state: Mutex::new(State { out, last: String::new(), pace: Pace::default() }) }
    }

    fn state(&self) -> MutexGuard<'_, State<W>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn line(&self, text: &str) {
        let mut state = self.state();
        // Nobody can be told that standard error is closed.
        let _ = writeln!(state.out, "{text}");
    }
}

impl<W: Write + Send> Observer for Lines<W> {
    fn stage(&self, stage: Stage) {
        self.line(&format!("== {stage}"));
    }

    fn progress(&self, progress: &Progress) {
        let mut state = self.state();
        let text = look(progress);
        if state.last != text {
            let _ = writeln!(state.out, "{:>6.0} s  {text}", progress.seconds);
            state.last = text;
        }
    }

    fn canary(&self, canary: &Canary) {
        self.line(&format!("          {canary}"));
    }
}

impl<W: Write + Send> BuildObserver for Lines<W> {
    fn note(&self, text: &str) {
        self.line(&format!("   {text}"));
    }

    fn building(&self, building: &Building) {
        let due = self.state().pace.is_due(building);
        if due {
            self.note(&building.to_string());
        }
    }
}

impl<W: Write + Send> Screen for Lines<W> {
    fn milestone(&self, milestone: Milestone) {
        self.line(&format!("          {milestone:<3} done: {}", milestone.meaning()));
    }

    fn chapter(&self, title: &str) {
        self.line(&format!("\n#### {title}"));
    }

    fn waits(&self, awaited: Option<&str>) {
        if let Some(awaited) = awaited {
            self.line(&format!("          waiting for {awaited}"));
        }
    }

    fn finish(&self) {}
}

/// The line for one look at the shoot: nodes by what serves them; before there are any, the description alone. As long as nobody was
/// ever cut off, a node that is not reached is one that has just come: it waits.
fn look(progress: &Progress) -> String {
    let description = &progress.description;
    if progress.ledger.watched == 0 {
        return description.clone();
    }
    let states = &progress.ledger.states;
    let gap = progress.ledger.gap_seconds_total;
    let unreachable = if states.none > 0 && gap == 0.0 { "waiting" } else { "down" };
    format!(
        "route {} · both {} · alias {} · {unreachable} {} · gap {gap:.3} s   {description}",
        states.route, states.both, states.alias, states.none
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::fake::{Ledger, States};

    fn look_at(
        seconds: f64,
        description: &str,
        (route, both, alias, none): (u64, u64, u64, u64),
    ) -> Progress {
        let states = States { route, both, alias, none, ..States::default() };
        let ledger = Ledger { watched: route + both + alias + none, states, ..Ledger::default() };
        Progress { seconds, description: description.to_owned(), ledger }
    }

    #[test]
    fn a_demonstration_in_lines() {
        let screen = Lines::new(Vec::new());
        screen.note("starting");
        screen.stage(Stage::CreateInfrastructure);
        screen.progress(&look_at(0.2, "Reconciling the infrastructure", (0, 0, 0, 0)));
        screen.stage(Stage::CreateNodes { nodes: 20 });
        screen.progress(&look_at(1.0, "12 of 20", (12, 0, 0, 8)));
        screen.stage(Stage::Migrate);
        screen.progress(&look_at(2.0, "step M5, 13 of 20 nodes", (7, 13, 0, 0)));
        screen.progress(&look_at(4.0, "step M5, 13 of 20 nodes", (7, 13, 0, 0)));
        let canary = Canary {
            node: "node-3".to_owned(),
            pool: "pool1".to_owned(),
            outer: 1,
            inner: 2,
            control: None,
            verdict: None,
        };
        screen.canary(&canary);
        screen.canary(&Canary { verdict: Some("proven".to_owned()), ..canary });
        screen.milestone(Milestone::named("M5").unwrap());
        screen.progress(&look_at(66.0, "step M9", (0, 2, 18, 0)));
        screen.waits(Some("a load balancer"));
        screen.waits(None);
        let mut cut_off = look_at(70.0, "step M9", (0, 0, 19, 1));
        cut_off.ledger.gap_seconds_total = 0.5;
        screen.progress(&cut_off);
        let expected = "   starting
== create the IPv4 infrastructure
     0 s  Reconciling the infrastructure
== create 20 nodes with their routes
     1 s  route 12 · both 0 · alias 0 · waiting 8 · gap 0.000 s   12 of 20
== switch to IPv4 and IPv6
     2 s  route 7 · both 13 · alias 0 · down 0 · gap 0.000 s   step M5, 13 of 20 nodes
          canary node-3 of pool1: measured by 1 pod(s) through the API server and 2 by its kubelet
          canary node-3 of pool1: proven
          M5  done: every VM has its alias
    66 s  route 0 · both 2 · alias 18 · down 0 · gap 0.000 s   step M9
          waiting for a load balancer
    70 s  route 0 · both 0 · alias 19 · down 1 · gap 0.500 s   step M9
";
        let shown = screen.state.into_inner().unwrap().out;
        assert_eq!(String::from_utf8(shown).unwrap(), expected);
    }
}
