//! The check that a binary is built from the sources in the working tree.

use std::path::Path;

use tokio::process::Command;

use super::ProcessError;

#[path = "../../../build/id.rs"]
mod id;

pub(super) use id::hash;

/// The packages, by folder, that the product is built from, as its build script says.
pub(super) const PRODUCT: &[&str] = &["", "planner"];
/// The packages, by folder, that the fake cloud is built from, as its build script says.
pub(super) const FAKE_GCP: &[&str] = &["fake-gcp"];

/// Refuses a binary that was built from other sources than those in `folders` of the workspace. Where the sources are
/// not at hand (the binaries were copied elsewhere) nothing can be said, and nothing is refused.
pub(super) async fn check_fresh(binary: &Path, folders: &[&str]) -> Result<(), ProcessError> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    if !workspace.join("Cargo.lock").exists() {
        return Ok(());
    }
    let expected = id::of(&workspace, folders).map_err(ProcessError::file(&workspace))?;
    let output = Command::new(binary).arg("--build-id").output().await.map_err(ProcessError::file(binary))?;
    let found = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if output.status.success() && found == expected {
        return Ok(());
    }
    let found = if output.status.success() { found } else { "none".to_owned() };
    Err(ProcessError::Stale { path: binary.to_path_buf(), found, expected })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A workspace with a root package, which has one in `planner` as a part, and one in `fake-gcp`.
    fn workspace() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (name, content) in [
            ("Cargo.toml", "a"),
            ("Cargo.lock", "b"),
            ("src/main.rs", "c"),
            ("planner/src/lib.rs", "g"),
            ("fake-gcp/Cargo.toml", "d"),
            ("fake-gcp/src/main.rs", "e"),
            ("fake-gcp/tests/all.rs", "f"),
        ] {
            let file = root.path().join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, content).unwrap();
        }
        root
    }

    #[test]
    fn only_what_a_package_is_built_from_changes_its_id() {
        let ids = |root: &Path| [PRODUCT, FAKE_GCP].map(|folders| id::of(root, folders).unwrap());
        let before = ids(workspace().path());
        assert_ne!(before[0], before[1]);
        // Which ids change: that of the root package, that of `fake-gcp`.
        for (changed, expected) in [
            ("src/main.rs", [true, false]),
            ("src/new.rs", [true, false]),
            ("planner/src/lib.rs", [true, false]),
            ("Cargo.lock", [true, true]),
            ("fake-gcp/src/main.rs", [false, true]),
            ("fake-gcp/tests/all.rs", [false, false]),
        ] {
            let root = workspace();
            assert_eq!(ids(root.path()), before, "the same sources elsewhere");
            fs::write(root.path().join(changed), "changed").unwrap();
            let after = ids(root.path());
            assert_eq!([after[0] != before[0], after[1] != before[1]], expected, "{changed}");
        }
    }

    #[test]
    fn a_content_that_moves_to_the_next_file_changes_the_hash() {
        let hash =
            |files: [(&str, &str); 2]| id::hash(files.map(|(name, text)| (name.to_owned(), text.into())));
        assert_ne!(hash([("a", "xy"), ("b", "")]), hash([("a", "x"), ("b", "y")]));
    }
}
