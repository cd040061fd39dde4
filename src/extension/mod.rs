//! The Gardener contract: which operation, finalizer, operation annotation, `lastOperation`, `lastError`. Calls the five stages.
//!
//! May not know: Google, beyond making a client of a Secret (`access`), handing it to the stages, and turning the class of its
//! errors into Gardener's codes.

mod access;
mod codes;
mod controller;
mod failure;
mod narrator;
mod operation;
mod pass;
mod predicate;
mod progress;
mod reconciler;
mod release;

pub use access::{CloudAccess, GoogleAccess};
pub use controller::{Controller, Scope};
pub use failure::Failure;
pub use narrator::{LogNarrator, Narrator};
pub use pass::{Look, look};
pub use reconciler::{Key, Next, Patience, Reconciler, Surroundings};
