//! The comparison of two sets of resource definitions: ours, and the real ones in a directory.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{DEFINITIONS, facts};
use crate::json::text as text_at;

/// A fact that the two sides do not share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Name of the definition, `<plural>.<group>`.
    pub definition: String,
    /// Version and path of the field, `v1alpha1.status.lastOperation`; empty for the definition as a whole.
    pub path: String,
    /// Keyword of the schema (`required`, `type`, `rules` …), `field` for its presence, `definition` for the whole.
    pub keyword: String,
    /// Value on our side, as JSON; `None` if it lacks the fact.
    pub ours: Option<Value>,
    /// Value on the real side, as JSON; `None` if it lacks the fact.
    pub real: Option<Value>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let show = |value: &Option<Value>| value.as_ref().map_or("absent".to_owned(), Value::to_string);
        let Self { definition, path, keyword, ours, real } = self;
        write!(f, "{definition} {path} {keyword}: ours {}, real {}", show(ours), show(real))
    }
}

/// Reason why the real definitions cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// A file or the directory cannot be read.
    #[error("{}: {source}", path.display())]
    Unreadable {
        /// Path of the file or directory.
        path: PathBuf,
        /// Reason given by the system.
        source: std::io::Error,
    },
    /// A file is not YAML.
    #[error("{}: not YAML: {source}", path.display())]
    NotYaml {
        /// Path of the file.
        path: PathBuf,
        /// Error of the YAML parser.
        source: Box<serde_saphyr::Error>,
    },
    /// A file is YAML but no resource definition.
    #[error("{}: not a CustomResourceDefinition with a name", path.display())]
    NotADefinition {
        /// Path of the file.
        path: PathBuf,
    },
    /// The directory has no definition to compare with.
    #[error("{}: no .yaml file there", path.display())]
    Empty {
        /// Path of the directory.
        path: PathBuf,
    },
}

/// Compares our definitions with those in the `.yaml` files of `directory`, one definition per file. A definition that
/// only one side has is one difference.
pub fn check_directory(directory: &Path) -> Result<Vec<Difference>, CheckError> {
    let unreadable = |source| CheckError::Unreadable { path: directory.to_path_buf(), source };
    let mut real = BTreeMap::new();
    for entry in std::fs::read_dir(directory).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            let text = std::fs::read_to_string(&path)
                .map_err(|source| CheckError::Unreadable { path: path.clone(), source })?;
            let (name, definition) = parse(&path, &text)?;
            real.insert(name, definition);
        }
    }
    if real.is_empty() {
        return Err(CheckError::Empty { path: directory.to_path_buf() });
    }
    let mut ours = BTreeMap::new();
    for text in DEFINITIONS {
        let (name, definition) = parse(Path::new("built-in definition"), text)?;
        ours.insert(name, definition);
    }
    Ok(compare(&ours, &real))
}

fn parse(path: &Path, text: &str) -> Result<(String, Value), CheckError> {
    let definition: Value = serde_saphyr::from_str(text)
        .map_err(|source| CheckError::NotYaml { path: path.to_path_buf(), source: Box::new(source) })?;
    match definition.pointer("/metadata/name").and_then(Value::as_str) {
        Some(name) if text_at(&definition, "/kind") == "CustomResourceDefinition" => {
            Ok((name.to_owned(), definition))
        }
        _ => Err(CheckError::NotADefinition { path: path.to_path_buf() }),
    }
}

fn compare(ours: &BTreeMap<String, Value>, real: &BTreeMap<String, Value>) -> Vec<Difference> {
    let mut differences = Vec::new();
    for name in ours.keys().chain(real.keys()).collect::<BTreeSet<_>>() {
        let mut differs = |path: &str, keyword: &str, ours: Option<Value>, real: Option<Value>| {
            let (path, keyword) = (path.to_owned(), keyword.to_owned());
            differences.push(Difference { definition: name.clone(), path, keyword, ours, real });
        };
        let (Some(our), Some(theirs)) = (ours.get(name), real.get(name)) else {
            let present =
                |side: &BTreeMap<String, Value>| side.contains_key(name).then_some(Value::Bool(true));
            differs("", "definition", present(ours), present(real));
            continue;
        };
        let (our, theirs) = (facts::of(our), facts::of(theirs));
        for place in our.keys().chain(theirs.keys()).collect::<BTreeSet<_>>() {
            let (left, right) = (our.get(place), theirs.get(place));
            if left != right {
                differs(&place.0, &place.1, left.cloned(), right.cloned());
            }
        }
    }
    differences
}
