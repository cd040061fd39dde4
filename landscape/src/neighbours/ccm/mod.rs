//! The cloud-controller-manager's (CCM's) part: its pods, which come and go with the Deployment's scale, and the
//! route controller inside them, which works while one of them lives.

mod pods;
mod routes;

use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::watch;

pub use routes::{owned_routes, route_name};

use self::pods::Pods;
use self::routes::Routes;
use super::World;

const AGENT: &str = "landscape-ccm";

/// The CCM, and what in a cluster starts and stops its pods.
#[derive(Clone)]
pub struct Ccm {
    world: World,
    /// Time for which a pod lives on after it was told to stop.
    pub stop_delay: Duration,
    /// Phase in which a pod that has stopped stays listed; without one it is gone at once.
    pub ended_phase: Option<&'static str>,
    /// Pause between two passes of the route controller.
    pub route_period: Duration,
}

impl Ccm {
    /// A CCM whose pods take five seconds to stop, and which looks at routes every five seconds.
    pub fn new(world: &World) -> Self {
        Self {
            world: world.as_agent(AGENT),
            stop_delay: Duration::from_secs(5),
            ended_phase: None,
            route_period: Duration::from_secs(5),
        }
    }

    /// Runs for ever; failures are logged and tried again.
    pub async fn run(self) {
        let (routing, may_route) = watch::channel(false);
        let pods = Pods::new(&self, routing);
        let routes = Routes::new(&self.world, self.route_period);
        tokio::join!(pods.run(), routes.run(may_route));
    }
}

/// Arguments of the CCM container in a pod's or template's `spec`.
fn arguments(pod_spec: Option<&Value>) -> Value {
    pod_spec.and_then(|spec| spec.pointer("/containers/0/args")).cloned().unwrap_or(Value::Null)
}

/// Whether the CCM makes cloud routes, which is its default: `--configure-cloud-routes=false` is not among the arguments.
fn makes_routes(arguments: &Value) -> bool {
    !arguments.as_array().is_some_and(|all| all.contains(&json!("--configure-cloud-routes=false")))
}
