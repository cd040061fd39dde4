//! Changes of a machine from outside the network's API: it stops, starts, or is set up in another way.

use serde::Deserialize;

use super::SeedError;
use super::apply::require_status;
use crate::api::reference;
use crate::dataplane::Cause;
use crate::engine::{Context, World};

/// The change of an instance; what is not given stays.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InstanceChange {
    /// Id of the project, as it stands in URLs.
    pub project: String,
    /// Name of the zone, such as `europe-west1-b`.
    pub zone: String,
    /// Name of the instance.
    pub name: String,
    /// Status of the API: `RUNNING`, `TERMINATED`, `SUSPENDED`, …
    #[serde(default)]
    pub status: Option<String>,
    /// Whether static routes can lead to the instance.
    #[serde(default)]
    pub can_ip_forward: Option<bool>,
    /// Whether the guest turns aliases into local routes.
    #[serde(default)]
    pub guest_ip_aliases: Option<bool>,
}

impl World {
    /// Changes an instance at once. Another status makes the fingerprints of its interfaces stale.
    pub fn change_instance(&mut self, change: &InstanceChange) -> Result<(), SeedError> {
        if let Some(status) = &change.status {
            require_status(status, "instance")?;
        }
        let path = reference::zonal(&change.project, &change.zone, "instances", &change.name);
        let place = (change.zone.clone(), change.name.clone());
        let present = self.store.project(&change.project).and_then(|project| project.instances.get(&place));
        let mut instance = present
            .cloned()
            .ok_or_else(|| SeedError::Missing { at: "instance".to_owned(), what: path.clone() })?;
        let status = change.status.as_ref().filter(|status| **status != instance.status);
        if let Some(status) = status {
            instance.status.clone_from(status);
            instance.nics.iter_mut().for_each(|nic| nic.revision += 1);
        }
        instance.can_ip_forward = change.can_ip_forward.unwrap_or(instance.can_ip_forward);
        instance.guest_ip_aliases = change.guest_ip_aliases.unwrap_or(instance.guest_ip_aliases);
        instance.revision += 1;
        let cause =
            Cause { seq: self.requests.next_seq(), method: "fake.instances".to_owned(), target: path };
        let now = self.now();
        let project = change.project.clone();
        let context = Context { project, started: now, done: now, cause, target_id: instance.id };
        if let Some(nic) = instance.nics.first() {
            self.record(&context, instance.fact(nic));
        }
        self.store.project_mut(&change.project).instances.insert(place, instance);
        Ok(())
    }
}
