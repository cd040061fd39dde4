//! What is known and said of canaries: whether one bears its alias, whether it was proven, and what people say.

use super::super::evidence::Evidence;
use crate::journal::{Canary, CanaryVerdict};
use crate::vocabulary::{VmRef, Word};

/// Whether what cannot be known is passed over: somebody says so, or somebody else has begun the migration.
pub(super) fn skips(evidence: &Evidence<'_>) -> bool {
    says(evidence, Word::SkipNodeCheck) || evidence.seen.state.journal.made.is_none()
}

pub(super) fn is_proven(canary: &Canary) -> bool {
    canary.verdict == Some(CanaryVerdict::Proven)
}

pub(super) fn bears(evidence: &Evidence<'_>, vm: &VmRef) -> bool {
    let mut ranges = evidence.seen.state.journal.entries.ranges(vm);
    ranges.any(|range| evidence.pods.bears(vm, range))
}

pub(super) fn says(evidence: &Evidence<'_>, word: Word) -> bool {
    let said = &evidence.asked.said;
    said.shoot.say(word) || said.infrastructure.say(word)
}
