//! The build id of a binary: a hash of the sources that it was built from.
//!
//! Build scripts embed it, and `landscape` computes it again before it starts a binary: a difference means that the
//! binary is older than the sources. Contents are compared instead of times, which a checkout or a copy changes.
//! This file is shared by path and may use the standard library only.

use std::path::{Path, PathBuf};
use std::{fs, io};

/// The absolute paths of the files and folders that the packages in `folders` of `workspace` are built from, without missing
/// ones. The root package's folder is `""`.
pub(crate) fn inputs(workspace: &Path, folders: &[&str]) -> Vec<PathBuf> {
    let mut inputs = vec![workspace.join("Cargo.toml"), workspace.join("Cargo.lock")];
    for folder in folders {
        inputs.extend(["Cargo.toml", "src", "data"].map(|name| workspace.join(folder).join(name)));
    }
    inputs.retain(|path| path.exists());
    inputs.sort();
    inputs.dedup();
    inputs
}

/// The id: the hash of all input files, in the order of their paths.
pub(crate) fn of(workspace: &Path, folders: &[&str]) -> io::Result<String> {
    let mut files = Vec::new();
    for input in inputs(workspace, folders) {
        collect(&input, &mut files)?;
    }
    files.sort();
    files.dedup();
    let mut contents = Vec::new();
    for file in files {
        // Paths are relative, so that two checkouts of the same sources have the same id.
        let name = file.strip_prefix(workspace).unwrap_or(&file).to_string_lossy().into_owned();
        contents.push((name, fs::read(&file)?));
    }
    Ok(hash(contents))
}

/// The FNV-1a hash, 64 bits, of names and contents, as 16 hexadecimal digits. It detects changes, but protects against nothing.
pub(crate) fn hash(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for (name, content) in files {
        let length = (content.len() as u64).to_le_bytes();
        for byte in name.bytes().chain([0]).chain(length).chain(content) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !path.is_dir() {
        files.push(path.to_path_buf());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        collect(&entry?.path(), files)?;
    }
    Ok(())
}
