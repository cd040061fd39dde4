//! Target pools: fields, and how they are printed.

use serde_json::Value;

use crate::api::json::Object;
use crate::api::reference::{self, self_link};
use crate::model::placed::Key;
use crate::model::tables::Resource;
use crate::time::Instant;

/// A target pool.
#[derive(Debug, Clone)]
pub(crate) struct TargetPool {
    /// Id of 19 digits, drawn from the random numbers of the world.
    pub id: u64,
    /// Name of the region, such as `europe-west1`.
    pub region: String,
    /// Name, unique in its region.
    pub name: String,
    /// Description, as it was sent; printed even if it is empty.
    pub description: String,
    /// Paths of its instances in the order they were given. They need not exist.
    pub instances: Vec<String>,
    /// Links of its legacy health checks. They need not exist.
    pub health_checks: Vec<String>,
    /// Session affinity: `NONE`, `CLIENT_IP`, …
    pub session_affinity: String,
    /// Instant that is printed as `creationTimestamp`.
    pub created: Instant,
}

impl Resource for TargetPool {
    fn id(&self) -> Option<u64> {
        Some(self.id)
    }

    fn keys(&self) -> Vec<Key> {
        let paths = self.health_checks.iter().filter_map(|link| reference::strip_host(link));
        paths.map(|path| Key::Uses(path.to_owned())).collect()
    }

    fn path_in(&self, project: &str) -> Option<String> {
        Some(self.path(project))
    }
}

impl TargetPool {
    /// Path of the target pool: `projects/P/regions/R/targetPools/T`.
    pub(crate) fn path(&self, project: &str) -> String {
        reference::regional(project, &self.region, "targetPools", &self.name)
    }

    /// The resource as Google prints it.
    pub(crate) fn to_json(&self, project: &str) -> Value {
        Object::kind("compute#targetPool")
            .with("id", self.id.to_string())
            .with("creationTimestamp", self.created.to_string())
            .with("name", self.name.clone())
            .with("description", self.description.clone())
            .with("region", self_link(&format!("projects/{project}/regions/{}", self.region)))
            .with_list("instances", self.instances.iter().map(|path| self_link(path).into()).collect())
            .with_list("healthChecks", self.health_checks.iter().map(|url| url.clone().into()).collect())
            .with("sessionAffinity", self.session_affinity.clone())
            .with("selfLink", self_link(&self.path(project)))
            .build()
    }
}
