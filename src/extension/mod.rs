//! The Gardener contract: which operation, finalizer, operation annotation, `lastOperation`, `lastError`. Calls the five stages.
//!
//! May not know: Google, beyond making a client of a Secret (`access`), handing it to the stages, and turning the class of its
//! errors into Gardener's codes.

mod access;
mod codes;
mod controller;
mod deletion;
mod failure;
mod first_attempt;
mod heartbeat;
mod holders;
mod idle;
mod look;
mod memory;
mod narrator;
mod note;
mod operation;
mod outcome;
mod pacer;
mod pass;
mod predicate;
mod progress;
mod quota;
mod reconciler;
mod release;
mod remedy;
mod sighting;
mod state;
mod told;
mod words;

pub use access::{ApiEndpoints, CloudAccess, GoogleAccess};
pub use controller::{Controller, Scope, Signs};
pub use failure::Failure;
pub use heartbeat::Heartbeat;
pub use idle::idle;
pub use look::{Look, View};
pub use narrator::{EventNarrator, LogNarrator, Narrator};
pub use note::Note;
pub use reconciler::{Key, Next, Patience, Reconciler, Surroundings};
