//! Resources of the Compute API as the API writes them. No logic.
//!
//! They are read leniently: unknown fields are skipped and absent ones are empty, so that a new field of Google's
//! breaks nothing. Elements that go back in a list PATCH keep what they do not know.

mod address;
mod firewall;
mod instance;
mod load_balancing;
mod network;
mod operation;
mod quota;
mod route;
mod router;
mod scalar;
mod subnetwork;

pub use address::Address;
pub use firewall::Firewall;
pub use instance::{AliasIpRange, Instance, NetworkInterface, Tags};
pub use load_balancing::{ForwardingRule, TargetPool};
pub use network::{Network, Peering, RoutingConfig};
pub use operation::{Operation, OperationErrorItem, OperationErrors, OperationStatus};
pub use quota::{Quota, Quotas};
pub use route::Route;
pub use router::Router;
pub use scalar::{Fingerprint, ResourceId, ResourceUrl};
pub use subnetwork::{SecondaryRange, Subnetwork};
