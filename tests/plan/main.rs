//! Plans as files: each `testdata/plan/*.yaml` describes a world, the `.txt` beside it is the plan that must come out.
//!
//! `UPDATE_GOLDEN=1 cargo test --test plan` writes the `.txt` files anew; read the difference before you commit it.

#![cfg(test)]

mod reads;
#[path = "../worlds/mod.rs"]
mod worlds;

use planner::plan::History;
use planner::report;
use worlds::case::Case;
use worlds::{directory, files};

/// The plan as people see it, under a line that says what it is about.
fn plan_text(case: &Case) -> String {
    format!("# {}\n\n{}", case.about(), report::plan_text(&case.situation().decide(&History::default())))
}

#[test]
fn every_case_has_the_plan_in_its_file() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut wrong = Vec::new();
    for file in files() {
        let case = Case::read(&file);
        let plan = plan_text(&case);
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
    let files = files();
    assert!(files.len() > 20, "only {} cases found", files.len());
    for entry in std::fs::read_dir(directory()).unwrap() {
        let path = entry.unwrap().path();
        assert!(path.with_extension("yaml").exists(), "{} belongs to no case", path.display());
    }
}

/// The planner's second opinion agrees with every plan that it makes, and planning is a function: twice is the same.
#[test]
fn every_plan_passes_its_own_check_and_is_repeatable() {
    for file in files() {
        let case = Case::read(&file);
        let situation = case.situation();
        let checked = situation.check(&situation.decide(&History::default()).verdict);
        checked.unwrap_or_else(|violation| panic!("{}: {violation}", file.display()));
        assert_eq!(plan_text(&case), plan_text(&case), "{}", file.display());
    }
}
