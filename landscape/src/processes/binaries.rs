//! Places of the project's own binaries and caches: beside the running executable, unless the environment says else.

use std::path::{Path, PathBuf};

use super::{ProcessError, build_id};

/// A binary of this workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binary {
    program: &'static str,
    variable: &'static str,
    /// The packages that it is built from, by folder.
    packages: &'static [&'static str],
}

/// Binary of the product; `$INFRA_GCP_BIN` overrides its place.
pub const CONTROLLER: Binary = Binary {
    program: "gardener-extension-infra-gcp",
    variable: "INFRA_GCP_BIN",
    packages: build_id::PRODUCT,
};

/// Binary of the fake cloud; `$FAKE_GCP_BIN` overrides its place.
pub const FAKE_GCP: Binary =
    Binary { program: "fake-gcp", variable: "FAKE_GCP_BIN", packages: build_id::FAKE_GCP };

impl Binary {
    /// Path of the binary. One that is missing, or was built from other sources than those in the working tree, is an
    /// error; a place given by the environment is taken at its word.
    pub async fn locate(self) -> Result<PathBuf, ProcessError> {
        let (path, given) = match std::env::var_os(self.variable) {
            Some(path) => (PathBuf::from(path), true),
            None => (profile_dir()?.join(self.program), false),
        };
        if !path.is_file() {
            return Err(ProcessError::Missing { program: self.program, path, variable: self.variable });
        }
        if !given {
            build_id::check_fresh(&path, self.packages).await?;
        }
        Ok(path)
    }
}

/// Folder for what is expensive to make and may be removed at any time: `$LANDSCAPE_CACHE`, else cargo's target
/// folder, else `landscape` in the user's cache folder. Always a whole path, as builds run in folders of their own.
pub fn cache_dir() -> Result<PathBuf, ProcessError> {
    if let Some(directory) = std::env::var_os("LANDSCAPE_CACHE") {
        return std::path::absolute(&directory)
            .map_err(|source| ProcessError::File { path: directory.into(), source });
    }
    let profile = profile_dir()?;
    // cargo marks its target folder with this file; cross builds put one folder more in between.
    if let Some(target) = profile.ancestors().take(3).find(|folder| folder.join("CACHEDIR.TAG").exists()) {
        return Ok(target.to_path_buf());
    }
    let user = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache"));
    Ok(user.or_else(home).unwrap_or_else(std::env::temp_dir).join("landscape"))
}

/// Folder of the running executable; for a test executable, the folder above `deps`.
fn profile_dir() -> Result<PathBuf, ProcessError> {
    let executable = std::env::current_exe().map_err(ProcessError::file(Path::new("running executable")))?;
    let folder = executable.parent().unwrap_or(Path::new("."));
    Ok(match folder.file_name() {
        Some(name) if name == "deps" => folder.parent().unwrap_or(folder).to_path_buf(),
        _ => folder.to_path_buf(),
    })
}
