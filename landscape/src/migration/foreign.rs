//! Objects of others in the shoot's VPC, made to be mistaken for the shoot's own, and whether they were touched.
//!
//! The other shoot's name begins with ours, so names of its routes begin with ours too. Objects of their own are
//! compared whole; of lists that are shared with the shoot, only the foreign entry is compared.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Result;
use crate::cloud::Cloud;
use crate::json::text;
use crate::neighbours::ccm::route_name;
use crate::neighbours::machines::Machine;
use crate::neighbours::{Shoot, World};

const AGENT: &str = "landscape-foreign";
const SUBNET_CIDR: &str = "10.252.0.0/16";
const RANGE_NAME: &str = "foreign-range";
const RANGE_CIDR: &str = "10.200.0.0/20";
const ALIAS_CIDR: &str = "10.200.0.0/28";
const NODE_ROUTE: &str = "172.20.0.0/24";
const BROAD_ROUTE: &str = "172.16.0.0/12";
const NODE_UID: &str = "0f2d9a52-6f0b-4c1e-9d0a-5f6f3c1b7e21";

/// Objects of others in the shoot's VPC.
#[derive(Clone)]
pub(super) struct Foreign {
    cloud: Cloud,
    shoot: Shoot,
    /// Path of the VM of ours whose NIC bears the foreign alias.
    bearer: Option<String>,
}

impl std::fmt::Debug for Foreign {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Foreign").field("bearer", &self.bearer).finish_non_exhaustive()
    }
}

impl Foreign {
    /// Creates the objects; the foreign alias goes to `bearer`.
    pub(super) async fn create(world: &World, bearer: Option<&Machine>) -> Result<Self> {
        let bearer = bearer.map(|machine| format!("zones/{}/instances/{}", machine.zone, machine.name));
        let foreign = Self { cloud: world.cloud.as_agent(AGENT), shoot: world.shoot.clone(), bearer };
        foreign.create_other_shoot().await?;
        foreign.create_routes().await?;
        foreign.add_secondary_range().await?;
        foreign.add_alias().await?;
        Ok(foreign)
    }

    /// The objects as they are now, by description; `null` for an object that is gone.
    pub(super) async fn read(&self) -> Result<BTreeMap<String, Value>> {
        let mut found = BTreeMap::new();
        let node_route = format!("global/routes/{}", self.node_route());
        let broad_route = format!("global/routes/{}", self.broad_route());
        for path in [self.subnet_path(), self.vm_path(), node_route, broad_route] {
            let object = self.cloud.get(&path).await?.unwrap_or(Value::Null);
            found.insert(path, object);
        }
        let subnet = self.cloud.get(&self.shoot.nodes_subnet_path()).await?.unwrap_or(Value::Null);
        let range = entry(&subnet, "/secondaryIpRanges", "rangeName", RANGE_NAME);
        found.insert(format!("secondary range {RANGE_NAME}"), range);
        if let Some(bearer) = &self.bearer {
            let vm = self.cloud.get(bearer).await?.unwrap_or(Value::Null);
            let alias = entry(&vm, "/networkInterfaces/0/aliasIpRanges", "ipCidrRange", ALIAS_CIDR);
            found.insert(format!("alias {ALIAS_CIDR} of {bearer}"), alias);
        }
        Ok(found)
    }

    /// Deletes the objects that are others' alone; what is foreign in a list goes with its owner.
    pub(super) async fn remove(&self) -> Result<()> {
        for route in [self.node_route(), self.broad_route()] {
            self.cloud.delete(&format!("global/routes/{route}")).await?;
        }
        self.cloud.delete(&self.vm_path()).await?;
        Ok(self.cloud.delete(&self.subnet_path()).await?)
    }

    async fn create_other_shoot(&self) -> Result<()> {
        let region = &self.shoot.region;
        let subnet = json!({
            "name": format!("{}-nodes", self.other()),
            "network": self.shoot.network_url(),
            "ipCidrRange": SUBNET_CIDR,
        });
        self.cloud.insert(&format!("regions/{region}/subnetworks"), subnet).await?;
        let vm = json!({
            "name": self.vm(),
            "machineType": format!("zones/{}/machineTypes/n2-standard-4", self.zone()),
            "canIpForward": true,
            "tags": {"items": [self.other(), format!("kubernetes-io-cluster-{}", self.other())]},
            "disks": [{"boot": true, "autoDelete": true, "initializeParams": {"diskSizeGb": "50"}}],
            "networkInterfaces": [{
                "network": self.shoot.network_url(),
                "subnetwork": self.shoot.subnet_url(&format!("{}-nodes", self.other())),
            }],
        });
        Ok(self.cloud.insert(&format!("zones/{}/instances", self.zone()), vm).await?)
    }

    async fn create_routes(&self) -> Result<()> {
        let next_hop = self.vm_path();
        let routes = [
            (self.node_route(), "k8s-node-route", NODE_ROUTE),
            (self.broad_route(), "to the data centre", BROAD_ROUTE),
        ];
        for (name, description, destination) in routes {
            let route = json!({
                "name": name,
                "description": description,
                "network": self.shoot.network_url(),
                "destRange": destination,
                "nextHopInstance": next_hop,
                "priority": 1000,
            });
            self.cloud.insert("global/routes", route).await?;
        }
        Ok(())
    }

    async fn add_secondary_range(&self) -> Result<()> {
        let path = self.shoot.nodes_subnet_path();
        let subnet = self.cloud.get(&path).await?.unwrap_or(Value::Null);
        let mut ranges = list(&subnet, "/secondaryIpRanges");
        ranges.push(json!({"rangeName": RANGE_NAME, "ipCidrRange": RANGE_CIDR}));
        let patch = json!({"secondaryIpRanges": ranges, "fingerprint": text(&subnet, "/fingerprint")});
        Ok(self.cloud.patch(&path, patch).await?)
    }

    async fn add_alias(&self) -> Result<()> {
        let Some(bearer) = &self.bearer else { return Ok(()) };
        let vm = self.cloud.get(bearer).await?.unwrap_or(Value::Null);
        let mut aliases = list(&vm, "/networkInterfaces/0/aliasIpRanges");
        aliases.push(json!({"ipCidrRange": ALIAS_CIDR, "subnetworkRangeName": RANGE_NAME}));
        let fingerprint = text(&vm, "/networkInterfaces/0/fingerprint");
        let patch = json!({"aliasIpRanges": aliases, "fingerprint": fingerprint});
        let path = format!("{bearer}/updateNetworkInterface?networkInterface=nic0");
        Ok(self.cloud.patch(&path, patch).await?)
    }

    fn other(&self) -> String {
        format!("{}b", self.shoot.name)
    }

    fn zone(&self) -> &str {
        self.shoot.zones.first().map_or("", String::as_str)
    }

    fn vm(&self) -> String {
        format!("{}-pool1-z1-aaaaa-bbbbb", self.other())
    }

    fn vm_path(&self) -> String {
        format!("zones/{}/instances/{}", self.zone(), self.vm())
    }

    fn subnet_path(&self) -> String {
        format!("regions/{}/subnetworks/{}-nodes", self.shoot.region, self.other())
    }

    fn node_route(&self) -> String {
        route_name(&self.other(), NODE_UID)
    }

    fn broad_route(&self) -> String {
        format!("{}-data-centre", self.shoot.name)
    }
}

/// Number of foreign objects that are not what they were.
pub(super) fn changes(before: &BTreeMap<String, Value>, after: &BTreeMap<String, Value>) -> u64 {
    before.iter().filter(|(name, object)| after.get(*name) != Some(object)).count() as u64
}

fn list(object: &Value, pointer: &str) -> Vec<Value> {
    object.pointer(pointer).and_then(Value::as_array).cloned().unwrap_or_default()
}

fn entry(object: &Value, pointer: &str, field: &str, value: &str) -> Value {
    list(object, pointer)
        .into_iter()
        .find(|entry| entry.get(field).and_then(Value::as_str) == Some(value))
        .unwrap_or(Value::Null)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_and_vanished_objects_count() {
        let before = BTreeMap::from([("a".to_owned(), json!({"x": 1})), ("b".to_owned(), json!({"y": 1}))]);
        assert_eq!(changes(&before, &before), 0);
        let changed = BTreeMap::from([("a".to_owned(), json!({"x": 2})), ("b".to_owned(), json!({"y": 1}))]);
        assert_eq!(changes(&before, &changed), 1);
        let vanished = BTreeMap::from([("a".to_owned(), Value::Null), ("b".to_owned(), Value::Null)]);
        assert_eq!(changes(&before, &vanished), 2);
    }
}
