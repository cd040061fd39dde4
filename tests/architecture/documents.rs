//! The documents name only what exists, and the code map is whole.

use std::collections::BTreeSet;
use std::path::Path;

use crate::none;
use crate::repository::{documents, files, root};

/// A document with a code map.
const MAP: &str = "ARCHITECTURE.md";
/// Files that may be named without a folder.
const EXTENSIONS: [&str; 7] = [".rs", ".md", ".toml", ".svg", ".yaml", ".go", ".json"];

/// The paths, from the root, that a text sets in backticks.
fn paths(text: &str) -> Vec<&str> {
    let spans = text.split('`').skip(1).step_by(2);
    spans.filter(|span| is_path(span)).collect()
}

fn is_path(span: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    let first = span.split('/').next().unwrap_or_default();
    // `gardener.cloud/operation` is a key of Kubernetes, `/readyz` a path of a URL, `..` a range.
    let is_key_or_url =
        span.contains('/') && (first.is_empty() || first.trim_start_matches('.').contains('.'));
    let is_file = span.contains('/') || EXTENSIONS.iter().any(|end| span.ends_with(end));
    span.chars().all(plain) && is_file && !is_key_or_url
}

/// The relative targets of links and pictures.
fn links(text: &str) -> Vec<&str> {
    let markdown = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let html = text.split("src=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let target = |link: &'_ str| !link.contains("://") && !link.starts_with('#');
    markdown
        .chain(html)
        .filter(|link| target(link))
        .map(|link| link.split('#').next().unwrap_or(link))
        .collect()
}

/// The targets of make that a text tells people to call.
fn commands(text: &str) -> BTreeSet<&str> {
    let spans = text.split('`').skip(1).step_by(2);
    let rests = spans.chain(text.lines()).filter_map(|code| code.strip_prefix("make "));
    let targets = rests.filter_map(|rest| rest.split(|c: char| !c.is_ascii_lowercase() && c != '-').next());
    targets.filter(|target| !target.is_empty()).collect()
}

/// Lines of prose with a full stop in the middle.
fn crowded_lines(text: &str) -> Vec<usize> {
    let mut in_code = false;
    let mut crowded = Vec::new();
    for (index, line) in text.lines().enumerate() {
        in_code ^= line.starts_with("```");
        let sentences: Vec<&str> = line.split(". ").collect();
        let ends = |pair: &[&str]| {
            let word_ends = pair[0].ends_with(|c: char| c.is_alphabetic() || "`)*".contains(c));
            word_ends && pair[1].starts_with(char::is_uppercase)
        };
        if !in_code && !line.starts_with('|') && sentences.windows(2).any(ends) {
            crowded.push(index + 1);
        }
    }
    crowded
}

#[test]
fn what_the_code_map_names_exists() {
    let text = std::fs::read_to_string(root().join(MAP)).unwrap();
    let named = paths(&text);
    assert!(named.len() > 20, "{MAP} names only {} paths", named.len());
    let missing = named.into_iter().filter(|path| !root().join(path).exists()).map(str::to_owned);
    none("paths in ARCHITECTURE.md that do not exist", missing.collect());
}

/// In the other documents a span may look like a path and be something else, such as `migration/phase`, a key of the state: a path begins
/// with a folder of the root or is the name of a file.
#[test]
fn what_the_other_documents_name_exists() {
    let begins_here = |path: &str| path.split_once('/').is_none_or(|(first, _)| root().join(first).exists());
    let (mut seen, mut missing) = (0, Vec::new());
    for document in documents() {
        for path in paths(&document.text).into_iter().filter(|path| begins_here(path)) {
            seen += 1;
            if !root().join(path).exists() {
                missing.push(format!("{} names {path}", document.path));
            }
        }
    }
    assert!(seen > 40, "the documents name only {seen} paths");
    none("paths in documents that do not exist", missing);
}

#[test]
fn the_code_map_names_every_module() {
    let text = std::fs::read_to_string(root().join(MAP)).unwrap();
    let named: BTreeSet<&str> = paths(&text).into_iter().map(|path| path.trim_end_matches('/')).collect();
    let mut modules = BTreeSet::new();
    for file in files() {
        for source in ["src/", "planner/src/", "fake-gcp/src/", "landscape/src/", "tests/"] {
            if let Some(module) = file.path.strip_prefix(source).and_then(|path| path.split('/').next()) {
                modules.insert(format!("{source}{module}"));
            }
        }
    }
    let missing = modules.into_iter().filter(|module| !named.contains(module.as_str()));
    none("modules that ARCHITECTURE.md does not name", missing.collect());
}

#[test]
fn links_lead_somewhere() {
    let mut broken = Vec::new();
    for document in documents() {
        let folder = Path::new(&document.path).parent().unwrap();
        for link in links(&document.text) {
            if !root().join(folder).join(link).exists() {
                broken.push(format!("{} links to {link}", document.path));
            }
        }
    }
    none("broken links", broken);
}

#[test]
fn the_plan_in_the_readme_is_what_the_planner_says() {
    let read = |path: &str| std::fs::read_to_string(root().join(path)).unwrap();
    let golden = read("testdata/plan/10-before-migration.txt");
    let (_, plan) = golden.split_once("\n\n").unwrap();
    assert!(plan.contains("M12"), "the plan of a whole migration: {plan}");
    assert!(read("README.md").contains(plan), "README.md shows another plan than this:\n{plan}");
}

#[test]
fn commands_that_documents_name_exist() {
    let makefile = std::fs::read_to_string(root().join("Makefile")).unwrap();
    let is_target = |target: &str| makefile.lines().any(|line| line.starts_with(&format!("{target}:")));
    let mut missing = Vec::new();
    let mut seen = 0;
    for document in documents() {
        let commands = commands(&document.text);
        seen += commands.len();
        let unknown = commands.into_iter().filter(|target| !is_target(target));
        missing.extend(unknown.map(|target| format!("{}: make {target}", document.path)));
    }
    assert!(seen > 1, "no document names a command");
    none("commands that the Makefile does not have", missing);
}

#[test]
fn ci_begins_where_a_newcomer_does() {
    let read = |path: &str| std::fs::read_to_string(root().join(path)).unwrap();
    let (readme, ci) = (read("README.md"), read(".ci/run"));
    let first = readme.lines().find(|line| line.starts_with("make ")).unwrap();
    let (first, _) = first.split_once('#').unwrap();
    let (before, after) = ci.split_once("\nmake ").unwrap();
    let begin = format!("make {}", after.lines().next().unwrap());
    assert_eq!(begin, first.trim_end(), "the first command of README.md is the first that .ci/run runs");
    for cache in ["LANDSCAPE_CACHE=", "GOCACHE="] {
        assert!(before.contains(cache), "{cache} names a place where nothing is built yet");
    }
}

#[test]
fn documents_have_one_sentence_a_line() {
    let crowded = documents().into_iter().flat_map(|document| {
        let lines = crowded_lines(&document.text);
        lines.into_iter().map(move |line| format!("{}:{line}", document.path))
    });
    none("two sentences on one line", crowded.collect());
}

#[test]
fn paths_links_commands_and_sentences_are_found() {
    let text =
        "See `src/gcp/` and `deny.toml`, not `gardener.cloud/operation`, `/readyz`, `M2..M11` or `a b/c`.";
    assert_eq!(paths(text), ["src/gcp/", "deny.toml"]);
    assert_eq!(paths("`.ci/run`"), [".ci/run"]);
    let text = "[a](docs/a.md#b) ![c](c.svg) [d](https://e/f) [g](#h) <img src=\"i.svg\">";
    assert_eq!(links(text), ["docs/a.md", "c.svg", "i.svg"]);
    let text = "To make sense, `make demo NODES=20`.\n```\nmake test\nlet us make do\n```\n";
    assert_eq!(commands(text), BTreeSet::from(["demo", "test"]));
    let text = "One. Two.\nOne: e.g. this, v1.2 of it.\n| a. B |\n```\nA. B\n```\nThe `x`. And y.\n";
    assert_eq!(crowded_lines(text), [1, 7]);
}
