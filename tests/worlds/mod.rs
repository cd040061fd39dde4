//! Worlds as files: each `testdata/plan/*.yaml` says what somebody wants and what is there. Shared by the tests that plan in them.

mod around;
pub(crate) mod case;
mod preflight;
mod shoot;
mod world;

use std::path::{Path, PathBuf};

/// The folder of the files.
pub(crate) fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/plan")
}

/// The files, in their order.
pub(crate) fn files() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory()).unwrap();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    files.sort();
    files
}
