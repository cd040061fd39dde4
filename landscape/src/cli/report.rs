//! The result of a demonstration, for people and for programs.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::life::Life;
use super::scenario::{Scenario, Turn};
use crate::cloud::fake::States;
use crate::migration::{End, Outcome, Word};

/// The outcome of a scenario.
#[derive(Debug, Clone)]
pub(super) struct Report {
    pub(super) outcome: Outcome,
    pub(super) scenario: Scenario,
    pub(super) life: Life,
}

impl Report {
    pub(super) fn is_ok(&self) -> bool {
        self.complaints().is_empty()
    }

    /// The deviations from what is promised; a crash or a word that was asked for and did not happen proves nothing and counts too.
    pub(super) fn complaints(&self) -> Vec<String> {
        let mut complaints = self.outcome.complaints();
        complaints.extend(self.life.missed(&self.scenario));
        complaints
    }

    /// The report as an object on one line, with the fields of the outcome and of the scenario.
    pub(super) fn to_json(&self) -> Value {
        let mut value = serde_json::to_value(&self.outcome).unwrap_or_else(|_| json!({}));
        if let Some(fields) = value.as_object_mut() {
            fields.insert("way".to_owned(), json!(self.way()));
            fields.insert("steps".to_owned(), json!(self.life.steps));
            fields.insert("speed".to_owned(), json!(self.scenario.speed));
            fields.insert("seed".to_owned(), json!(self.scenario.random_seed));
            fields.insert("undo_at".to_owned(), json!(self.scenario.said_at(Word::Undo)));
            fields.insert("hold_at".to_owned(), json!(self.scenario.said_at(Word::Hold)));
            fields.insert("bad_guest_agent".to_owned(), json!(self.scenario.bad_guests));
            fields.insert("crash_at".to_owned(), json!(self.scenario.crash_at));
            fields.insert("join_at".to_owned(), json!(self.scenario.joins_at));
            fields.insert("crashes".to_owned(), json!(self.life.crashes));
            fields.insert("ok".to_owned(), json!(self.is_ok()));
            fields.insert("complaints".to_owned(), json!(self.complaints()));
        }
        value
    }

    /// The way that the migration went in the end.
    fn way(&self) -> &'static str {
        match self.outcome.end {
            End::DualStack => "forward",
            End::TakenBack => "back",
        }
    }

    pub(super) fn to_text(&self) -> String {
        let mut text = self.headline();
        for (name, value) in self.rows() {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "  {name:<38}{value}");
        }
        for complaint in self.complaints() {
            let _ = writeln!(text, "NOT OK: {complaint}");
        }
        if self.is_ok() {
            let _ = writeln!(text, "ok: {}", self.praise());
        }
        text
    }

    /// What went well, for people.
    fn praise(&self) -> String {
        let outcome = &self.outcome;
        match (outcome.end, outcome.cut_off.as_slice()) {
            (End::DualStack, _) => "no node was cut off, nothing was left behind".to_owned(),
            (End::TakenBack, [canary]) => format!(
                "the canary {canary} was cut off for {:.1} s and found it out, no other node ever was, all is as before",
                outcome.max_gap_seconds
            ),
            (End::TakenBack, _) => "no node was cut off, all is as before".to_owned(),
        }
    }

    fn headline(&self) -> String {
        let outcome = &self.outcome;
        let end = match outcome.end {
            End::DualStack => "dual-stack",
            End::TakenBack => "back at IPv4",
        };
        let mut text = format!(
            "{} nodes were {end} after {:.1} s of the cloud's time ({} times as fast as yours)",
            outcome.nodes, outcome.migration_seconds, self.scenario.speed
        );
        if let Some(Turn { word, at }) = self.scenario.turn.filter(|_| self.life.said) {
            text.push_str(&format!(", with {word} said at {at}"));
        }
        if self.outcome.bad_guests > 0 {
            text.push_str(&format!(", with {} guests that take alias ranges", self.outcome.bad_guests));
        }
        if self.life.crashes > 0 {
            let joint = if self.life.said || self.outcome.bad_guests > 0 { " and" } else { ", with" };
            let when = self.scenario.crash_at.map_or_else(|| "that".to_owned(), |step| step.to_string());
            text.push_str(&format!("{joint} the controller killed after {when}"));
        }
        text.push('\n');
        text
    }

    fn rows(&self) -> Vec<(&'static str, String)> {
        let outcome = &self.outcome;
        let mut rows = vec![(
            "gap",
            format!("{:.3} node-seconds, longest {:.3} s", outcome.gap_node_seconds, outcome.max_gap_seconds),
        )];
        rows.extend(outcome.canaries.iter().map(|canary| {
            let verdict = canary.verdict.as_deref().unwrap_or("not measured to its end");
            ("canary", format!("{} {verdict}, by {}", canary.node, canary.measured()))
        }));
        if let Some(rest) = &outcome.rest {
            let States { route, both, alias, none, .. } = rest.served_by;
            let served = format!("{route} by route, {both} by both, {alias} by alias, {none} not");
            rows.push(("nodes served at rest", served));
            rows.push(("changing calls at rest", rest.mutations.to_string()));
        }
        match outcome.end {
            End::DualStack => rows.extend([
                ("routes left", outcome.routes_left.to_string()),
                ("aliases", format!("{} of {}", outcome.aliases, outcome.nodes)),
            ]),
            End::TakenBack => {
                let differences = outcome.not_as_before.as_ref().map_or(0, Vec::len);
                let steps: Vec<&str> = self.life.steps.iter().map(|step| step.name()).collect();
                rows.extend([
                    ("way", steps.join(" ")),
                    ("routes", format!("{} of {}", outcome.routes_left, outcome.nodes)),
                    ("aliases left", outcome.aliases.to_string()),
                    ("resources that are not as before", differences.to_string()),
                ]);
            }
        }
        rows.extend([
            ("changing calls", outcome.mutations.to_string()),
            ("reading calls", outcome.reads.to_string()),
            ("changing calls of one more reconcile", outcome.second_pass_mutations.to_string()),
            ("objects of others changed", outcome.foreign_changes.to_string()),
        ]);
        rows
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::cli::milestones::Milestone;
    use crate::cli::scenario::Insert;
    use crate::migration::{Canary, Rest};
    use crate::processes::fake_gcp::Latency;

    pub(in crate::cli) fn report() -> Report {
        Report {
            outcome: Outcome {
                end: End::DualStack,
                rest: None,
                not_as_before: None,
                nodes: 20,
                without_range: Vec::new(),
                bad_guests: 0,
                canaries: vec![Canary {
                    node: "node-1".to_owned(),
                    pool: "pool1".to_owned(),
                    outer: 1,
                    inner: 2,
                    control: None,
                    verdict: Some("proven".to_owned()),
                }],
                promised_gap_seconds: 0.0,
                cut_off: Vec::new(),
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
                turn: None,
                bad_guests: None,
                crash_at: Milestone::named("M9"),
                ccm_dies: false,
                joins_at: None,
                insert: Insert::Usual,
                speed: 10.0,
                keep: false,
            },
            life: Life {
                crashes: 1,
                steps: ["M0", "M9", "M12"].map(|name| Milestone::named(name).unwrap()).to_vec(),
                said: false,
                joined: false,
                insert_met: false,
            },
        }
    }

    fn rest(states: States) -> Rest {
        Rest { description: "held".to_owned(), after_seconds: 60.0, served_by: states, mutations: 0 }
    }

    #[test]
    fn a_good_report() {
        let expected = "\
20 nodes were dual-stack after 183.2 s of the cloud's time (10 times as fast as yours), with the controller killed after M9
  gap                                   0.000 node-seconds, longest 0.000 s
  canary                                node-1 proven, by 1 pod(s) through the API server and 2 by its kubelet
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
        let canary = json!({
            "node": "node-1", "pool": "pool1", "outer": 1, "inner": 2, "control": null, "verdict": "proven",
        });
        assert_eq!(report().to_json()["canaries"], json!([canary]));
        assert_eq!(report().to_json()["migration_seconds"], 183.25);
    }

    #[test]
    fn a_good_report_of_the_way_back() {
        let mut report = report();
        report.outcome.end = End::TakenBack;
        report.outcome.not_as_before = Some(Vec::new());
        report.outcome.rest = Some(rest(States { route: 20, ..States::default() }));
        (report.outcome.routes_left, report.outcome.aliases) = (20, 0);
        report.scenario.turn = Milestone::named("M6").map(|at| Turn { word: Word::Undo, at });
        report.scenario.crash_at = Milestone::named("U4");
        report.life.steps = ["M5", "U1", "U8"].map(|name| Milestone::named(name).unwrap()).to_vec();
        report.life.said = true;
        let expected = "\
20 nodes were back at IPv4 after 183.2 s of the cloud's time (10 times as fast as yours), with undo said at M6 and the controller killed after U4
  gap                                   0.000 node-seconds, longest 0.000 s
  canary                                node-1 proven, by 1 pod(s) through the API server and 2 by its kubelet
  nodes served at rest                  20 by route, 0 by both, 0 by alias, 0 not
  changing calls at rest                0
  way                                   M5 U1 U8
  routes                                20 of 20
  aliases left                          0
  resources that are not as before      0
  changing calls                        47
  reading calls                         130
  changing calls of one more reconcile  0
  objects of others changed             0
ok: no node was cut off, all is as before
";
        assert_eq!(report.to_text(), expected);
        let json = report.to_json();
        assert_eq!(json["ok"], true);
        assert_eq!((&json["way"], &json["end"]), (&json!("back"), &json!("taken back")));
        assert_eq!((&json["undo_at"], &json["crash_at"]), (&json!("M6"), &json!("U4")));
        assert_eq!(json["steps"], json!(["M5", "U1", "U8"]));
        assert_eq!(json["rest"]["served_by"]["route"], 20);
    }

    #[test]
    fn a_canary_that_was_cut_off_is_named_and_nobody_else_may_be() {
        let mut report = report();
        report.outcome.end = End::TakenBack;
        report.outcome.not_as_before = Some(Vec::new());
        report.outcome.rest = Some(rest(States { route: 20, ..States::default() }));
        (report.outcome.routes_left, report.outcome.aliases) = (20, 0);
        (report.outcome.bad_guests, report.scenario.bad_guests) = (10, Some(1));
        report.outcome.promised_gap_seconds = 300.0;
        report.outcome.cut_off = vec!["node-3".to_owned()];
        (report.outcome.gap_node_seconds, report.outcome.max_gap_seconds) = (83.0, 83.0);
        report.scenario.crash_at = Milestone::named("U4");
        let text = report.to_text();
        assert!(
            text.contains(", with 10 guests that take alias ranges and the controller killed after U4"),
            "{text}"
        );
        let ok = "ok: the canary node-3 was cut off for 83.0 s and found it out, no other node ever was, all is as before\n";
        assert!(text.ends_with(ok), "{text}");
        let json = report.to_json();
        assert_eq!((&json["ok"], &json["cut_off"]), (&json!(true), &json!(["node-3"])));
        assert_eq!((&json["bad_guest_agent"], &json["bad_guests"]), (&json!(1), &json!(10)));
        report.outcome.cut_off.push("node-4".to_owned());
        report.outcome.gap_node_seconds = 166.0;
        let wrong = "pods were unreachable for 166.000 node-seconds, 83.000 at most, on node-3, node-4: one canary for 300 s at most";
        assert_eq!(report.complaints(), [wrong]);
    }

    #[test]
    fn an_insert_to_which_nothing_came_shows_nothing() {
        let mut report = report();
        for (insert, missed) in [
            (Insert::Usual, None),
            (Insert::Slow, Some("no insert of a route outlived the cloud-controller-manager")),
            (Insert::Refused, Some("no insert of a route was refused")),
        ] {
            (report.scenario.insert, report.life.insert_met) = (insert, false);
            assert_eq!(report.complaints(), Vec::from_iter(missed));
            report.life.insert_met = true;
            assert_eq!(report.complaints(), Vec::<String>::new());
        }
    }

    #[test]
    fn what_is_wrong_after_the_way_back_is_said() {
        let mut report = report();
        report.outcome.end = End::TakenBack;
        report.outcome.not_as_before = Some(vec!["+ subnetworks a".to_owned()]);
        report.outcome.rest = Some(Rest { mutations: 3, ..rest(States::default()) });
        (report.outcome.routes_left, report.outcome.aliases) = (19, 1);
        report.scenario.turn = Milestone::named("M6").map(|at| Turn { word: Word::Undo, at });
        let expected = [
            "19 of 20 nodes have their route",
            "1 aliases are left",
            "1 resources are not as before: + subnetworks a …",
            "3 changes were made at rest",
            "the controller's log never said that M5 is done, so undo was not said at M6",
        ];
        assert_eq!(report.complaints(), expected);
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
        report.life.crashes = 0;
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
