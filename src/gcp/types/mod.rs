//! Resources of the Compute API as the API writes them. No logic.
//!
//! They are read leniently: unknown fields are skipped and absent ones are empty, so that a new field of Google's
//! breaks nothing. Elements that go back in a list PATCH keep what they do not know.

mod instance;
mod network;
mod operation;
mod route;
mod scalar;
mod subnetwork;

pub use instance::{AliasIpRange, Instance, NetworkInterface, Tags};
pub use network::{Network, Peering, RoutingConfig};
pub use operation::{Operation, OperationErrorItem, OperationErrors, OperationStatus};
pub use route::Route;
pub use scalar::{Fingerprint, ResourceId, ResourceUrl};
pub use subnetwork::{SecondaryRange, Subnetwork};
