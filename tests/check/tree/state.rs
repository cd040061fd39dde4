//! The state and its journal as trees.

use planner::journal::{Entries, Entry, Journal, Phase, Settling, State};
use planner::vocabulary::Milestone;
use serde_json::{Value, json};

use super::{Parts, Tree, object};

impl Tree for State {
    fn tree(&self) -> Value {
        let Self { journal, data, other, unwritten } = self;
        object([
            ("journal", journal.tree()),
            ("data", data.tree()),
            ("other", other.tree()),
            ("unwritten", unwritten.tree()),
        ])
    }

    fn of(tree: &Value) -> Option<Self> {
        let parts = Parts::of(tree, 4)?;
        Some(Self {
            journal: parts.get("journal")?,
            data: parts.get("data")?,
            other: parts.get("other")?,
            unwritten: parts.get("unwritten")?,
        })
    }
}

impl Tree for Journal {
    fn tree(&self) -> Value {
        let Self { phase, overlap_before, settling, frozen_at, releasing, entries } = self;
        object([
            ("phase", phase.tree()),
            ("overlapBefore", overlap_before.tree()),
            ("settling", settling.tree()),
            ("frozenAt", frozen_at.tree()),
            ("releasing", releasing.tree()),
            ("entries", entries.tree()),
        ])
    }

    fn of(tree: &Value) -> Option<Self> {
        let parts = Parts::of(tree, 6)?;
        Some(Self {
            phase: parts.get("phase")?,
            overlap_before: parts.get("overlapBefore")?,
            settling: parts.get("settling")?,
            frozen_at: parts.get("frozenAt")?,
            releasing: parts.get("releasing")?,
            entries: parts.get("entries")?,
        })
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
        Self::ALL.into_iter().find(|milestone| tree == &milestone.to_string())
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
