//! Documents that others wrote, as files in `testdata/`, and what they are taken for.

#![cfg(test)]

mod config;
mod null;
mod state;
mod terraform;

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

/// A path below `testdata/`.
fn testdata(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(path)
}

/// Reads a YAML file.
fn read<T: DeserializeOwned>(file: &Path) -> T {
    let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The YAML files of a folder below `testdata/`, at least `least`.
fn files(folder: &str, least: usize) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(testdata(folder)).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|e| e == "yaml")).collect();
    files.sort();
    assert!(files.len() >= least, "only {} files in {folder}", files.len());
    files
}

/// Fails with all that is wrong, not only the first.
fn all_right(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
