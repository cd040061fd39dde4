//! Forwarding rules: fields, and how they are printed.

use std::net::Ipv4Addr;

use serde_json::{Map, Value};

use crate::api::json::Object;
use crate::api::reference::{self, self_link};
use crate::model::ids::fingerprint;
use crate::model::placed::{Key, Resource};
use crate::model::subnetworks::SubnetKey;
use crate::time::Instant;

/// A forwarding rule.
#[derive(Debug, Clone)]
pub struct ForwardingRule {
    /// Id of 19 digits, drawn from the random numbers of the world.
    pub id: u64,
    /// Name of the region, such as `europe-west1`.
    pub region: String,
    /// Name, unique in its region.
    pub name: String,
    /// Description, as it was sent; printed even if it is empty.
    pub description: String,
    /// Address that the rule is for.
    pub address: Ipv4Addr,
    /// Protocol: `TCP`, `UDP` or `L3_DEFAULT`.
    pub protocol: String,
    /// Value of `portRange`, `ports` or `allPorts`, as it is printed.
    pub ports: Map<String, Value>,
    /// Network tier: `PREMIUM` or `STANDARD`.
    pub network_tier: String,
    /// Labels as they are printed.
    pub labels: Map<String, Value>,
    /// Number of changes of the labels, from which their fingerprint follows.
    pub label_revision: u64,
    /// Origin and target of the packets.
    pub side: Side,
    /// Instant that is printed as `creationTimestamp`.
    pub created: Instant,
}

/// The value of `loadBalancingScheme` with what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Side {
    /// Packets go from the internet to a target pool.
    External {
        /// Path of the pool.
        target: String,
    },
    /// Packets go from the network to a published service, which is not modelled.
    Service {
        /// Path of the network, which may be of another project.
        network: String,
        /// URL of the service attachment.
        target: String,
        /// Value of `allowPscGlobalAccess`.
        global_access: bool,
    },
    /// Packets go from the network to proxies, which are not modelled.
    Managed {
        /// Name of the network.
        network: String,
        /// Subnet whose address it is.
        subnet: SubnetKey,
        /// URL of the target proxy, as it was sent.
        target: String,
    },
    /// Packets go from the network to a backend service, at which the data plane does not look.
    Internal {
        /// Name of the network.
        network: String,
        /// Subnet whose address it is.
        subnet: SubnetKey,
        /// URL of the backend service, which need not exist.
        backend_service: String,
        /// Value of `allowGlobalAccess`.
        global_access: bool,
    },
}

impl Resource for ForwardingRule {
    fn id(&self) -> Option<u64> {
        Some(self.id)
    }

    fn keys(&self) -> Vec<Key> {
        let address = Key::Address(self.subnet().cloned(), self.address);
        let subnet = self.subnet().map(|subnet| Key::Subnet(subnet.clone()));
        let target = match &self.side {
            Side::External { target } => Some(Key::Uses(target.clone())),
            Side::Internal { subnet, backend_service, .. } => {
                reference::path_of(backend_service, &subnet.project).map(Key::Uses)
            }
            Side::Service { .. } | Side::Managed { .. } => None,
        };
        [Some(address), subnet, target].into_iter().flatten().collect()
    }

    fn takes(&self) -> Option<(SubnetKey, Ipv4Addr)> {
        self.subnet().map(|subnet| (subnet.clone(), self.address))
    }
}

impl ForwardingRule {
    /// The fingerprint of the labels, which follows from id and changes.
    pub fn label_fingerprint(&self) -> String {
        fingerprint(self.id ^ 2, self.label_revision)
    }

    /// Path of the forwarding rule: `projects/P/regions/R/forwardingRules/F`.
    pub fn path(&self, project: &str) -> String {
        reference::regional(project, &self.region, "forwardingRules", &self.name)
    }

    fn path_with_id(&self, project: &str) -> String {
        reference::regional(project, &self.region, "forwardingRules", &self.id.to_string())
    }

    /// The subnet whose address it has; none for external rules.
    pub fn subnet(&self) -> Option<&SubnetKey> {
        match &self.side {
            Side::External { .. } | Side::Service { .. } => None,
            Side::Internal { subnet, .. } | Side::Managed { subnet, .. } => Some(subnet),
        }
    }

    /// The resource as Google prints it.
    pub fn to_json(&self, project: &str) -> Value {
        let object = Object::from_map(self.ports.clone())
            .with("kind", "compute#forwardingRule")
            .with("id", self.id.to_string())
            .with("creationTimestamp", self.created.to_string())
            .with("name", self.name.clone())
            .with("description", self.description.clone())
            .with("region", self_link(&format!("projects/{project}/regions/{}", self.region)))
            .with("IPAddress", self.address.to_string())
            .with("IPProtocol", self.protocol.clone())
            .with("networkTier", self.network_tier.clone())
            .with_some("labels", (!self.labels.is_empty()).then(|| self.labels.clone()))
            .with("labelFingerprint", self.label_fingerprint())
            .with("fingerprint", fingerprint(self.id, 0))
            .with("selfLink", self_link(&self.path(project)))
            .with("selfLinkWithId", self_link(&self.path_with_id(project)));
        match &self.side {
            Side::External { target } => {
                object.with("loadBalancingScheme", "EXTERNAL").with("target", self_link(target))
            }
            Side::Service { network, target, global_access } => object
                .with("network", self_link(network))
                .with("target", target.clone())
                .with_some("allowPscGlobalAccess", global_access.then_some(true)),
            Side::Managed { network, subnet, target } => object
                .with("loadBalancingScheme", "INTERNAL_MANAGED")
                .with("network", self_link(&reference::global(project, "networks", network)))
                .with("subnetwork", self_link(&subnet.path()))
                .with("target", target.clone()),
            Side::Internal { network, subnet, backend_service, global_access } => object
                .with("loadBalancingScheme", "INTERNAL")
                .with("network", self_link(&reference::global(project, "networks", network)))
                .with("subnetwork", self_link(&subnet.path()))
                .with("backendService", backend_service.clone())
                .with_some("allowGlobalAccess", global_access.then_some(true)),
        }
        .build()
    }
}
