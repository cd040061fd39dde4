//! The cloud-controller-manager's (CCM's) part: its pods, which come and go with the Deployment's scale, and what runs in
//! them.
//!
//! There are two of it. [`StandIn`] is a model of the route controller alone, in whatever time the landscape lives in; [`Real`] is
//! the real program, which lives on the wall clock. What tells them apart is what runs in the pods (`containers.rs`); all else is shared.

mod containers;
mod pods;
mod real;
mod stand_in;

use serde_json::{Value, json};

pub use real::{Real, cloud_config};
pub use stand_in::{StandIn, owned_routes, route_name};

/// Whoever initialises Nodes, gives them pod CIDRs and makes their routes.
pub trait CloudControllerManager: Send + 'static {
    /// Runs for ever; failures are logged and tried again.
    fn run(self) -> impl Future<Output = ()> + Send;
}

/// Arguments of the CCM container in a pod's or template's `spec`.
fn arguments(pod_spec: Option<&Value>) -> Value {
    pod_spec.and_then(|spec| spec.pointer("/containers/0/args")).cloned().unwrap_or(Value::Null)
}

/// Whether the CCM makes cloud routes, which is its default: `--configure-cloud-routes=false` is not among the arguments.
fn makes_routes(arguments: &Value) -> bool {
    !arguments.as_array().is_some_and(|all| all.contains(&json!("--configure-cloud-routes=false")))
}
