//! `landscape demo` over real processes: kube-apiserver, fake cloud, and a controller that is killed in the middle.

#![cfg(test)]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// Speed of the cloud: a minute that is waited for in it lasts a second.
const SPEED: &str = "60";

/// Twenty nodes, the controller killed with SIGKILL when its log says that `step` is done, then started again.
fn killed_after(step: &str) {
    let output = Command::new(env!("CARGO_BIN_EXE_landscape"))
        .args([
            "demo",
            "--nodes",
            "20",
            "--speed",
            SPEED,
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

#[test]
fn a_step_that_does_not_exist_is_a_usage_error() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_landscape")).args(["demo", "--crash-at", "M99"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("M99"));
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
        assert_eq!(next, [look.as_str(), "-> try again: make demo"], "{told:#?}");
        assert!(Path::new(folder).join(log).exists());
        std::fs::remove_dir_all(folder).unwrap();
    }
}
