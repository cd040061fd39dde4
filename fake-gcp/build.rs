//! Embeds the build id, so that whoever starts this binary can tell a stale one.

use std::path::PathBuf;

#[path = "../build/id.rs"]
mod id;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let workspace = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("..");
    for input in id::inputs(&workspace, &["fake-gcp"]) {
        println!("cargo::rerun-if-changed={}", input.display());
    }
    println!("cargo::rustc-env=BUILD_ID={}", id::of(&workspace, &["fake-gcp"])?);
    Ok(())
}
