//! The wire to the seed: the few calls that the contract needs, and the one writer of an Infrastructure's status.
//!
//! May not know: Google, what anything means for the shoot.

mod error;
mod event_writer;
mod lease;
mod merge_patch;
mod neighbours;
mod reach;
mod read;
mod secret;
mod seed;
mod stack;
mod status;
mod terraform;
mod throttle;

pub use error::Error;
pub use event_writer::EventWriter;
pub use lease::LeaseClient;
pub use merge_patch::merge_patch;
pub use neighbours::Neighbours;
pub use reach::{Reach, Reaching, is_away};
pub use read::is_object_name;
pub use secret::Secret;
pub use seed::Seed;
pub use stack::{Layers, Link, Part, client};
pub use status::StatusWriter;
pub use throttle::{Throttle, Throttled};
