//! The build script: embeds the build id, by which a binary older than its sources is recognised.

use std::path::PathBuf;

#[path = "build/id.rs"]
mod id;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let workspace = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    for input in id::inputs(&workspace, &["", "planner"]) {
        println!("cargo::rerun-if-changed={}", input.display());
    }
    println!("cargo::rustc-env=BUILD_ID={}", id::of(&workspace, &["", "planner"])?);
    Ok(())
}
