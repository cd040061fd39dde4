//! Plans that must be refused, as files: `testdata/check/*.yaml`, each with the rule that refuses it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use planner::journal::State;
use planner::plan::{History, Step, Verdict, rules};
use serde::Deserialize;
use serde_json::Value;

use crate::edit::Edit;
use crate::tree::Tree;
use crate::worlds::case::{Case, document};
use crate::worlds::directory;

/// The reviewed list of what is not refused.
const HARMLESS: &str = "harmless";

/// A plan that must be refused.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refused {
    /// What is wrong with it, in a sentence.
    about: String,
    /// The world: a file of `testdata/plan/` without its ending. The plan is the one that follows from it.
    world: String,
    /// What is different in the world in which the plan is judged, in the words of that file; null takes something away.
    #[serde(default)]
    but: Value,
    /// What is different in the plan.
    #[serde(default)]
    change: Vec<Edit>,
    /// The name of the rule that refuses it.
    rule: String,
}

/// The files, by name.
fn files() -> Vec<(String, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/check");
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let named = paths.map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), path));
    let mut files: Vec<_> = named.filter(|(name, _)| name != HARMLESS).collect();
    files.sort();
    files
}

fn read(file: &Path) -> Refused {
    serde_json::from_value(document(file)).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// `document` with `but` merged into it; null takes something away.
fn merge(document: &mut Value, but: &Value) {
    match but {
        Value::Object(parts) => {
            for (name, part) in parts {
                if part.is_null() {
                    document.as_object_mut().unwrap().remove(name);
                } else {
                    merge(&mut document[name.as_str()], part);
                }
            }
        }
        Value::Null => {}
        other => *document = other.clone(),
    }
}

/// The verdict of the planner with the changes made to it.
fn changed(verdict: Verdict, changes: &[Edit]) -> Option<Verdict> {
    match verdict {
        Verdict::Report(state) => {
            let mut tree = state.tree();
            changes.iter().try_for_each(|change| change.apply_to_report(&mut tree))?;
            Some(Verdict::Report(Box::new(State::of(&tree)?)))
        }
        Verdict::Act(steps) => {
            let mut tree = steps.iter().map(Tree::tree).collect();
            changes.iter().try_for_each(|change| change.apply(&mut tree))?;
            Some(Verdict::Act(Vec::<Step>::of(&Value::Array(tree))?))
        }
        Verdict::Done | Verdict::LookAgain { .. } | Verdict::Refuse | Verdict::Stuck { .. } => {
            let mut tree = Vec::new();
            changes.iter().try_for_each(|change| change.apply(&mut tree))?;
            Some(Verdict::Act(Vec::<Step>::of(&Value::Array(tree))?))
        }
    }
}

/// The rule that refuses the plan of a file.
fn refusal(name: &str, refused: &Refused) -> Result<(), String> {
    let mut world = document(&directory().join(format!("{}.yaml", refused.world)));
    let planned =
        Case::of(&world).map_err(|error| error.to_string())?.situation().decide(&History::default()).verdict;
    merge(&mut world, &refused.but);
    let situation = Case::of(&world).map_err(|error| error.to_string())?.situation();
    let plan =
        changed(planned, &refused.change).ok_or_else(|| format!("{name}: its changes make no plan"))?;
    match situation.check(&plan) {
        Ok(()) => Err(format!("{name}: nothing refuses it: {}", refused.about)),
        Err(violation) if violation.rule == refused.rule => Ok(()),
        Err(violation) => {
            Err(format!("{name}: {} refuses it, and not {}: {violation}", violation.rule, refused.rule))
        }
    }
}

#[test]
fn every_plan_is_refused_by_its_rule() {
    let judged = files().into_iter().map(|(name, file)| refusal(&name, &read(&file)));
    let wrong: Vec<String> = judged.filter_map(Result::err).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A row of the table in the document: the rule, the invariant, and the files.
fn row(line: &str) -> Option<(String, String, Vec<String>)> {
    let cells: Vec<&str> =
        line.strip_prefix("| `")?.split(" | ").map(|cell| cell.trim_matches([' ', '|'])).collect();
    let [rule, _, invariant, files] = cells.as_slice() else { panic!("not a row of the table: {line}") };
    let files = files.split(", ").map(|file| file.trim_matches('`').to_owned());
    Some((rule.trim_matches('`').to_owned(), (*invariant).to_owned(), files.collect()))
}

#[test]
fn the_document_names_every_rule_with_the_plans_that_it_refuses() {
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/self-check.md")).unwrap();
    let documented: Vec<_> = text.lines().filter_map(row).collect();
    let plans: Vec<(String, String)> =
        files().into_iter().map(|(name, file)| (read(&file).rule, name)).collect();
    let known: Vec<_> = rules()
        .map(|(rule, invariant)| {
            let files = plans.iter().filter(|(refusing, _)| refusing == rule);
            (rule.to_owned(), invariant.to_owned(), files.map(|(_, name)| name.clone()).collect::<Vec<_>>())
        })
        .collect();
    for (rule, _, files) in &known {
        assert!(!files.is_empty(), "no plan in testdata/check/ is refused by {rule}");
    }
    for (documented, known) in documented.iter().zip(&known) {
        assert_eq!(documented, known, "docs/self-check.md against the rules and testdata/check/");
    }
    assert_eq!(documented.len(), known.len(), "rows of docs/self-check.md");
    let names: BTreeSet<&str> = rules().map(|(rule, _)| rule).collect();
    assert_eq!(names.len(), known.len(), "a name is that of two rules");
}

/// Changes are seen to change: without them the planner's own plan is allowed in its own world.
#[test]
fn what_is_refused_is_refused_for_what_was_changed() {
    for (name, file) in files() {
        let refused = read(&file);
        let unchanged = Refused { but: Value::Null, change: Vec::new(), ..refused };
        let verdict = refusal(&name, &unchanged);
        assert!(verdict.is_err_and(|error| error.contains("nothing refuses it")), "{name}");
    }
}
