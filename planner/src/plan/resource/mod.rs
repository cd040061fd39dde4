//! The kinds of resources on Google Cloud that this controller manages, in one table with a file per kind.
//!
//! The file of a kind holds its row of the table, the fields of a new resource, and the groups of fields that are changed
//! together, and what a change of it shows in a snapshot. Paths, labels and the parts to read back follow from the row, so a new
//! kind is a new file and a variant here.

pub(super) mod firewall;
pub(super) mod nats;
pub(super) mod network;
pub(super) mod route;
pub(super) mod router;
mod row;
pub(super) mod service_account;
pub(super) mod subnet;
pub(super) mod vm;

use std::fmt;

use crate::vocabulary::{Region, ResourceName, Zone};
use serde_json::{Map, Value};

pub use firewall::{FirewallRole, FirewallRule};
pub(super) use nats::has_address;
pub use nats::rebased;
pub use network::NewNetwork;
pub use route::Traffic;
pub use router::NewRouter;
pub use row::Row;
pub use service_account::NewServiceAccount;
pub use subnet::{NewSubnet, SubnetChange};

/// A kind of resource on Google Cloud.
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
    /// A route of a VPC; never created here.
    Route,
    /// A VM; only the alias ranges of its interface are changed here.
    Vm,
    /// A service account, which belongs to IAM and not to Compute.
    ServiceAccount,
}

impl Kind {
    /// The properties of resources of this kind.
    pub fn row(self) -> &'static Row {
        match self {
            Self::Network => &network::ROW,
            Self::Subnet => &subnet::ROW,
            Self::Router => &router::ROW,
            Self::Firewall => &firewall::ROW,
            Self::Route => &route::ROW,
            Self::Vm => &vm::ROW,
            Self::ServiceAccount => &service_account::ROW,
        }
    }
}

/// The location of a resource in a project.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The whole project, for global resources.
    Global,
    /// A region, e.g. `europe-west1`.
    Region(Region),
    /// A zone, e.g. `europe-west1-b`.
    Zone(Zone),
}

/// A reference to a resource of the project, by kind, place and name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceRef {
    /// The kind, which gives the collection.
    pub kind: Kind,
    /// The place in which the name is unique.
    pub place: Place,
    /// The name; for a service account its e-mail address.
    pub name: ResourceName,
}

impl ResourceRef {
    /// A reference to a global resource.
    pub fn global(kind: Kind, name: impl Into<ResourceName>) -> Self {
        Self { kind, place: Place::Global, name: name.into() }
    }

    /// A reference to a resource in `region`.
    pub fn regional(kind: Kind, region: impl Into<Region>, name: impl Into<ResourceName>) -> Self {
        Self { kind, place: Place::Region(region.into()), name: name.into() }
    }

    /// The path below the project, as in the target of an operation; `None` if the kind does not belong to Compute.
    pub fn path(&self) -> Option<String> {
        let (collection, name) = (self.kind.row().collection?, &self.name);
        Some(match &self.place {
            Place::Global => format!("global/{collection}/{name}"),
            Place::Region(region) => format!("regions/{region}/{collection}/{name}"),
            Place::Zone(zone) => format!("zones/{zone}/{collection}/{name}"),
        })
    }
}

/// The form `subnet a-nodes`.
impl fmt::Display for ResourceRef {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.kind.row().label, self.name)
    }
}

/// The fields of a new resource.
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
    /// The fields to send besides the name, with the API's names.
    pub(super) fn fields(&self) -> Map<String, Value> {
        match self {
            Self::Network(body) => body.fields(),
            Self::Subnet(body) => body.fields(),
            Self::Router(body) => body.fields(),
            Self::Firewall(body) => body.fields(),
            Self::ServiceAccount(_) => Map::new(),
        }
    }

    /// The URL of the VPC that the resource belongs to; `None` if it belongs to none.
    pub fn network(&self) -> Option<&str> {
        match self {
            Self::Network(_) | Self::ServiceAccount(_) => None,
            Self::Subnet(body) => Some(&body.network),
            Self::Router(body) => Some(&body.network),
            Self::Firewall(body) => Some(&body.network),
        }
    }

    /// A description of the creation in a few words.
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

/// A change of a resource, limited to fields that Google accepts in one call.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// The dynamic routing mode of a VPC, `REGIONAL` or `GLOBAL`.
    RoutingMode(String),
    /// A change of one group of fields of a subnet.
    Subnet {
        /// The subnet's fingerprint as it was read; Google refuses the change for any other.
        fingerprint: String,
        /// The group of fields with its new values.
        change: SubnetChange,
    },
    /// A wider primary range of a subnet, which contains the present one. Google cannot shrink it again.
    Range(ipnet::Ipv4Net),
    /// A replacement of all managed fields of a firewall rule.
    Firewall(FirewallRule),
}

impl Change {
    /// A description of the change in a few words.
    pub(super) fn summary(&self) -> String {
        match self {
            Self::RoutingMode(mode) => format!("set the routing mode to {mode}"),
            Self::Subnet { change, .. } => change.summary(),
            Self::Range(range) => format!("widen the primary range to {range}"),
            Self::Firewall(_) => "change the firewall rule".to_owned(),
        }
    }
}

/// The ranges of a list of the API with their names, as text.
pub(super) fn ranges(list: &[Value]) -> String {
    let texts = list.iter().map(|range| {
        let field = |name: &str| range.get(name).and_then(Value::as_str);
        let name = field("rangeName").or_else(|| field("subnetworkRangeName")).unwrap_or("primary");
        format!("{} ({name})", field("ipCidrRange").unwrap_or("?"))
    });
    crate::text::listed(texts, ", ")
}
