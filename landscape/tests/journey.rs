//! The whole journey of a small shoot with the real cloud-controller-manager, and the document that shows what it tells.

#![cfg(test)]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

/// First words of a block of the document that shows a chapter, and of that chapter as it is told.
const CHAPTER: &str = "#### ";
/// First words of the lines that tell the journey; all others are progress.
const TOLD: [&str; 4] = [CHAPTER, "   > ", "   ok ", "   NOT OK "];

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
    let output = Command::new(env!("CARGO_BIN_EXE_landscape"))
        .args(["journey", "--nodes", "3", "--speed", "5", "--output", "json"])
        .output()
        .unwrap();
    let (stdout, told) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{stdout}\n{told}");
    let outcome: Value = serde_json::from_str(stdout.lines().last().unwrap_or_default()).unwrap();
    assert_eq!((&outcome["ok"], &outcome["nodes"]), (&json!(true), &json!(3)), "{told}");
    assert_eq!(outcome["migration"]["gap_node_seconds"], json!(0.0), "{told}");
    let off = outcome["migration"]["ccm_off_seconds"].as_f64().unwrap();
    assert!((60.0..600.0).contains(&off), "the cloud-controller-manager was off for {off} s");

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
        "write docs/usage/journey.md anew: UPDATE_GOLDEN=1 cargo test -p landscape --test journey"
    );
}

#[test]
fn only_what_differs_from_run_to_run_is_left_out_of_the_comparison() {
    assert_eq!(essence("   ok  3 of 3 Nodes, 0 routes\n"), ["ok # of # Nodes, # routes"]);
    let told = "   built\n#### One\n   > a\n     0 s  route 3\n#### Two\n   ok    b: c\n";
    assert_eq!(chapters(told), ["#### One\n   > a\n", "#### Two\n   ok    b: c\n"]);
}
