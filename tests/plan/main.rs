//! Plans as files: each `testdata/plan/*.yaml` describes a world, the `.txt` beside it is the plan that must come out.
//!
//! `UPDATE_GOLDEN=1 cargo test --test plan` writes the `.txt` files anew; read the difference before you commit it.

#![cfg(test)]

mod around;
mod case;
mod reads;
mod world;

use std::path::{Path, PathBuf};

use case::Case;

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/plan")
}

fn cases() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(directory())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    files.sort();
    files
}

#[test]
fn every_case_has_the_plan_in_its_file() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut wrong = Vec::new();
    for file in cases() {
        let case = Case::read(&file);
        let plan = case.plan_text();
        let golden = file.with_extension("txt");
        if update {
            std::fs::write(&golden, &plan).unwrap();
        }
        let wanted = std::fs::read_to_string(&golden).unwrap_or_default();
        if plan != wanted {
            wrong.push(format!("--- {}\nwanted:\n{wanted}\ngot:\n{plan}", golden.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_plan_is_left_without_its_case() {
    let files = cases();
    assert!(files.len() > 20, "only {} cases found", files.len());
    for entry in std::fs::read_dir(directory()).unwrap() {
        let path = entry.unwrap().path();
        assert!(path.with_extension("yaml").exists(), "{} belongs to no case", path.display());
    }
}

/// The planner's second opinion agrees with every plan that it makes, and planning is a function: twice is the same.
#[test]
fn every_plan_passes_its_own_check_and_is_repeatable() {
    for file in cases() {
        let case = Case::read(&file);
        case.check().unwrap_or_else(|violation| panic!("{}: {violation}", file.display()));
        assert_eq!(case.plan_text(), case.plan_text(), "{}", file.display());
    }
}
