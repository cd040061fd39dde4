//! The README lists every flag of the controller with its default.

use std::collections::BTreeMap;
use std::process::Command;

use crate::none;
use crate::repository::root;

/// The flags that clap adds to every command.
const OF_EVERY_COMMAND: [&str; 2] = ["--help", "--version"];

/// The flags that a help text explains, each with its default, if it has one.
fn flags(help: &str) -> BTreeMap<&str, Option<&str>> {
    let mut flags = BTreeMap::new();
    let mut last = "";
    for line in help.lines().map(str::trim_start) {
        let line = line.strip_prefix("-h, ").or_else(|| line.strip_prefix("-V, ")).unwrap_or(line);
        if line.starts_with("--") {
            last = line.split([' ', '[', '=']).next().unwrap();
            flags.insert(last, None);
        } else if let Some(default) = line.strip_prefix("[default: ") {
            flags.insert(last, default.strip_suffix(']').filter(|default| *default != "\"\""));
        }
    }
    flags.retain(|flag, _| !OF_EVERY_COMMAND.contains(flag));
    flags
}

/// What stands in backticks in a cell.
fn spans(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// The flags and the defaults that a row of a table names, if its first cell names flags.
fn row(line: &str) -> Option<(Vec<&str>, Vec<&str>)> {
    let mut cells = line.strip_prefix('|')?.split('|');
    let (flags, defaults) = (cells.next()?, cells.next()?);
    flags.starts_with(" `--").then(|| (spans(flags), spans(defaults)))
}

/// What is wrong with the rows of a text, given the flags that there are.
fn wrong(flags: &BTreeMap<&str, Option<&str>>, text: &str) -> Vec<String> {
    let rows: Vec<_> = text.lines().filter_map(row).collect();
    let unknown = rows.iter().flat_map(|(named, _)| named).filter(|flag| !flags.contains_key(**flag));
    let mut wrong: Vec<String> = unknown.map(|flag| format!("{flag} is no flag")).collect();
    for (flag, default) in flags {
        match rows.iter().find(|(named, _)| named.contains(flag)) {
            None => wrong.push(format!("{flag} is missing")),
            Some((_, told)) => {
                let untold = default.filter(|default| !told.contains(default));
                wrong.extend(untold.map(|default| format!("{flag} has the default {default}")));
            }
        }
    }
    wrong
}

#[test]
fn the_readme_lists_every_flag_with_its_default() {
    let help = Command::new(env!("CARGO_BIN_EXE_gardener-extension-infra-gcp"))
        .args(["controller", "--help"])
        .output()
        .unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let flags = flags(&help);
    assert!(flags.len() > 20, "only {} flags in\n{help}", flags.len());
    none("flags in README.md", wrong(&flags, &std::fs::read_to_string(root().join("README.md")).unwrap()));
}

#[test]
fn a_flag_that_is_missing_unknown_or_has_another_default_is_found() {
    let help = "Options:\n  --a <X>\n    Of a\n\n    [default: 1]\n  --b[=<BOOL>]\n  --c\n    [default: \"\"]\n  -h, --help\n";
    let flags = flags(help);
    assert_eq!(flags, BTreeMap::from([("--a", Some("1")), ("--b", None), ("--c", None)]));
    let nothing: [String; 0] = [];
    assert_eq!(wrong(&flags, "| flag | |\n| `--a`, `--b` | `1`, none | |\n| `--c` | none | |"), nothing);
    assert_eq!(
        wrong(&flags, "| `--a` | `2` | |\n| `--b`, `--d` | none | |"),
        ["--d is no flag", "--a has the default 1", "--c is missing"]
    );
}
