//! What came of a journey.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::{Value, json};

use super::told::Check;

/// What a migration took, in seconds of the cloud's time, and what it left.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Migrated {
    /// Seconds from the trigger to a ready Infrastructure.
    pub seconds: f64,
    /// Seconds in which no cloud-controller-manager led: new nodes and load balancers had to wait.
    pub ccm_off_seconds: f64,
    /// Sum over all nodes of the seconds in which their pods were unreachable.
    pub gap_node_seconds: f64,
    /// Calls by which the controller changed something.
    pub mutations: u64,
    /// Nodes with a pod range when it was over, those included that joined in the middle.
    pub nodes: u64,
    /// Nodes of these that had their alias.
    pub aliases: u64,
    /// Nodes that joined when nobody was there to give them a pod range.
    pub without_range: Vec<String>,
}

/// What came of a journey.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// Nodes of the shoot.
    pub nodes: u32,
    /// What the migration took.
    pub migration: Migrated,
    /// All promises, in the order in which they were looked at.
    pub checks: Vec<Check>,
    /// What was asked for and did not happen, so that nothing was shown of it; for people.
    pub missed: Vec<String>,
}

impl Outcome {
    pub(super) fn new(nodes: u32, migration: Migrated, checks: Vec<Check>) -> Self {
        Self { nodes, migration, checks, missed: Vec::new() }
    }

    /// Whether everything was found as promised.
    pub fn is_ok(&self) -> bool {
        self.missed.is_empty() && self.broken().next().is_none()
    }

    fn broken(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| !check.holds)
    }

    /// The outcome as an object on one line.
    pub fn to_json(&self) -> Value {
        let mut value = serde_json::to_value(self).unwrap_or_else(|_| json!({}));
        if let Some(fields) = value.as_object_mut() {
            fields.insert("ok".to_owned(), json!(self.is_ok()));
        }
        value
    }

    /// The outcome for people.
    pub fn to_text(&self) -> String {
        let Migrated { seconds, ccm_off_seconds, .. } = &self.migration;
        let mut text = format!(
            "{} nodes: migrated in {seconds:.0} s of the cloud's time, the cloud-controller-manager off for {ccm_off_seconds:.0} s\n",
            self.nodes
        );
        for check in self.broken() {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{check}");
        }
        for missed in &self.missed {
            let _ = writeln!(text, "NOT OK {missed}");
        }
        let (kept, all) = (self.checks.len() - self.broken().count(), self.checks.len());
        let word = if self.is_ok() { "ok" } else { "NOT OK" };
        let _ = writeln!(text, "{word}: {kept} of {all} promises kept");
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journey::told::Chapter;

    #[test]
    fn what_is_broken_and_what_was_missed_is_said() {
        let migration = Migrated {
            seconds: 382.0,
            ccm_off_seconds: 160.0,
            gap_node_seconds: 0.0,
            mutations: 16,
            nodes: 3,
            aliases: 3,
            without_range: Vec::new(),
        };
        let check =
            |holds| Check { chapter: Chapter::RollOut, promise: "a".to_owned(), holds, seen: "b".to_owned() };
        let mut outcome = Outcome::new(3, migration, vec![check(true)]);
        let head =
            "3 nodes: migrated in 382 s of the cloud's time, the cloud-controller-manager off for 160 s\n";
        assert_eq!(outcome.to_text(), format!("{head}ok: 1 of 1 promises kept\n"));
        outcome.checks.push(check(false));
        outcome.missed.push("c".to_owned());
        let wrong = "NOT OK a: b\nNOT OK c\nNOT OK: 1 of 2 promises kept\n";
        assert_eq!(outcome.to_text(), format!("{head}{wrong}"));
        assert_eq!(outcome.to_json()["ok"], false);
    }
}
