//! The screen on a terminal: finished steps scroll up, below them two live lines: where the nodes are, and what is
//! being done.

use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::screen::{Screen, look};
use crate::journey::{Observer, Progress, Stage};

const TICK: Duration = Duration::from_millis(120);

/// Live bars on standard error.
pub(super) struct Bars {
    all: MultiProgress,
    aliases: ProgressBar,
    activity: ProgressBar,
}

impl Bars {
    /// `None` if standard error is no terminal.
    pub(super) fn on_terminal() -> Option<Self> {
        let all = MultiProgress::new();
        if all.is_hidden() {
            return None;
        }
        let aliases = all.add(ProgressBar::no_length());
        // A template that does not parse leaves indicatif's own style.
        if let Ok(style) = ProgressStyle::with_template("  aliases {bar:40.green/white} {pos}/{len} nodes") {
            aliases.set_style(style);
        }
        let activity = all.add(ProgressBar::new_spinner());
        activity.enable_steady_tick(TICK);
        Some(Self { all, aliases, activity })
    }

    fn scroll(&self, text: &str) {
        // Nobody can be told that the terminal is gone.
        let _ = self.all.println(text);
    }
}

impl Observer for Bars {
    fn stage(&self, stage: Stage) {
        self.scroll(&format!("== {stage}"));
        self.activity.set_message(String::new());
    }

    fn progress(&self, progress: &Progress) {
        let states = &progress.ledger.states;
        self.aliases.set_length(progress.ledger.watched);
        self.aliases.set_position(states.both + states.alias);
        let step = progress.step().map(|step| format!("[{step}] ")).unwrap_or_default();
        self.activity.set_message(format!("{:>4.0} s  {step}{}", progress.seconds, look(progress)));
    }
}

impl Screen for Bars {
    fn milestone(&self, step: &str) {
        self.scroll(&format!("   ✓ {step}"));
    }

    fn note(&self, text: &str) {
        self.scroll(&format!("   {text}"));
    }

    fn finish(&self) {
        self.aliases.finish_and_clear();
        self.activity.finish_and_clear();
    }
}
