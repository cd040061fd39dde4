//! The whole journey of a small shoot with the real cloud-controller-manager, the document that shows what it tells, and journeys in which
//! something happens in the middle of the migration.
//!
//! Each mostly waits, so they are played at the same time.

#![cfg(test)]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

/// First words of a block of the document that shows a chapter, and of that chapter as it is told.
const CHAPTER: &str = "#### ";
/// First words of the lines that tell the journey; all others are progress.
const TOLD: [&str; 4] = [CHAPTER, "   > ", "   ok ", "   NOT OK "];

/// A journey of three nodes that went well: what came of it, and what it told.
#[track_caller]
fn played(arguments: &[&str]) -> (Value, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_landscape"))
        .args(["journey", "--nodes", "3", "--speed", "5", "--output", "json"])
        .args(arguments)
        .output()
        .unwrap();
    let (stdout, told) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let told = format!("{arguments:?}: {}\n{stdout}\n{told}", output.status);
    assert_eq!(output.status.code(), Some(0), "{told}");
    let outcome: Value = serde_json::from_str(stdout.lines().last().unwrap_or_default()).unwrap();
    assert_eq!((&outcome["ok"], &outcome["nodes"]), (&json!(true), &json!(3)), "{told}");
    assert_eq!(
        (&outcome["missed"], &outcome["migration"]["gap_node_seconds"]),
        (&json!([]), &json!(0.0)),
        "{told}"
    );
    let off = outcome["migration"]["ccm_off_seconds"].as_f64().unwrap();
    assert!((60.0..600.0).contains(&off), "the cloud-controller-manager was off for {off} s: {told}");
    (outcome, told)
}

fn document() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/usage/journey.md")
}

/// The blocks of the document that show chapters.
fn shown(document: &str) -> Vec<&str> {
    let blocks = document.split("```text\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.filter(|block| block.starts_with(CHAPTER)).collect()
}

/// The chapters as they were told.
fn chapters(told: &str) -> Vec<String> {
    let mut chapters: Vec<String> = Vec::new();
    for line in told.lines().filter(|line| TOLD.iter().any(|begin| line.starts_with(begin))) {
        if line.starts_with(CHAPTER) {
            chapters.push(String::new());
        }
        if let Some(chapter) = chapters.last_mut() {
            chapter.push_str(line.trim_end());
            chapter.push('\n');
        }
    }
    chapters
}

/// A text without what differs from run to run: words with digits in them.
fn essence(text: &str) -> Vec<String> {
    let word = |word: &str| {
        if word.contains(|c: char| c.is_ascii_digit()) { "#".to_owned() } else { word.to_owned() }
    };
    text.lines().map(|line| line.split_whitespace().map(word).collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn the_journey_goes_as_its_document_shows_it() {
    let (outcome, told) = played(&[]);
    let migration = &outcome["migration"];
    assert_eq!((&migration["nodes"], &migration["aliases"]), (&json!(3), &json!(3)), "{told}");

    let (chapters, mut document) = (chapters(&told), std::fs::read_to_string(document()).unwrap());
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let blocks: Vec<String> = shown(&document).into_iter().map(str::to_owned).collect();
        assert_eq!(blocks.len(), chapters.len(), "one block for each chapter");
        let mut rest = document.as_str();
        let mut new = String::new();
        for (block, chapter) in blocks.iter().zip(&chapters) {
            let (before, after) = rest.split_once(block.as_str()).unwrap();
            new.push_str(before);
            new.push_str(chapter);
            rest = after;
        }
        document = new + rest;
        std::fs::write(self::document(), &document).unwrap();
    }
    let shown: Vec<_> = shown(&document).into_iter().map(essence).collect();
    let told: Vec<_> = chapters.iter().map(|chapter| essence(chapter)).collect();
    assert_eq!(
        shown, told,
        "write docs/usage/journey.md anew: UPDATE_GOLDEN=1 cargo test --workspace --test journey the_journey"
    );
}

/// A journey in which a fourth machine joins, and what is left when the migration is over: Nodes with a pod range, and those without.
#[track_caller]
fn joined(arguments: &[&str], (with_range, without): (u64, usize)) -> String {
    let (outcome, told) = played(arguments);
    let migration = &outcome["migration"];
    assert_eq!(
        (&migration["nodes"], &migration["aliases"]),
        (&json!(with_range), &json!(with_range)),
        "{told}"
    );
    assert_eq!(migration["without_range"].as_array().map(Vec::len), Some(without), "{told}");
    assert!(
        told.contains("ok     each new Node has a pod range of either family, from its VM: 4 of 4 Nodes"),
        "{told}"
    );
    told
}

/// The insert is under way when the cloud-controller-manager is gone: its route comes all the same, is seen and goes with the others.
#[test]
fn a_route_whose_insert_outlives_who_began_it_goes_too() {
    let told = joined(&["--join-at", "M6", "--slow-insert", "--crash", "M9"], (4, 0));
    assert!(told.contains("the controller was killed after M9 and is started again"), "{told}");
}

/// Its pod range is known from its Node, so it gets its alias, and no other VM ever gets the same range.
#[test]
fn a_machine_that_gets_no_route_gets_its_alias() {
    joined(&["--join-at", "M6", "--refused-insert"], (4, 0));
}

/// Nobody is left who would give it a pod range: it is warned of, and replaced with the others.
#[test]
fn a_machine_that_joins_while_nobody_is_there_is_warned_of() {
    let told = joined(&["--join-at", "M9", "--crash", "M6"], (3, 1));
    assert!(told.contains("pods of the cloud-controller-manager killed with it: 1"), "{told}");
    assert!(told.contains("ok     a Node that joined while nobody gave pod ranges is warned of: "), "{told}");
}

#[test]
fn only_what_differs_from_run_to_run_is_left_out_of_the_comparison() {
    assert_eq!(essence("   ok  3 of 3 Nodes, 0 routes\n"), ["ok # of # Nodes, # routes"]);
    let told = "   built\n#### One\n   > a\n     0 s  route 3\n#### Two\n   ok    b: c\n";
    assert_eq!(chapters(told), ["#### One\n   > a\n", "#### Two\n   ok    b: c\n"]);
}
