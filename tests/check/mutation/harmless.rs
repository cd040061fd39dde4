//! The reviewed list of what may be different in a plan without harm.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use crate::worlds::case::document;

/// A class of mutants that are let through.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    /// The number of mutants that are let through at most, in all worlds.
    pub(crate) most: usize,
    /// The reason why they do no harm, a sentence.
    why: String,
}

/// The classes of mutants that are let through, by name.
pub(crate) struct Harmless(BTreeMap<String, Entry>);

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata/check/harmless.yaml")
}

impl Harmless {
    /// Reads the list. Each class has a sentence beside it that says why.
    pub(crate) fn read() -> Self {
        let classes: BTreeMap<String, Entry> = serde_json::from_value(document(&file())).unwrap();
        for (class, Entry { why, .. }) in &classes {
            assert!(why.ends_with('.') && why.len() > 20, "{class} is harmless for no reason: {why}");
        }
        Self(classes)
    }

    /// The class of this name, if it is listed.
    pub(crate) fn class(&self, class: &str) -> Option<&Entry> {
        self.0.get(class)
    }

    /// The names of all classes.
    pub(crate) fn classes(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Writes the numbers of the file anew, as `count` has them by class.
    pub(crate) fn update(count: impl Fn(&str) -> usize) {
        let text = std::fs::read_to_string(file()).unwrap();
        let lines: Vec<String> = text.lines().map(|line| with_count(line, &count)).collect();
        std::fs::write(file(), format!("{}\n", lines.join("\n"))).unwrap();
    }
}

/// A line of the file with the number that `count` has for its class; a line without a class stays as it is.
fn with_count(line: &str, count: &impl Fn(&str) -> usize) -> String {
    const MOST: &str = "\": { most: ";
    let numbered = line.strip_prefix('"').and_then(|line| line.split_once(MOST));
    match numbered.and_then(|(class, rest)| Some((class, rest.split_once(',')?.1))) {
        Some((class, rest)) => format!("\"{class}{MOST}{},{rest}", count(class)),
        None => line.to_owned(),
    }
}
