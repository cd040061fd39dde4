//! The end: nodes and control plane go while a load balancer stays, so it is left over; it is named, and goes.
//!
//! Gardenlet deletes Services before nodes, and waits for the cloud-controller-manager to take their load balancers down; after five
//! minutes by default it takes the finalizers off and goes on. That nobody took this one down is what is played.

use serde_json::Value;

use super::infrastructure::BALANCED;
use super::told::Chapter;
use super::{Journey, Result};
use crate::json::text;
use crate::neighbours::controlplane;

/// The kinds of what a load balancer consists of, in the order in which they can be deleted.
const BALANCER: [&str; 4] = ["forwardingRules", "targetPools", "addresses", "httpHealthChecks"];
/// Reason of the event that names what is left behind.
const LEFT_BEHIND: &str = "left behind";

/// A resource that the project still holds.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Leftover {
    kind: String,
    name: String,
    /// Path below the project.
    path: String,
}

impl Journey<'_> {
    /// Deletes the shoot.
    pub(super) async fn deletion(&mut self) -> Result<()> {
        self.record.begin(Chapter::Deletion);
        self.story.gardenlet().begin_deletion().await?;
        self.record.tell(format!(
            "the shoot's owner deletes the Shoot; gardenlet gives up on Service {BALANCED}, whose load balancer nobody has taken down in 5 min"
        ));
        self.end_of_the_cluster().await?;
        self.story.gardenlet().delete_infrastructure().await?;
        self.until("the end of the Infrastructure", async || {
            let found = self.story.gardenlet().find_infrastructure().await?;
            Ok(found.map_or(Ok(()), |found| Err(text(&found, "/status/lastError/description").to_owned())))
        })
        .await?;
        self.story.gardenlet().forget().await?;
        let record = &self.record;
        let left = self.left().await?;
        // Events are in no order, and an earlier shoot may have had some of its own.
        let names_all = |message: &String| left.iter().all(|leftover| message.contains(&leftover.name));
        let mut warnings = self.messages().await?;
        warnings.retain(|message| message.contains(LEFT_BEHIND));
        let named = warnings.iter().find(|message| !left.is_empty() && names_all(message));
        record.check(
            "the load balancer that is left over is named, all of it",
            named.is_some(),
            named.cloned().unwrap_or_else(|| warnings.join("; ")),
        );
        for kind in BALANCER {
            for leftover in left.iter().filter(|leftover| leftover.kind == kind) {
                self.world.cloud.delete(&leftover.path).await?;
            }
        }
        record.tell("somebody deletes what was named");
        let left: Vec<String> = self.left().await?.into_iter().map(|leftover| leftover.path).collect();
        let seen = if left.is_empty() { "nothing".to_owned() } else { left.join(", ") };
        record.check("then the project holds nothing of the shoot any more", left.is_empty(), seen);
        Ok(())
    }

    /// Takes down the nodes, the control plane and what lives in the cluster, and the objects of others in the VPC.
    async fn end_of_the_cluster(&mut self) -> Result<()> {
        let machines = self.all_machines().await?;
        for machine in &machines {
            self.story.machines().drain(machine).await?;
            self.story.machines().remove(machine).await?;
        }
        self.until("the end of the cloud-controller-manager", async || {
            // A resource manager that has read what is deleted now applies it once more.
            controlplane::stop(&self.world).await?;
            let pods = controlplane::pods(&self.world).await?;
            Ok(if pods == 0 { Ok(()) } else { Err(format!("{pods} pods are there")) })
        })
        .await?;
        controlplane::destroy(&self.world).await?;
        self.services.forget().await?;
        if let Some(baseline) = self.baseline.take() {
            baseline.remove_foreign().await?;
        }
        self.record.tell(format!(
            "{} machines are gone, and so is the control plane; the load balancer of Service {BALANCED} is still there",
            machines.len()
        ));
        Ok(())
    }

    /// What the project still holds.
    async fn left(&self) -> Result<Vec<Leftover>> {
        let dump = self.world.cloud.resources().await?;
        let kinds = dump.as_object().into_iter().flatten().filter(|(kind, _)| *kind != "operations");
        let leftovers = kinds.flat_map(|(kind, resources)| {
            let resources = resources.as_array().into_iter().flatten();
            resources.map(move |resource| leftover(kind, resource))
        });
        Ok(leftovers.collect())
    }
}

fn leftover(kind: &str, resource: &Value) -> Leftover {
    let link = text(resource, "/selfLink");
    let path = link.split_once("/projects/").and_then(|(_, rest)| rest.split_once('/'));
    Leftover {
        kind: kind.to_owned(),
        name: text(resource, "/name").to_owned(),
        path: path.map_or(link, |(_, path)| path).to_owned(),
    }
}
