//! The state and its journal as trees.

use planner::journal::{
    Canaries, CanaryFailure, Entries, Entry, Journal, Lasting, Made, Phase, Place, Refusal, Settling, State,
    Stays, Told,
};
use planner::vocabulary::{Milestone, Words};
use serde_json::{Value, json};

use super::{Parts, Tree, object};

impl Tree for State {
    fn tree(&self) -> Value {
        let Self { journal, lasting, told, data, other, unwritten } = self;
        object([
            ("journal", journal.tree()),
            ("lasting", lasting.tree()),
            ("told", told.tree()),
            ("data", data.tree()),
            ("other", other.tree()),
            ("unwritten", unwritten.tree()),
        ])
    }

    fn of(tree: &Value) -> Option<Self> {
        let parts = Parts::of(tree, 6)?;
        Some(Self {
            journal: parts.get("journal")?,
            lasting: parts.get("lasting")?,
            told: parts.get("told")?,
            data: parts.get("data")?,
            other: parts.get("other")?,
            unwritten: parts.get("unwritten")?,
        })
    }
}

impl Tree for Journal {
    fn tree(&self) -> Value {
        let Self {
            phase,
            overlap_before,
            settling,
            frozen_at,
            releasing,
            made,
            flag_first,
            canaries,
            entries,
        } = self;
        object([
            ("phase", phase.tree()),
            ("overlapBefore", overlap_before.tree()),
            ("settling", settling.tree()),
            ("frozenAt", frozen_at.tree()),
            ("releasing", releasing.tree()),
            ("made", made.tree()),
            ("flagFirst", flag_first.tree()),
            ("canaries", canaries.tree()),
            ("entries", entries.tree()),
        ])
    }

    fn of(tree: &Value) -> Option<Self> {
        let parts = Parts::of(tree, 9)?;
        Some(Self {
            phase: parts.get("phase")?,
            overlap_before: parts.get("overlapBefore")?,
            settling: parts.get("settling")?,
            frozen_at: parts.get("frozenAt")?,
            releasing: parts.get("releasing")?,
            made: parts.get("made")?,
            flag_first: parts.get("flagFirst")?,
            canaries: parts.get("canaries")?,
            entries: parts.get("entries")?,
        })
    }
}

impl Tree for Lasting {
    fn tree(&self) -> Value {
        let Self { refused, canary_failed, stays, words } = self;
        object([
            ("refused", refused.tree()),
            ("canaryFailed", canary_failed.tree()),
            ("stays", stays.0.tree()),
            ("words", words.tree()),
        ])
    }

    fn of(tree: &Value) -> Option<Self> {
        let parts = Parts::of(tree, 4)?;
        let stays = Stays(parts.get("stays")?);
        Some(Self {
            refused: parts.get("refused")?,
            canary_failed: parts.get("canaryFailed")?,
            stays,
            words: parts.get("words")?,
        })
    }
}

impl Tree for Told {
    fn tree(&self) -> Value {
        let Self { place, hold_since } = self;
        object([("place", place.tree()), ("holdSince", hold_since.tree())])
    }

    fn of(tree: &Value) -> Option<Self> {
        let parts = Parts::of(tree, 2)?;
        Some(Self { place: parts.get("place")?, hold_since: parts.get("holdSince")? })
    }
}

impl Tree for Place {
    fn tree(&self) -> Value {
        json!(self.to_string())
    }

    fn of(tree: &Value) -> Option<Self> {
        tree.as_str()?.parse().ok()
    }
}

impl Tree for Made {
    fn tree(&self) -> Value {
        json!(self.to_string())
    }

    fn of(tree: &Value) -> Option<Self> {
        tree.as_str()?.parse().ok()
    }
}

impl Tree for Refusal {
    fn tree(&self) -> Value {
        json!(self.to_string())
    }

    fn of(tree: &Value) -> Option<Self> {
        tree.as_str()?.parse().ok()
    }
}

impl Tree for Canaries {
    fn tree(&self) -> Value {
        json!(self)
    }

    fn of(tree: &Value) -> Option<Self> {
        serde_json::from_value(tree.clone()).ok()
    }
}

impl Tree for CanaryFailure {
    fn tree(&self) -> Value {
        json!(self.to_string())
    }

    fn of(tree: &Value) -> Option<Self> {
        tree.as_str()?.parse().ok()
    }
}

impl Tree for Words {
    fn tree(&self) -> Value {
        json!(self.to_string())
    }

    fn of(tree: &Value) -> Option<Self> {
        Some(Self::read(tree.as_str()?)).filter(|(_, unknown)| unknown.is_empty()).map(|(words, _)| words)
    }
}

impl Tree for Phase {
    fn tree(&self) -> Value {
        json!(self.to_string())
    }

    fn of(tree: &Value) -> Option<Self> {
        tree.as_str()?.parse().ok()
    }
}

impl Tree for Settling {
    fn tree(&self) -> Value {
        let Self { step, since } = self;
        object([("step", step.tree()), ("since", since.tree())])
    }

    fn of(tree: &Value) -> Option<Self> {
        let parts = Parts::of(tree, 2)?;
        Some(Self { step: parts.get("step")?, since: parts.get("since")? })
    }
}

impl Tree for Milestone {
    fn tree(&self) -> Value {
        json!(self.to_string())
    }

    fn of(tree: &Value) -> Option<Self> {
        Self::named(tree.as_str()?)
    }
}

impl Tree for Entries {
    fn tree(&self) -> Value {
        Value::Array(self.iter().map(Tree::tree).collect())
    }

    fn of(tree: &Value) -> Option<Self> {
        tree.as_array()?.iter().map(Entry::of).collect()
    }
}

impl Tree for Entry {
    fn tree(&self) -> Value {
        let Self { vm, range, other } = self;
        object([("vm", vm.tree()), ("range", range.tree()), ("other", other.tree())])
    }

    fn of(tree: &Value) -> Option<Self> {
        let parts = Parts::of(tree, 3)?;
        Some(Self { vm: parts.get("vm")?, range: parts.get("range")?, other: parts.get("other")? })
    }
}
