//! Policy-based routes of Network Connectivity: fields, and how they are printed.

use ipnet::Ipv4Net;
use serde_json::{Map, Value, json};

use crate::api::json::Object;
use crate::api::reference;
use crate::dataplane::PolicyFact;
use crate::model::networks;

/// A policy-based route of IPv4.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyBasedRoute {
    /// Name of its network.
    pub network: String,
    /// Name of the route.
    pub name: String,
    /// Senders that it is for, as a CIDR.
    pub source: Ipv4Net,
    /// Destinations that it is for, as a CIDR.
    pub dest: Ipv4Net,
    /// Priority; the lowest number wins.
    pub priority: u32,
    /// Address of the load balancer that packets are sent to; `None`: they take the other routes.
    pub next_hop_ilb_ip: Option<String>,
    /// Other fields, as they are printed.
    pub fields: Map<String, Value>,
}

impl PolicyBasedRoute {
    /// The route as the data plane knows it.
    pub(crate) fn fact(&self, project: &str) -> PolicyFact {
        PolicyFact {
            network: networks::fact(project, &self.network),
            name: self.name.clone(),
            source: self.source,
            dest: self.dest,
            priority: self.priority,
            leads_elsewhere: self.next_hop_ilb_ip.is_some(),
        }
    }

    /// The resource as Google prints it.
    pub fn to_json(&self, project: &str) -> Value {
        let name = format!("projects/{project}/locations/global/policyBasedRoutes/{}", self.name);
        let others = self.next_hop_ilb_ip.is_none().then_some("DEFAULT_ROUTING");
        Object::from_map(self.fields.clone())
            .with("kind", "networkconnectivity#policyBasedRoute")
            .with("name", name)
            .with("network", reference::global(project, "networks", &self.network))
            .with(
                "filter",
                json!({
                    "protocolVersion": "IPV4", "ipProtocol": "ALL",
                    "srcRange": self.source.to_string(), "destRange": self.dest.to_string(),
                }),
            )
            .with("priority", self.priority)
            .with_some("nextHopIlbIp", self.next_hop_ilb_ip.clone())
            .with_some("nextHopOtherRoutes", others)
            .build()
    }
}
