//! The client against scripted answers, on tokio's paused clock.
//!
//! A script answers what a test says and remembers what it was asked; it knows nothing of how the API behaves.

mod accounts;
mod lists;
pub(crate) mod names;
mod permission;
mod polling;
mod retries;
pub(crate) mod script;
mod sharing;
mod wire;
