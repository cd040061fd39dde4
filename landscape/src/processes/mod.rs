//! Child processes of tests and demonstrations.
//!
//! Contract: a child lives at most as long as the value that stands for it. Dropping it kills its whole process group,
//! and its standard input, kept open until then, tells it of our end should we die without dropping anything. What it
//! prints goes to a file in the run directory and, line by line, to whoever listens. Nothing here knows Gardener.

pub mod binaries;
mod bound;
pub mod build;
mod build_id;
pub mod ccm;
mod child;
pub mod controller;
mod error;
pub mod fake_gcp;
mod log;
pub mod operator;
mod programs;
mod run_dir;
pub mod testenv;

pub use child::{Child, Program};
pub use error::ProcessError;
pub use log::{Line, LogReader, Source};
pub use programs::Programs;
pub use run_dir::RunDir;
pub use rustix::process::Signal;
