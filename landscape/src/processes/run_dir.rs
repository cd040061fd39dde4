//! The run directory: data and logs of the children of one test or demonstration.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::ProcessError;

/// A temporary directory. It is removed at the end, unless the test panicked, an error named a log in
/// it, `$LANDSCAPE_KEEP` is set or [`RunDir::keep`] was called: then it stays, and its path is printed.
#[derive(Debug)]
pub struct RunDir {
    directory: Option<tempfile::TempDir>,
    folder: Folder,
}

/// A run directory as children know it, of which some outlive a borrow.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    /// Path of the directory.
    pub(super) path: PathBuf,
    /// Switch by which it stays at the end.
    pub(super) keep: Arc<AtomicBool>,
}

impl RunDir {
    /// Creates an empty run directory, `landscape-<name>-…`, in the system's temporary directory.
    pub fn create(name: &str) -> Result<Self, ProcessError> {
        let base = std::env::temp_dir();
        let directory = tempfile::Builder::new()
            .prefix(&format!("landscape-{name}-"))
            .tempdir_in(&base)
            .map_err(ProcessError::file(&base))?;
        let path = directory.path().to_path_buf();
        let keep = Arc::new(AtomicBool::new(std::env::var_os("LANDSCAPE_KEEP").is_some()));
        Ok(Self { directory: Some(directory), folder: Folder { path, keep } })
    }

    /// Path of the directory.
    pub fn path(&self) -> &Path {
        &self.folder.path
    }

    /// Makes the directory stay at the end.
    pub fn keep(&self) {
        self.folder.keep.store(true, Ordering::Relaxed);
    }

    /// The directory for children.
    pub(super) fn folder(&self) -> &Folder {
        &self.folder
    }
}

impl Drop for RunDir {
    fn drop(&mut self) {
        if (self.folder.keep.load(Ordering::Relaxed) || std::thread::panicking())
            && let Some(directory) = self.directory.take()
        {
            // After a hang-up there is no standard error, and nobody who could be told.
            let _ = writeln!(std::io::stderr(), "logs and data are kept in {}", directory.keep().display());
        }
    }
}
