//! The way to a shoot's API.

use std::sync::Arc;

use planner::desired::Target;
use planner::snapshot::{Obstacle, Settings};

use super::windows::Windows;
use crate::environment::Clock;
use crate::kubernetes::Seed;
use crate::shoot::{Shoot as Api, Shoots};

/// The way to a shoot's API, and what was seen there before.
pub struct ShootApi<'a> {
    /// The clients of all shoots.
    pub shoots: &'a Shoots,
    /// The looks at canaries.
    pub windows: &'a Windows,
    /// The seed, which has the Secret that leads there.
    pub seed: &'a Seed,
    /// The name of the Cluster.
    pub cluster: &'a str,
    /// The wall clock, which says when a look began.
    pub clock: &'a dyn Clock,
    /// The operator's settings: how often canaries are looked at, and by which pods.
    pub settings: &'a Settings,
}

impl ShootApi<'_> {
    /// The client of the shoot that `target` is about.
    pub(super) async fn open(&self, target: &Target) -> Result<Arc<Api>, Obstacle> {
        let control_plane = target.control_plane_namespace.as_deref().unwrap_or(self.cluster);
        self.shoots.open(self.seed, self.cluster, control_plane).await
    }
}
