//! The machine controller's health check: a machine whose Node is NetworkUnavailable for too long is replaced.
//!
//! This is what makes a refused route insert dangerous: it takes a node's pods with it.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::{Machine, Machines};
use crate::cloud::name_of;
use crate::json::text;
use crate::neighbours::{Guest, Result};

const PERIOD: Duration = Duration::from_secs(10);
/// The machine controller's `--machine-health-timeout`.
const TIMEOUT: Duration = Duration::from_secs(600);
/// Shortest such time on the wall clock, however fast the landscape is.
const REAL_TIMEOUT: Duration = Duration::from_secs(30);
/// Number of the first replacement, far from those that are created on purpose.
const FIRST_REPLACEMENT: u32 = 4096;

/// The health check over all machines of the shoot.
#[derive(Clone)]
pub struct Health {
    machines: Machines,
    next: u32,
    /// Since when a Node is seen to be unhealthy (landscape time).
    unhealthy: BTreeMap<String, Duration>,
}

impl Health {
    /// A health check every ten seconds, with ten minutes of patience.
    pub fn new(machines: Machines) -> Self {
        Self { machines, next: FIRST_REPLACEMENT, unhealthy: BTreeMap::new() }
    }

    /// Runs for ever; failures are logged and tried again.
    pub async fn run(mut self) {
        loop {
            if let Err(error) = self.check().await {
                tracing::warn!(%error, "machine health");
            }
            self.machines.world.time.sleep(PERIOD).await;
        }
    }

    async fn check(&mut self) -> Result<()> {
        let now = self.machines.world.time.elapsed();
        let nodes = self.machines.nodes.list("").await?;
        let unhealthy: Vec<_> = nodes.iter().filter(|node| is_cut_off(node)).map(machine).collect();
        self.unhealthy.retain(|name, _| unhealthy.iter().any(|machine| machine.name == *name));
        for machine in unhealthy {
            let since = *self.unhealthy.entry(machine.name.clone()).or_insert(now);
            if now.saturating_sub(since) >= self.machines.world.time.patience(TIMEOUT, REAL_TIMEOUT) {
                self.replace(&machine).await?;
            }
        }
        Ok(())
    }

    async fn replace(&mut self, machine: &Machine) -> Result<()> {
        tracing::warn!(machine = machine.name, "network unavailable for too long: replaced");
        self.machines.remove(machine).await?;
        let number = self.next;
        self.next += 1;
        self.machines.create(number..number + 1).await.map(drop)
    }
}

fn is_cut_off(node: &Value) -> bool {
    let conditions = node.pointer("/status/conditions").and_then(Value::as_array);
    conditions.into_iter().flatten().any(|condition| {
        text(condition, "/type") == "NetworkUnavailable" && text(condition, "/status") == "True"
    })
}

fn machine(node: &Value) -> Machine {
    let zone = text(node, "/spec/providerID").rsplit_once('/').map_or("", |(place, _)| name_of(place));
    Machine {
        name: text(node, "/metadata/name").to_owned(),
        zone: zone.to_owned(),
        pool: text(node, "/metadata/labels/worker.gardener.cloud~1pool").to_owned(),
        pod_cidr: text(node, "/spec/podCIDR").to_owned(),
        guest: Guest::default(),
    }
}
