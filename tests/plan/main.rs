//! Plans as files: each `testdata/plan/*.yaml` describes a world, the `.txt` beside it is the plan that must come out.
//!
//! `UPDATE_GOLDEN=1 cargo test --test plan` writes the `.txt` files anew; read the difference before you commit it.

#![cfg(test)]

mod looks;
mod reads;
mod refused;
#[path = "../worlds/mod.rs"]
mod worlds;

use std::collections::BTreeSet;

use planner::plan::{History, Verdict};
use planner::report;
use worlds::case::{Case, Situation};
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

/// Machines are told of the step wherever they are told of a course.
#[test]
fn whatever_has_a_course_is_at_a_step() {
    let without: Vec<String> = files()
        .iter()
        .filter(|file| {
            let document = report::plan_document(&Case::read(file).situation().decide(&History::default()));
            document.course.is_some() != document.step.is_some()
        })
        .map(|file| file.display().to_string())
        .collect();
    assert!(without.is_empty(), "{without:#?}");
}

/// Also where there is nothing to migrate an organisation policy shows only when IPv6 is asked for.
#[test]
fn what_only_trying_shows_is_named_where_subnets_get_ipv6_at_once() {
    let unproven = |name: &str| {
        let case = Case::read(&directory().join(name));
        report::plan_document(&case.situation().decide(&History::default())).unproven
    };
    assert_eq!(unproven("04-new-dual-stack.yaml"), ["organisation policy for external IPv6"]);
    assert!(unproven("02-network-made-ipv4.yaml").is_empty());
}

/// The preflight's rules, each with a file that shows its message, and a row in the table that people read.
#[test]
fn every_row_of_the_preflight_is_shown_and_explained() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let document = std::fs::read_to_string(root.join("docs/migration.md")).unwrap();
    let (_, table) = document.split_once("## The preflight").unwrap();
    let (table, _) = table.split_once("\n## ").unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    let explained: BTreeSet<&str> = rows.map(|(rule, _)| rule).collect();
    let plans = files().into_iter().map(|file| std::fs::read_to_string(file.with_extension("txt")).unwrap());
    let plans: String = plans.collect();
    let folder = root.join("planner/src/plan/migration/preflight");
    let sources =
        std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read_to_string(entry.unwrap().path()));
    let sources: String = sources.map(Result::unwrap).collect();
    for rule in &explained {
        assert!(plans.contains(&format!(" [{rule}]: ")), "no plan shows {rule}");
        assert!(sources.contains(&format!("\"{rule}\"")), "the preflight has no rule {rule}");
    }
    let names = sources.split('"').skip(1).step_by(2);
    let is_rule = |text: &&str| {
        text.contains('-')
            && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    let told: BTreeSet<&str> = names.filter(is_rule).collect();
    assert_eq!(told, explained, "what the sources name and what docs/migration.md explains");
}

/// The fake has no subnets with IPv6 alone, so that this remedy is carried out here; all others are in the simulation.
#[test]
fn a_subnet_without_ipv4_that_is_deleted_is_in_the_way_no_more() {
    let mut situation = Case::read(&directory().join("H2-refused-services-ipv6-only.yaml")).situation();
    let tells = |situation: &Situation| {
        let decision = situation.decide(&History::default());
        let stands = decision.findings.iter().any(|finding| finding.rule == "subnet-stack");
        (stands, matches!(decision.verdict, Verdict::Refuse))
    };
    assert_eq!(tells(&situation), (true, true));
    situation.seen.cloud.subnets.retain(|subnet| subnet.name != *"shoot--p--a-services");
    assert_eq!(tells(&situation), (false, false));
}

/// Gardener before gardener#12967 refuses the change back to IPv4, so no error offers it without saying so.
#[test]
fn whoever_is_told_to_set_ipv4_is_told_where_that_is_possible() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("planner/src"), root.join("src")];
    let mut offers = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap();
            let code: Vec<&str> =
                source.lines().map(str::trim).filter(|line| !line.starts_with("//")).collect();
            for offer in code.join(" ").split("ipFamilies to [IPv4]").skip(1) {
                offers += 1;
                assert!(offer.starts_with(", where Gardener"), "{}: {offer:.60}", path.display());
            }
        }
    }
    assert!(offers > 3, "only {offers} found");
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
