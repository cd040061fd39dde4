//! The operator's settings: durations and sizes that decisions depend on.

use std::time::Duration;

/// Durations and sizes that the planner decides by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Settings {
    /// The time that a change is given to reach every host after the API says that it is done. No API shows when it has.
    pub settle: Duration,
    /// The least that each added alias adds to the settle time; the larger of the two counts.
    pub settle_per_alias: Duration,
    /// The time that the cloud-controller-manager may take to stop before the freeze is given up.
    pub freeze_deadline: Duration,
    /// The time that a node may be without a route while a migration is held, before room is made for one.
    pub route_patience: Duration,
    /// The time that the routes of VMs with aliases may take to come on the way back, before that is an error.
    pub routes_deadline: Duration,
    /// The time until the next look at something that comes by itself: an IPv6 prefix, a pod that ends.
    pub look_again: Duration,
    /// The pause between two looks at a canary.
    pub canary_interval: Duration,
    /// The time for which a pod must have been ready to be measured.
    pub canary_pod_age: Duration,
    /// The time after which a canary that cannot be measured, as its control or the way to it does not answer, tells nothing.
    pub canary_timeout: Duration,
    /// The most aliases set, or routes deleted, between two looks at the world.
    pub wave: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            settle: Duration::from_secs(60),
            settle_per_alias: Duration::from_millis(100),
            freeze_deadline: Duration::from_secs(300),
            route_patience: Duration::from_secs(180),
            routes_deadline: Duration::from_secs(600),
            look_again: Duration::from_secs(2),
            canary_interval: Duration::from_secs(2),
            canary_pod_age: Duration::from_secs(300),
            canary_timeout: Duration::from_secs(600),
            wave: 100,
        }
    }
}
