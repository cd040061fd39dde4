//! What a journey tells while it goes on, and what it finds as promised or not.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

/// A chapter of the journey.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Chapter {
    /// An IPv4 shoot at work, and its migration.
    Infrastructure,
    /// The nodes are replaced, one by one.
    RollOut,
    /// Kubernetes itself becomes dual-stack.
    Activation,
    /// The Shoot asks for IPv4 alone again.
    BackToIpv4,
    /// The shoot is deleted.
    Deletion,
    /// A shoot that asks for both families from its first day.
    Fresh,
}

impl fmt::Display for Chapter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Infrastructure => "Phase 1, infrastructure: an IPv4 shoot is migrated",
            Self::RollOut => "Phase 2, roll-out: its nodes are replaced, one by one",
            Self::Activation => "Phase 3, activation: Kubernetes gets both families",
            Self::BackToIpv4 => "And back: the Shoot asks for IPv4 alone again",
            Self::Deletion => "The end: the shoot is deleted, with a load balancer still there",
            Self::Fresh => "Another one: a shoot that asks for both families from its first day",
        })
    }
}

/// Something that is promised, and whether it was found so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Chapter in which it was looked at.
    pub chapter: Chapter,
    /// The promise, in words.
    pub promise: String,
    /// Whether it was found so.
    pub holds: bool,
    /// What was seen, in words.
    pub seen: String,
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { promise, holds, seen, .. } = self;
        write!(f, "{} {promise}: {seen}", if *holds { "ok    " } else { "NOT OK" })
    }
}

/// Somebody who follows a journey. Calls come in order and must not block.
pub trait Narrator: Send + Sync {
    /// Takes note that a chapter begins.
    fn chapter(&self, chapter: Chapter);
    /// Takes note of something that happened, in a sentence.
    fn event(&self, text: &str);
    /// Takes note of a promise that was looked at.
    fn check(&self, check: &Check);
    /// Takes note of what is being waited for, if that takes some time; `None`: it has come.
    fn waits(&self, awaited: Option<&str>);
}

/// The journey's own record of what it tells.
pub(super) struct Record<'a> {
    narrator: &'a dyn Narrator,
    state: Mutex<(Chapter, Vec<Check>)>,
}

impl<'a> Record<'a> {
    pub(super) fn new(narrator: &'a dyn Narrator) -> Self {
        Self { narrator, state: Mutex::new((Chapter::Infrastructure, Vec::new())) }
    }

    pub(super) fn begin(&self, chapter: Chapter) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).0 = chapter;
        self.narrator.chapter(chapter);
    }

    pub(super) fn tell(&self, text: impl AsRef<str>) {
        self.narrator.event(text.as_ref());
    }

    pub(super) fn waits(&self, awaited: Option<&str>) {
        self.narrator.waits(awaited);
    }

    /// Records whether `promise` holds, as it was `seen`.
    pub(super) fn check(&self, promise: impl Into<String>, holds: bool, seen: impl Into<String>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let check = Check { chapter: state.0, promise: promise.into(), holds, seen: seen.into() };
        self.narrator.check(&check);
        state.1.push(check);
    }

    /// Records that something is as `expected`.
    pub(super) fn same<T: PartialEq + fmt::Display>(
        &self,
        promise: impl Into<String>,
        expected: T,
        found: T,
    ) {
        let seen =
            if expected == found { found.to_string() } else { format!("{found} instead of {expected}") };
        self.check(promise, expected == found, seen);
    }

    pub(super) fn checks(&self) -> Vec<Check> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }
}
