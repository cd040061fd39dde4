//! The model of a CCM: a route controller that works while one of its pods lives.

mod routes;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;

pub use routes::{owned_routes, route_name};

use self::routes::Routes;
use super::containers::Containers;
use super::pods::Pods;
use super::{CloudControllerManager, makes_routes};
use crate::neighbours::World;
use crate::time::Time;

const AGENT: &str = "landscape-ccm";

/// The stand-in for the CCM.
#[derive(Clone)]
pub struct StandIn {
    world: World,
    /// Time for which a pod lives on after it was told to stop.
    pub stop_delay: Duration,
    /// Phase in which a pod that has stopped stays listed; without one it is gone at once.
    pub ended_phase: Option<&'static str>,
    /// Pause between two passes of the route controller.
    pub route_period: Duration,
}

impl StandIn {
    /// A CCM whose pods take five seconds to stop, and which looks at routes every five seconds.
    pub fn new(world: &World) -> Self {
        Self {
            world: world.as_agent(AGENT),
            stop_delay: Duration::from_secs(5),
            ended_phase: None,
            route_period: Duration::from_secs(5),
        }
    }
}

impl CloudControllerManager for StandIn {
    async fn run(self) {
        let (may_route, routing) = watch::channel(false);
        let models = Models {
            time: self.world.time,
            stop_delay: self.stop_delay,
            stopping: BTreeMap::new(),
            routing: false,
            may_route,
        };
        let pods = Pods::new(&self.world, self.ended_phase, models);
        let routes = Routes::new(&self.world, self.route_period);
        tokio::join!(pods.run(), routes.run(routing));
    }
}

/// Containers in which nothing runs: the one route controller works while one of them would make routes.
struct Models {
    time: Time,
    stop_delay: Duration,
    /// Pods that were told to stop, and when (landscape time).
    stopping: BTreeMap<String, Duration>,
    /// Whether one of the pods that were looked at makes routes.
    routing: bool,
    may_route: watch::Sender<bool>,
}

impl Containers for Models {
    fn begin(&mut self, pods: &[&str]) {
        self.routing = false;
        self.stopping.retain(|name, _| pods.contains(&name.as_str()));
    }

    fn run(&mut self, _: &str, arguments: &Value) {
        self.routing |= makes_routes(arguments);
    }

    fn stop(&mut self, pod: &str, arguments: &Value) -> bool {
        let now = self.time.elapsed();
        let since = *self.stopping.entry(pod.to_owned()).or_insert(now);
        let has_stopped = now.saturating_sub(since) >= self.stop_delay;
        if !has_stopped {
            self.routing |= makes_routes(arguments);
        }
        has_stopped
    }

    fn forget(&mut self, pod: &str) {
        self.stopping.remove(pod);
    }

    fn is_stopping(&self, pod: &str) -> bool {
        self.stopping.contains_key(pod)
    }

    fn settle(&mut self) {
        self.may_route.send_replace(self.routing);
    }

    fn next_end(&self) -> Option<Duration> {
        let first = self.stopping.values().min()?;
        Some((*first + self.stop_delay).saturating_sub(self.time.elapsed()))
    }
}
