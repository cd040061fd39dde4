//! The contract with Gardener, as far as it can be told without the cloud: operations, events that call for one, messages and codes.

pub(crate) mod codes;
mod key;
pub(crate) mod messages;
pub(crate) mod operation;
pub(crate) mod predicate;
pub(crate) mod sighting;
mod skip_reason;
pub(crate) mod state;

pub use key::Key;
pub use skip_reason::skip_reason;
