//! Kinds of resources that are made, changed and taken away: one table, and one file per kind for what is its own.
//!
//! A file of a kind has the row of the table, what a new one is made of, and which fields of it are changed together. All else, such as
//! paths, labels, what has to be read back, is taken from the row, so that a new kind is a new file and a variant here.

mod firewall;
pub(super) mod network;
mod route;
mod router;
mod service_account;
mod subnet;

use std::fmt;

use crate::vocabulary::{Region, ResourceName, Zone};
use serde_json::{Map, Value};

pub use firewall::FirewallRule;
pub(super) use firewall::rule_names;
pub use network::NewNetwork;
pub use route::Traffic;
pub use router::NewRouter;
pub use service_account::NewServiceAccount;
pub use subnet::{NewSubnet, SubnetChange};

use crate::snapshot::Part;

/// A kind of resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A VPC.
    Network,
    /// A subnet of a VPC.
    Subnet,
    /// A Cloud Router, with its NATs.
    Router,
    /// A firewall rule of a VPC.
    Firewall,
    /// A route of a VPC.
    Route,
    /// A VM; only the alias ranges of its interface are changed.
    Vm,
    /// A service account, which belongs to another API than all others.
    ServiceAccount,
}

/// What is the same for all resources of a kind.
#[derive(Debug)]
pub struct Row {
    /// The collection in the paths of Compute, e.g. `subnetworks`; none: it belongs to another API.
    pub collection: Option<&'static str>,
    /// What one is called by Compute in the label of a call, e.g. `subnetwork`.
    pub noun: &'static str,
    /// What one is called where people read of it, e.g. `subnet`.
    pub label: &'static str,
    /// Whether its names are taken in the whole project while it is in one VPC: one that exists may be another VPC's.
    pub is_in_network: bool,
    /// The parts of the cloud that show a change of it.
    pub shows_in: &'static [Part],
}

impl Kind {
    /// The kind's row of the table.
    pub fn row(self) -> &'static Row {
        match self {
            Self::Network => &network::ROW,
            Self::Subnet => &subnet::ROW,
            Self::Router => &router::ROW,
            Self::Firewall => &firewall::ROW,
            Self::Route => &route::ROW,
            Self::Vm => &Row {
                collection: Some("instances"),
                noun: "VM",
                label: "VM",
                is_in_network: false,
                shows_in: &[Part::Traffic],
            },
            Self::ServiceAccount => &service_account::ROW,
        }
    }
}

/// Where in a project a resource is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// In no place.
    Global,
    /// In this region, e.g. `europe-west1`.
    Region(Region),
    /// In this zone, e.g. `europe-west1-b`.
    Zone(Zone),
}

/// A resource of the project, by kind, place and name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceRef {
    /// The kind.
    pub kind: Kind,
    /// The place.
    pub place: Place,
    /// The name, unique in that place; of a service account the e-mail address.
    pub name: ResourceName,
}

impl ResourceRef {
    /// A resource in no place.
    pub fn global(kind: Kind, name: impl Into<ResourceName>) -> Self {
        Self { kind, place: Place::Global, name: name.into() }
    }

    /// A resource in `region`.
    pub fn regional(kind: Kind, region: impl Into<Region>, name: impl Into<ResourceName>) -> Self {
        Self { kind, place: Place::Region(region.into()), name: name.into() }
    }

    /// Its path below the project, by which operations name what they work on; none: it is not one of Compute's.
    pub fn path(&self) -> Option<String> {
        let (collection, name) = (self.kind.row().collection?, &self.name);
        Some(match &self.place {
            Place::Global => format!("global/{collection}/{name}"),
            Place::Region(region) => format!("regions/{region}/{collection}/{name}"),
            Place::Zone(zone) => format!("zones/{zone}/{collection}/{name}"),
        })
    }
}

/// `subnet a-nodes`.
impl fmt::Display for ResourceRef {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.kind.row().label, self.name)
    }
}

/// What a new resource is made of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Body {
    /// A VPC.
    Network(NewNetwork),
    /// A subnet.
    Subnet(NewSubnet),
    /// A Cloud Router without NATs.
    Router(NewRouter),
    /// A firewall rule.
    Firewall(FirewallRule),
    /// A service account.
    ServiceAccount(NewServiceAccount),
}

impl Body {
    /// The fields that are sent, beside the name, as the API calls them.
    pub(super) fn fields(&self) -> Map<String, Value> {
        match self {
            Self::Network(body) => body.fields(),
            Self::Subnet(body) => body.fields(),
            Self::Router(body) => body.fields(),
            Self::Firewall(body) => body.fields(),
            Self::ServiceAccount(_) => Map::new(),
        }
    }

    /// The URL of the VPC that it becomes part of, if it becomes part of one.
    pub fn network(&self) -> Option<&str> {
        match self {
            Self::Network(_) | Self::ServiceAccount(_) => None,
            Self::Subnet(body) => Some(&body.network),
            Self::Router(body) => Some(&body.network),
            Self::Firewall(body) => Some(&body.network),
        }
    }

    /// What making it does, in a few words.
    pub(super) fn summary(&self) -> String {
        match self {
            Self::Network(_) => "create the VPC".to_owned(),
            Self::Subnet(body) => body.summary(),
            Self::Router(_) => "create the Cloud Router".to_owned(),
            Self::Firewall(body) => body.summary(),
            Self::ServiceAccount(_) => "create the service account".to_owned(),
        }
    }
}

/// A change of a resource, of fields that Google takes in one call.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// How far routes that a VPC learns reach: `REGIONAL` or `GLOBAL`.
    RoutingMode(String),
    /// One group of fields of a subnet.
    Subnet {
        /// As last read: refused for any other.
        fingerprint: String,
        /// The fields.
        change: SubnetChange,
    },
    /// A wider primary range of a subnet; it contains the present one, and there is no way back.
    Range(ipnet::Ipv4Net),
    /// All managed fields of a firewall rule.
    Firewall(FirewallRule),
}

impl Change {
    /// What it does, in a few words.
    pub(super) fn summary(&self) -> String {
        match self {
            Self::RoutingMode(mode) => format!("set the routing mode to {mode}"),
            Self::Subnet { change, .. } => change.summary(),
            Self::Range(range) => format!("widen the primary range to {range}"),
            Self::Firewall(_) => "change the firewall rule".to_owned(),
        }
    }
}

/// The ranges of a list of Google's, with their names.
pub(super) fn ranges(list: &[Value]) -> String {
    let texts = list.iter().map(|range| {
        let field = |name: &str| range.get(name).and_then(Value::as_str);
        let name = field("rangeName").or_else(|| field("subnetworkRangeName")).unwrap_or("primary");
        format!("{} ({name})", field("ipCidrRange").unwrap_or("?"))
    });
    crate::text::listed(texts, ", ")
}

/// Fields with their names, as a JSON object.
fn object<const N: usize>(fields: [(&str, Value); N]) -> Map<String, Value> {
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
