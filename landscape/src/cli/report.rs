//! The result of a demonstration, for people and for programs.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::scenario::Scenario;
use crate::journey::Outcome;

/// The outcome of a scenario.
#[derive(Debug, Clone)]
pub(super) struct Report {
    pub(super) outcome: Outcome,
    pub(super) scenario: Scenario,
    /// Number of times that the controller was killed.
    pub(super) crashes: u32,
}

impl Report {
    pub(super) fn is_ok(&self) -> bool {
        self.complaints().is_empty()
    }

    /// The deviations from what is promised; a crash that was asked for and did not happen proves nothing and counts too.
    pub(super) fn complaints(&self) -> Vec<String> {
        let mut complaints = self.outcome.complaints();
        if let Some(milestone) = self.scenario.crash_at.filter(|_| self.crashes == 0) {
            complaints.push(format!(
                "the controller's log never said that {milestone} is done, so it was not killed"
            ));
        }
        complaints
    }

    /// The report as an object on one line, with the fields of the outcome and of the scenario.
    pub(super) fn to_json(&self) -> Value {
        let mut value = serde_json::to_value(&self.outcome).unwrap_or_else(|_| json!({}));
        if let Some(fields) = value.as_object_mut() {
            fields.insert("speed".to_owned(), json!(self.scenario.speed));
            fields.insert("seed".to_owned(), json!(self.scenario.random_seed));
            fields.insert("crash_at".to_owned(), json!(self.scenario.crash_at));
            fields.insert("crashes".to_owned(), json!(self.crashes));
            fields.insert("ok".to_owned(), json!(self.is_ok()));
            fields.insert("complaints".to_owned(), json!(self.complaints()));
        }
        value
    }

    pub(super) fn to_text(&self) -> String {
        let outcome = &self.outcome;
        let mut text = format!(
            "{} nodes were dual-stack after {:.1} s of the cloud's time ({} times as fast as yours)",
            outcome.nodes, outcome.migration_seconds, self.scenario.speed
        );
        match self.scenario.crash_at.filter(|_| self.crashes > 0) {
            Some(milestone) => text.push_str(&format!(", with the controller killed after {milestone}\n")),
            None => text.push('\n'),
        }
        let rows = [
            (
                "gap",
                format!(
                    "{:.3} node-seconds, longest {:.3} s",
                    outcome.gap_node_seconds, outcome.max_gap_seconds
                ),
            ),
            ("routes left", outcome.routes_left.to_string()),
            ("aliases", format!("{} of {}", outcome.aliases, outcome.nodes)),
            ("changing calls", outcome.mutations.to_string()),
            ("reading calls", outcome.reads.to_string()),
            ("changing calls of one more reconcile", outcome.second_pass_mutations.to_string()),
            ("objects of others changed", outcome.foreign_changes.to_string()),
        ];
        for (name, value) in rows {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "  {name:<38}{value}");
        }
        for complaint in self.complaints() {
            let _ = writeln!(text, "NOT OK: {complaint}");
        }
        if self.is_ok() {
            text.push_str("ok: no node was cut off, nothing was left behind\n");
        }
        text
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::processes::fake_gcp::Latency;

    pub(in crate::cli) fn report() -> Report {
        Report {
            outcome: Outcome {
                nodes: 20,
                nodes_lost: 0,
                migration_seconds: 183.25,
                gap_node_seconds: 0.0,
                max_gap_seconds: 0.0,
                routes_left: 0,
                aliases: 20,
                mutations: 47,
                reads: 130,
                second_pass_mutations: 0,
                foreign_changes: 0,
            },
            scenario: Scenario {
                nodes: 20,
                latency: Latency::Recorded,
                random_seed: 1,
                crash_at: Some("M9".parse().unwrap()),
                speed: 10.0,
                keep: false,
            },
            crashes: 1,
        }
    }

    #[test]
    fn a_good_report() {
        let expected = "\
20 nodes were dual-stack after 183.2 s of the cloud's time (10 times as fast as yours), with the controller killed after M9
  gap                                   0.000 node-seconds, longest 0.000 s
  routes left                           0
  aliases                               20 of 20
  changing calls                        47
  reading calls                         130
  changing calls of one more reconcile  0
  objects of others changed             0
ok: no node was cut off, nothing was left behind
";
        assert_eq!(report().to_text(), expected);
        assert_eq!(report().to_json()["ok"], true);
        assert_eq!(report().to_json()["crash_at"], "M9");
        assert_eq!(report().to_json()["migration_seconds"], 183.25);
    }

    #[test]
    fn everything_that_is_wrong_is_said() {
        let mut report = report();
        report.outcome.gap_node_seconds = 12.5;
        report.outcome.max_gap_seconds = 12.5;
        report.outcome.nodes_lost = 4;
        report.outcome.routes_left = 1;
        report.outcome.aliases = 19;
        report.outcome.second_pass_mutations = 2;
        report.outcome.foreign_changes = 3;
        report.crashes = 0;
        let text = report.to_text();
        let complaints: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("NOT OK: ")).collect();
        assert_eq!(
            complaints,
            [
                "pods were unreachable for 12.500 node-seconds",
                "4 nodes were lost or replaced",
                "1 node routes are left",
                "19 of 20 nodes have their alias",
                "3 objects of others were changed",
                "one more reconcile made 2 changes",
                "the controller's log never said that M9 is done, so it was not killed",
            ]
        );
        assert_eq!(report.to_json()["ok"], false);
    }
}
