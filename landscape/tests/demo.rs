//! `landscape demo` over real processes: kube-apiserver, fake cloud, and a controller that is killed in the middle.

#![cfg(test)]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

/// Speed of the cloud: a minute that is waited for in it lasts a second.
const SPEED: &str = "60";
/// Speed for a story that has more waits than work.
const SLOW_STORY: &str = "120";

/// The outcome of a demonstration that went well, and all that it told.
fn shown(speed: &str, arguments: &[&str]) -> (Value, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_landscape"))
        .args(["demo", "--nodes", "20", "--speed", speed, "--seed", "7", "--output", "json"])
        .args(arguments)
        .output()
        .unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let told = format!("{arguments:?}: {}\n{stdout}\n{stderr}", output.status);
    assert_eq!(output.status.code(), Some(0), "{told}");
    let last = stdout.lines().last().unwrap_or_default();
    let outcome = serde_json::from_str(last).unwrap_or_else(|error| panic!("{error}: {told}"));
    (outcome, told)
}

/// Asserts the numbers of `outcome` that are the same whatever way it went: the controller was killed once, and no harm was done.
fn assert_harmless(outcome: &Value, told: &str) {
    for (field, wanted) in [
        ("crashes", 1),
        ("nodes", 20),
        ("gap_node_seconds", 0),
        ("max_gap_seconds", 0),
        ("nodes_lost", 0),
        ("foreign_changes", 0),
        ("second_pass_mutations", 0),
    ] {
        assert_eq!(outcome[field].as_f64(), Some(f64::from(wanted)), "{field}: {told}");
    }
    assert_eq!(outcome["complaints"], json!([]), "{told}");
}

fn steps(outcome: &Value) -> Vec<&str> {
    outcome["steps"].as_array().unwrap().iter().filter_map(Value::as_str).collect()
}

/// Twenty nodes, the controller killed with SIGKILL when its log says that `step` is done, then started again.
fn killed_after(step: &str) {
    let (outcome, told) = shown(SPEED, &["--crash-at", step]);
    assert_harmless(&outcome, &told);
    assert_eq!((&outcome["way"], &outcome["end"]), (&json!("forward"), &json!("dual-stack")), "{told}");
    assert_eq!((&outcome["aliases"], &outcome["routes_left"]), (&json!(20), &json!(0)), "{told}");
    assert!(steps(&outcome).contains(&step), "{told}");
    let mutations = outcome["mutations"].as_u64().unwrap();
    assert!(mutations >= 40, "an alias and a route for each node: {told}");
    assert!(outcome["reads"].as_u64().unwrap() > 0, "{told}");
    assert!(outcome["migration_seconds"].as_f64().unwrap() > 60.0, "{told}");
}

#[test]
fn killed_after_m5() {
    killed_after("M5");
}

#[test]
fn killed_after_m7() {
    killed_after("M7");
}

#[test]
fn killed_after_m9() {
    killed_after("M9");
}

/// Taken back while the step `at` is under way, the controller killed on the way back: after `crash_at`, or after a step by the seed.
fn undone(at: &str, crash_at: Option<&str>) {
    let mut arguments = vec!["--undo-at", at];
    arguments.extend(crash_at.into_iter().flat_map(|step| ["--crash-at", step]));
    let (outcome, told) = shown(SLOW_STORY, &arguments);
    assert_harmless(&outcome, &told);
    assert_eq!((&outcome["way"], &outcome["end"]), (&json!("back"), &json!("taken back")), "{told}");
    assert_eq!((&outcome["undo_at"], &outcome["hold_at"]), (&json!(at), &Value::Null), "{told}");
    assert_eq!((&outcome["aliases"], &outcome["routes_left"]), (&json!(0), &json!(20)), "{told}");
    assert_eq!(outcome["not_as_before"], json!([]), "{told}");
    let steps = steps(&outcome);
    let killed = outcome["crash_at"].as_str().unwrap();
    assert!(killed.starts_with('U') && steps.contains(&killed), "{told}");
    assert_eq!((steps.first(), steps.last()), (Some(&"M0"), Some(&"U8")), "{told}");
    assert!(steps.contains(&"M5") && !steps.contains(&"M9"), "{told}");
    let rest = &outcome["rest"];
    assert_eq!((&rest["mutations"], &rest["served_by"]["route"]), (&json!(0), &json!(20)), "{told}");
    assert!(rest["description"].as_str().unwrap().contains("was taken back"), "{told}");
    assert!(told.contains("U4  done: no VM has its alias any more"), "{told}");
}

#[test]
fn undone_and_killed_on_the_way_back() {
    undone("M6", None);
}

/// The last step at which it can be taken back: the cloud-controller-manager is being stopped, and is given back before anything else.
#[test]
fn undone_while_the_ccm_is_being_stopped_and_killed_when_it_is_given_back() {
    undone("M7", Some("U1"));
}

/// Held at M5 with these arguments beside, and resumed.
fn held_and_resumed(arguments: &[&str]) -> (Value, String) {
    let (outcome, told) = shown(SLOW_STORY, &[&["--hold-at", "M5"], arguments].concat());
    assert_harmless(&outcome, &told);
    assert_eq!((&outcome["way"], &outcome["end"]), (&json!("forward"), &json!("dual-stack")), "{told}");
    assert_eq!((&outcome["undo_at"], &outcome["hold_at"]), (&Value::Null, &json!("M5")), "{told}");
    assert_eq!((&outcome["aliases"], &outcome["routes_left"]), (&json!(20), &json!(0)), "{told}");
    assert_eq!(outcome["not_as_before"], Value::Null, "{told}");
    assert_eq!(steps(&outcome).last(), Some(&"M12"), "{told}");
    let rest = &outcome["rest"];
    assert_eq!((&rest["mutations"], &rest["served_by"]["none"]), (&json!(0), &json!(0)), "{told}");
    assert!(rest["description"].as_str().unwrap().contains("is held"), "{told}");
    (outcome, told)
}

#[test]
fn held_killed_and_resumed() {
    let (outcome, told) = held_and_resumed(&[]);
    assert_eq!(outcome["crash_at"], Value::Null, "{told}");
}

#[test]
fn held_resumed_and_killed_past_the_point_of_no_return() {
    let (outcome, told) = held_and_resumed(&["--crash-at", "M9"]);
    assert_eq!(outcome["crash_at"], json!("M9"), "{told}");
    let after = |text: &str| told.find(text).unwrap_or_else(|| panic!("{text}: {told}"));
    assert!(after("== go on") < after("the controller was killed after M9"), "{told}");
}

#[test]
fn steps_that_do_not_exist_come_too_late_or_do_not_go_together_are_usage_errors() {
    for (arguments, told) in [
        (vec!["--crash-at", "M99"], "M99"),
        (vec!["--undo-at", "M9"], "from M9 on a migration can neither be held nor taken back"),
        (vec!["--hold-at", "M12"], "from M9 on a migration can neither be held nor taken back"),
        (vec!["--undo-at", "M6", "--crash-at", "M3"], "write one of U1 to U7"),
        (vec!["--crash-at", "U3"], "write one of M2 to M11"),
        (vec!["--undo-at", "M6", "--hold-at", "M5"], "cannot be used with"),
        (vec!["--hold-at", "M5", "--crash-at", "U4"], "write one of M2 to M11"),
        (vec!["--hold-at", "M5", "--crash-at", "M5"], "write a step after M5"),
    ] {
        let output =
            Command::new(env!("CARGO_BIN_EXE_landscape")).arg("demo").args(&arguments).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {stderr}");
        assert!(stderr.contains(told), "{arguments:?}: {stderr}");
    }
}

/// The child of `parent` whose command line contains `text`.
fn child_of(parent: u32, text: &str) -> Option<i32> {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    ids.into_iter().find(|id| {
        let read = |file: &str| std::fs::read_to_string(format!("/proc/{id}/{file}")).unwrap_or_default();
        let of_parent = read("status").lines().any(|line| line == format!("PPid:\t{parent}"));
        of_parent && read("cmdline").contains(text)
    })
}

#[test]
fn a_demonstration_that_fails_says_what_to_do_next_and_keeps_its_logs() {
    for (killed, log, cause) in [
        ("fake-gcp", "fake-gcp.log", "error: fake-gcp ended"),
        ("testenv", "testenv.log", "error: testenv ended"),
        ("controller", "controller.log", "error: the controller ended by itself"),
    ] {
        let mut demo = Command::new(env!("CARGO_BIN_EXE_landscape"))
            .args(["demo", "--nodes", "2", "--speed", SPEED])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(demo.stderr.take().unwrap()).lines().map(Result::unwrap);
        let begun = lines.by_ref().find(|line| line.starts_with("== "));
        assert_eq!(begun.as_deref(), Some("== create the IPv4 infrastructure"));
        let child = (0..1000).find_map(|_| child_of(demo.id(), killed)).expect(killed);
        kill_process(Pid::from_raw(child).unwrap(), Signal::KILL).unwrap();
        let told: Vec<String> = lines.collect();
        assert_eq!(demo.wait().unwrap().code(), Some(2), "{told:#?}");
        assert!(told.iter().any(|line| line.starts_with(cause)), "{told:#?}");
        let folder = told.last().unwrap().strip_prefix("logs and data are kept in ").unwrap();
        let look = format!("-> see more: tail -n 50 {folder}/{log}");
        let next: Vec<&str> = told.iter().map(String::as_str).filter(|line| line.starts_with("->")).collect();
        let again = format!("-> try again: make demo NODES=2 ARGS=\"--speed {SPEED}\"");
        assert_eq!(next, [&look, &again], "{told:#?}");
        assert!(Path::new(folder).join(log).exists());
        std::fs::remove_dir_all(folder).unwrap();
    }
}
