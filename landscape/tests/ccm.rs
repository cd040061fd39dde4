//! The stand-in for the cloud-controller-manager and the real one play the same scenarios, and what comes of them is compared.
//!
//! Where they differ, `docs/development/ccm.md` lists the difference with its reason; a difference that is not listed, or one that is
//! listed and is none any more, fails.

#![cfg(test)]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// The fields of an outcome that do not depend on how long anybody waits.
const FIELDS: [&str; 10] = [
    "end",
    "nodes",
    "without_range",
    "nodes_lost",
    "gap_node_seconds",
    "routes_left",
    "aliases",
    "second_pass_mutations",
    "foreign_changes",
    "ok",
];

/// The outcome of a migration of three nodes with one of the two.
fn outcome(ccm: &str, arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_landscape"))
        .args(["demo", "--nodes", "3", "--speed", "5", "--output", "json", "--ccm", ccm])
        .args(arguments)
        .output()
        .unwrap();
    let (stdout, told) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(matches!(output.status.code(), Some(0 | 1)), "{ccm} {arguments:?}: {stdout}\n{told}");
    let last = stdout.lines().last().unwrap_or_default();
    serde_json::from_str(last).unwrap_or_else(|error| panic!("{ccm} {arguments:?}: {error}: {told}"))
}

/// The differences that the document lists for a scenario: `field: stand-in, real`.
fn listed(scenario: &str) -> BTreeSet<String> {
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/development/ccm.md");
    let document = std::fs::read_to_string(document).unwrap();
    let rows = document.lines().filter_map(|line| line.strip_prefix(&format!("| {scenario} | ")));
    rows.filter_map(|row| {
        let mut cells = row.split(" | ");
        let (field, stand_in, real) = (cells.next()?, cells.next()?, cells.next()?);
        Some(format!("{}: {stand_in}, {real}", field.trim_matches('`')))
    })
    .collect()
}

/// Plays the scenario with both and compares what came of it.
#[track_caller]
fn check(scenario: &str, arguments: &[&str]) {
    let (stand_in, real) = (outcome("stand-in", arguments), outcome("real", arguments));
    let shown = |value: &Value| match value {
        // Their names follow from the seed.
        Value::Array(items) => items.len().to_string(),
        other => other.to_string().trim_matches('"').to_owned(),
    };
    let differences = FIELDS.into_iter().filter(|field| shown(&stand_in[*field]) != shown(&real[*field]));
    let found: BTreeSet<String> = differences
        .map(|field| format!("{field}: {}, {}", shown(&stand_in[field]), shown(&real[field])))
        .collect();
    assert_eq!(
        found,
        listed(scenario),
        "{scenario}: stand-in {:#?}, real {:#?}",
        stand_in["complaints"],
        real["complaints"]
    );
    for (who, outcome) in [("stand-in", &stand_in), ("real", &real)] {
        assert_eq!(outcome["gap_node_seconds"].as_f64(), Some(0.0), "{scenario}, {who}");
    }
}

#[test]
fn nothing_else_happens() {
    check("nothing else happens", &[]);
}

#[test]
fn the_controller_is_killed_when_the_routes_are_gone() {
    check("the controller is killed after M9", &["--crash-at", "M9"]);
}

#[test]
fn a_machine_joins_while_the_aliases_settle() {
    check("a machine joins at M6", &["--join-at", "M6"]);
}

#[test]
fn a_machine_joins_and_its_route_outlives_who_began_it() {
    check("a machine joins at M6 with a slow insert", &["--join-at", "M6", "--slow-insert"]);
}

#[test]
fn a_machine_joins_and_gets_no_route() {
    check("a machine joins at M6 and gets no route", &["--join-at", "M6", "--refused-insert"]);
}

#[test]
fn a_machine_joins_while_nobody_is_there() {
    check("a machine joins at M9", &["--join-at", "M9"]);
}
