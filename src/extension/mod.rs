//! The extension: watches Infrastructures, keeps Gardener's contract for them, and calls the five stages.
//!
//! May not know: Google, beyond making a client of a Secret (`access`), handing it to the stages, and turning the class of its
//! errors into Gardener's codes.

mod access;
mod contract;
mod controller;
mod run;
mod tell;

pub use access::{ApiEndpoints, CloudAccess, GoogleAccess};
pub use contract::{Key, skip_reason};
pub use controller::{Controller, Scope, Telemetry};
pub use run::{Dependencies, Limits, Observer, Reconciler, Requeue};
pub use tell::{Event, EventRecorder, Failure, Heartbeat, LogRecorder, Recorder, When};
