//! The screen on a terminal: events scroll up; below them live bars show what serves the nodes, and a last line what is
//! being done and how long nodes were cut off so far.

use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::milestones::Milestone;
use super::screen::Screen;
use crate::migration::{Canary, Observer, Progress, Stage};
use crate::processes::build::{BuildObserver, Building};

const TICK: Duration = Duration::from_millis(120);

/// Live bars on standard error.
pub(super) struct Bars {
    all: MultiProgress,
    route: ProgressBar,
    both: ProgressBar,
    alias: ProgressBar,
    activity: ProgressBar,
}

impl Bars {
    /// Bars on standard error; `None` if that is no terminal.
    pub(super) fn on_terminal() -> Option<Self> {
        let all = MultiProgress::new();
        if all.is_hidden() {
            return None;
        }
        let bar = |name: &'static str, colour: &str| {
            let bar = all.add(ProgressBar::no_length().with_prefix(name));
            let template = format!("  {{prefix:<16}} {{bar:40.{colour}/238}} {{pos:>4}} of {{len}}");
            // A template that does not parse leaves indicatif's own style.
            if let Ok(style) = ProgressStyle::with_template(&template) {
                bar.set_style(style.progress_chars("━╸·"));
            }
            bar
        };
        let (route, both, alias) =
            (bar("route only", "yellow"), bar("route and alias", "blue"), bar("alias only", "green"));
        let activity = all.add(ProgressBar::new_spinner());
        // Cut at the edge of the terminal: of what wraps a part would stay.
        if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
            activity.set_style(style);
        }
        activity.enable_steady_tick(TICK);
        Some(Self { route, both, alias, activity, all })
    }

    fn scroll(&self, text: &str) {
        // Nobody can be told that the terminal is gone.
        let _ = self.all.println(text);
    }
}

impl Observer for Bars {
    fn stage(&self, stage: Stage) {
        self.scroll(&format!("== {stage}"));
        self.activity.set_message(stage.to_string());
    }

    fn progress(&self, progress: &Progress) {
        let ledger = &progress.ledger;
        // A bar appears with its first position: not before there are nodes.
        if ledger.watched > 0 {
            let states = &ledger.states;
            for (bar, nodes) in
                [(&self.route, states.route), (&self.both, states.both), (&self.alias, states.alias)]
            {
                // Those that were replaced are no part of the shoot any more.
                bar.set_length(ledger.watched.saturating_sub(states.gone));
                bar.set_position(nodes);
            }
        }
        self.activity.set_message(format!(
            "{:.0} s, cut off so far {:.3} s: {}",
            progress.seconds, ledger.gap_seconds_total, progress.description
        ));
    }

    fn canary(&self, canary: &Canary) {
        self.scroll(&format!("   {canary}"));
    }
}

impl BuildObserver for Bars {
    fn note(&self, text: &str) {
        self.scroll(&format!("   {text}"));
    }

    fn building(&self, building: &Building) {
        self.activity.set_message(building.to_string());
    }
}

impl Screen for Bars {
    fn milestone(&self, milestone: Milestone) {
        self.scroll(&format!("   ✓ {milestone:<3} {}", milestone.meaning()));
    }

    fn chapter(&self, title: &str) {
        self.scroll(&format!("\n#### {title}"));
        self.activity.set_message(title.to_owned());
    }

    fn waits(&self, awaited: Option<&str>) {
        self.activity
            .set_message(awaited.map_or_else(String::new, |awaited| format!("waiting for {awaited}")));
    }

    fn finish(&self) {
        for bar in [&self.route, &self.both, &self.alias, &self.activity] {
            bar.finish_and_clear();
        }
        // Nobody can be told that the terminal is gone.
        let _ = self.all.clear();
    }
}
