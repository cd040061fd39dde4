//! `landscape demo` over real processes: kube-apiserver, fake cloud, and a controller that is killed in the middle.

#![cfg(test)]

use std::process::Command;

use serde_json::Value;

/// Twenty nodes, the controller killed with SIGKILL when its log says that `step` is done, then started again.
fn killed_after(step: &str) {
    let output = Command::new(env!("CARGO_BIN_EXE_landscape"))
        .args([
            "demo",
            "--nodes",
            "20",
            "--speed",
            "20",
            "--seed",
            "7",
            "--crash-at",
            step,
            "--output",
            "json",
        ])
        .output()
        .unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let told = format!("{step}: {}\n{stdout}\n{stderr}", output.status);
    assert_eq!(output.status.code(), Some(0), "{told}");
    let last = stdout.lines().last().unwrap_or_default();
    let outcome: Value = serde_json::from_str(last).unwrap_or_else(|error| panic!("{error}: {told}"));
    let is = |field: &str, wanted: u64| {
        assert_eq!(outcome[field].as_f64(), Some(wanted as f64), "{field}: {told}");
    };
    is("crashes", 1);
    is("nodes", 20);
    is("aliases", 20);
    is("gap_node_seconds", 0);
    is("max_gap_seconds", 0);
    is("routes_left", 0);
    is("foreign_changes", 0);
    is("second_pass_mutations", 0);
    let mutations = outcome["mutations"].as_u64().unwrap();
    assert!(mutations >= 40, "an alias and a route for each node: {told}");
    assert!(outcome["reads"].as_u64().unwrap() > 0, "{told}");
    assert!(outcome["migration_seconds"].as_f64().unwrap() > 60.0, "{told}");
}

#[test]
fn killed_after_m5_m7_and_m9() {
    // One after the other: each of them has an API server of its own.
    for step in ["M5", "M7", "M9"] {
        killed_after(step);
    }
}

#[test]
fn a_step_that_does_not_exist_is_a_usage_error() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_landscape")).args(["demo", "--crash-at", "M99"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("M99"));
}
