//! Leader election: of several processes one works at a time, and one that lost it changes nothing any more.
//!
//! [`Elector`] wins, keeps and gives back a Lease, with the semantics of client-go. [`Gate`] is what that means for everybody
//! else: it is open for as long as the last renewal is young enough, and the layers at the two wires ask it at each request
//! that changes something.
//!
//! May not know: what the leader does.

mod announce;
mod elector;
mod gate;
mod identity;
mod layer;
#[cfg(test)]
mod tests;
mod timing;

pub use announce::Announcer;
pub use elector::{Elector, Lost};
pub use gate::Gate;
pub use identity::identity;
pub use layer::{GateLayer, Gated};
pub use timing::{BadTiming, Timing};
