//! The reviewed list of what may be different in a plan without harm.

use std::collections::BTreeMap;
use std::path::Path;

use crate::worlds::case::document;

/// Classes of mutants, each with the reason why it is harmless.
pub(crate) struct Harmless(BTreeMap<String, String>);

impl Harmless {
    /// Reads the list. Each class has a sentence beside it that says why.
    pub(crate) fn read() -> Self {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/check/harmless.yaml");
        let classes: BTreeMap<String, String> = serde_json::from_value(document(&file)).unwrap();
        for (class, why) in &classes {
            assert!(why.ends_with('.') && why.len() > 20, "{class} is harmless for no reason: {why}");
        }
        Self(classes)
    }

    /// Whether a class is listed.
    pub(crate) fn lists(&self, class: &str) -> bool {
        self.0.contains_key(class)
    }

    /// The classes.
    pub(crate) fn classes(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}
