//! Target pools: the instances behind an external forwarding rule. The data plane does not look at them.

pub(crate) mod delete;
pub(crate) mod insert;
pub(crate) mod members;
pub(crate) mod read;

use serde_json::Value;

use crate::api::error::ApiError;
use crate::api::json::Object;
use crate::api::reference::{self, self_link};
use crate::engine::store::{Project, Scoped};
use crate::engine::{Context, World};
use crate::time::Instant;

/// A target pool.
#[derive(Debug, Clone)]
pub struct TargetPool {
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
    /// Value of `healthChecks`, as it was sent.
    pub health_checks: Vec<String>,
    /// Session affinity: `NONE`, `CLIENT_IP`, …
    pub session_affinity: String,
    /// Instant that is printed as `creationTimestamp`.
    pub created: Instant,
}

impl TargetPool {
    /// Path of the target pool: `projects/P/regions/R/targetPools/T`.
    pub fn path(&self, project: &str) -> String {
        reference::regional(project, &self.region, "targetPools", &self.name)
    }

    /// The path of the first forwarding rule that leads to the pool.
    pub fn user(&self, project_id: &str, project: &Project) -> Option<String> {
        let path = self.path(project_id);
        let rule = project.forwarding_rules.values().find(|rule| rule.leads_to(&path));
        rule.map(|rule| rule.path(project_id))
    }

    /// The resource as Google prints it.
    pub fn to_json(&self, project: &str) -> Value {
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

/// The effect of an operation on a target pool.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Makes the target pool.
    Insert(Box<TargetPool>),
    /// Adds instances, given by their paths, to the pool of this region and name.
    AddInstances(Scoped, Vec<String>),
    /// Takes instances, given by their paths, out of the pool of this region and name.
    RemoveInstances(Scoped, Vec<String>),
    /// Deletes the pool of this region and name.
    Delete(Scoped),
}

impl Effect {
    pub(crate) fn apply(self, world: &mut World, context: &Context) -> Result<(), ApiError> {
        match self {
            Self::Insert(pool) => {
                insert::apply(world, context, *pool);
                Ok(())
            }
            Self::AddInstances(place, paths) => members::add(world, context, &place, paths),
            Self::RemoveInstances(place, paths) => members::remove(world, context, &place, &paths),
            Self::Delete(place) => delete::apply(world, context, &place),
        }
    }
}
