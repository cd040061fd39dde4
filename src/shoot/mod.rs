//! The wire to the shoots' own APIs: Nodes, pods and events, and whether pods and kubelets answer. Nothing is ever written to them.
//!
//! The API server of a shoot is Gardener's, but what it tells was written by the shoot's users, and so were the programs behind its
//! proxy: answers are bounded in time and size, redirects are not followed, and no object hides the others. What could not be read is a
//! value.
//!
//! May not know: Google; what anything means for a migration.

mod access;
mod api;
mod attempt;
mod connect;
mod error;
mod events;
mod guest;
mod kubeconfig;
mod nodes;
mod pods;
mod proxy;
mod read_only;
mod stack;
#[cfg(test)]
mod tests;

pub use access::Shoots;
pub use api::Shoot;
pub use connect::{Connect, Sockets};
pub use error::ShootError;
pub use kubeconfig::Access;
pub use nodes::Guests;
