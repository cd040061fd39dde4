//! The things that others are told: events, progress, the heartbeat, and why a reconciliation failed.

mod event;
mod failure;
mod heartbeat;
pub(crate) mod last_error;
pub(crate) mod progress;
mod recorder;
pub(crate) mod remedy;

pub use event::Event;
pub use failure::{Failure, When};
pub use heartbeat::Heartbeat;
pub use recorder::{EventRecorder, LogRecorder, Recorder};
