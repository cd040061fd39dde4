//! The files of this repository, as a checkout has them: without what is built and without what git keeps for itself.

use std::fs;
use std::path::{Path, PathBuf};

/// What is no part of the repository; in a work tree of its own, `.git` is a file.
const NOT_OURS: [&str; 2] = [".git", "target"];

/// One text file.
pub(crate) struct File {
    /// Path from the root, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// The root of the workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All text files, by path. Files that are not UTF-8 are left out.
pub(crate) fn files() -> Vec<File> {
    let mut paths = Vec::new();
    collect(root(), &mut paths);
    paths.sort();
    let read = |path: PathBuf| {
        let text = String::from_utf8(fs::read(&path).unwrap()).ok()?;
        let path = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
        Some(File { path, text })
    };
    paths.into_iter().filter_map(read).collect()
}

/// The Rust files below any of `folders`, which end with `/`.
pub(crate) fn rust_files(folders: &[&str]) -> Vec<File> {
    let mut files = files();
    files.retain(|file| {
        file.path.ends_with(".rs") && folders.iter().any(|folder| file.path.starts_with(folder))
    });
    assert!(!files.is_empty(), "no Rust file below {folders:?}");
    files
}

/// The Markdown documents.
pub(crate) fn documents() -> Vec<File> {
    let mut files = files();
    files.retain(|file| file.path.ends_with(".md"));
    files
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        match path.is_dir() {
            _ if folder == root() && NOT_OURS.contains(&name) => {}
            true => collect(&path, paths),
            false => paths.push(path),
        }
    }
}
