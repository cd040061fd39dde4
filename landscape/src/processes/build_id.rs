//! Is a binary built from the sources in the working tree?

use std::path::Path;

use tokio::process::Command;

use super::ProcessError;

#[path = "../../../build/id.rs"]
mod id;

pub(super) use id::hash;

/// Refuses a binary that was built from other sources than those in `folder` of the workspace. Where the sources are
/// not at hand (the binaries were copied elsewhere) nothing can be said, and nothing is refused.
pub(super) async fn check_fresh(binary: &Path, folder: &str) -> Result<(), ProcessError> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    if !workspace.join("Cargo.lock").exists() {
        return Ok(());
    }
    let expected = id::of(&workspace, folder).map_err(ProcessError::file(&workspace))?;
    let output = Command::new(binary).arg("--build-id").output().await.map_err(ProcessError::file(binary))?;
    let found = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if output.status.success() && found == expected {
        return Ok(());
    }
    let found = if output.status.success() { found } else { "none".to_owned() };
    Err(ProcessError::Stale { path: binary.to_path_buf(), found, expected })
}
