//! Subnetworks: fields, ranges, and how they are printed.

use ipnet::{Ipv4Net, Ipv6Net};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value, json};

use crate::api::json::Object;
use crate::api::reference::{self, self_link};
use crate::model::ids::{fingerprint, subnet_route_name};
use crate::model::placed::{Key, Resource};
pub use crate::model::subnet_key::SubnetKey;
use crate::settings::SubnetForm;
use crate::time::Instant;

/// A named secondary range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SecondaryRange {
    /// Name, unique within the subnet.
    pub range_name: String,
    /// Addresses of the range, as a CIDR.
    pub ip_cidr_range: Ipv4Net,
    /// Path of the internal range that it is out of.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "as_url")]
    pub reserved_internal_range: Option<String>,
}

/// IP families of a subnet or an interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StackType {
    /// IPv4 alone.
    Ipv4Only,
    /// IPv4 and IPv6.
    Ipv4Ipv6,
}

impl StackType {
    /// Name of the value in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ipv4Only => "IPV4_ONLY",
            Self::Ipv4Ipv6 => "IPV4_IPV6",
        }
    }
}

/// The place from where the IPv6 addresses of a subnet can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Ipv6Access {
    /// Addresses are reached from the internet.
    External,
    /// Addresses are reached from inside the VPC.
    Internal,
}

impl Ipv6Access {
    /// Name of the value in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::External => "EXTERNAL",
            Self::Internal => "INTERNAL",
        }
    }
}

/// The use of a subnet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Addresses for VMs.
    Private,
    /// Addresses for the proxies of regional load balancers.
    RegionalManagedProxy,
    /// Addresses for the proxies of cross-region load balancers.
    GlobalManagedProxy,
    /// Addresses for private NAT.
    PrivateNat,
    /// Addresses for published services.
    PrivateServiceConnect,
}

impl Purpose {
    /// All uses that are modelled.
    pub const ALL: [Self; 5] = [
        Self::Private,
        Self::RegionalManagedProxy,
        Self::GlobalManagedProxy,
        Self::PrivateNat,
        Self::PrivateServiceConnect,
    ];

    /// Name of the value in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Private => "PRIVATE",
            Self::RegionalManagedProxy => "REGIONAL_MANAGED_PROXY",
            Self::GlobalManagedProxy => "GLOBAL_MANAGED_PROXY",
            Self::PrivateNat => "PRIVATE_NAT",
            Self::PrivateServiceConnect => "PRIVATE_SERVICE_CONNECT",
        }
    }

    /// Whether load balancers take the addresses.
    pub fn is_for_proxies(self) -> bool {
        matches!(self, Self::RegionalManagedProxy | Self::GlobalManagedProxy)
    }
}

/// A subnetwork.
#[derive(Debug, Clone)]
pub struct Subnetwork {
    /// Id of 19 digits, drawn from the random numbers of the world.
    pub id: u64,
    /// Id of the project, as it stands in URLs.
    pub project: String,
    /// Name, unique in its region.
    pub name: String,
    /// Name of the region, such as `europe-west1`.
    pub region: String,
    /// Name of its network.
    pub network: String,
    /// Description, as it was sent.
    pub description: Option<String>,
    /// Primary range, as a CIDR.
    pub ip_cidr_range: Ipv4Net,
    /// Path of the internal range that the primary range is out of.
    pub reserved_internal_range: Option<String>,
    /// Secondary ranges in the order they were given.
    pub secondary_ranges: Vec<SecondaryRange>,
    /// Value of `allowSubnetCidrRoutesOverlap`; absent from replies until it was set.
    pub routes_overlap: Option<bool>,
    /// IP families.
    pub stack: StackType,
    /// Place from where its IPv6 addresses are reached: given once, with the first IPv6 range.
    pub ipv6_access: Option<Ipv6Access>,
    /// External prefix, a `/64`, shown some time after the operation that asked for it.
    pub external_ipv6_prefix: Option<Ipv6Net>,
    /// Internal prefix, a `/64` of unique local addresses.
    pub internal_ipv6_prefix: Option<Ipv6Net>,
    /// Value of `privateIpGoogleAccess`.
    pub private_google_access: bool,
    /// Value of `enableFlowLogs`; absent from replies until it was set.
    pub enable_flow_logs: Option<bool>,
    /// Value of `logConfig`, as it is printed; not printed if empty.
    pub log_config: Map<String, Value>,
    /// Use of the subnet.
    pub purpose: Purpose,
    /// Value of `role`, which subnets of proxies have: `ACTIVE` or `BACKUP`.
    pub role: Option<String>,
    /// Form in which it is printed.
    pub form: SubnetForm,
    /// Instant that is printed as `creationTimestamp`.
    pub created: Instant,
    /// Number of changes so far, from which the fingerprint follows.
    pub revision: u64,
}

impl Resource for Subnetwork {
    fn id(&self) -> Option<u64> {
        Some(self.id)
    }

    fn keys(&self) -> Vec<Key> {
        let reserved = self.reservations().map(|path| Key::Uses(path.clone()));
        let routes = self.routed().map(|range| Key::Route(subnet_route_name(self.id, &range)));
        reserved.chain(routes).chain([Key::Network(self.network.clone())]).collect()
    }

    fn ranges_of(&self) -> Option<(String, Vec<Ipv4Net>)> {
        Some((self.network.clone(), self.ranges().collect()))
    }
}

impl Subnetwork {
    /// A subnetwork with one range and nothing else.
    pub fn new(id: u64, name: &str, region: &str, network: &str, range: Ipv4Net, created: Instant) -> Self {
        Self {
            id,
            project: String::new(),
            name: name.to_owned(),
            region: region.to_owned(),
            network: network.to_owned(),
            description: None,
            ip_cidr_range: range,
            reserved_internal_range: None,
            secondary_ranges: Vec::new(),
            routes_overlap: None,
            stack: StackType::Ipv4Only,
            ipv6_access: None,
            external_ipv6_prefix: None,
            internal_ipv6_prefix: None,
            private_google_access: false,
            enable_flow_logs: None,
            log_config: logs_off(),
            purpose: Purpose::Private,
            role: None,
            form: SubnetForm::default(),
            created,
            revision: 0,
        }
    }

    /// Identity of the subnetwork.
    pub fn key(&self) -> SubnetKey {
        SubnetKey { project: self.project.clone(), region: self.region.clone(), name: self.name.clone() }
    }

    /// Path of the subnet: `projects/P/regions/R/subnetworks/S`.
    pub fn path(&self, project: &str) -> String {
        reference::regional(project, &self.region, "subnetworks", &self.name)
    }

    /// The fingerprint, which follows from id and revision.
    pub fn fingerprint(&self) -> String {
        fingerprint(self.id, self.revision)
    }

    /// Primary and secondary ranges.
    pub fn ranges(&self) -> impl Iterator<Item = Ipv4Net> {
        std::iter::once(self.ip_cidr_range)
            .chain(self.secondary_ranges.iter().map(|range| range.ip_cidr_range))
    }

    /// The ranges of both families to which there are routes, as they are printed.
    pub fn routed(&self) -> impl Iterator<Item = String> {
        let prefix = self.external_ipv6_prefix.or(self.internal_ipv6_prefix);
        let ipv6 = prefix.filter(|_| self.stack == StackType::Ipv4Ipv6).map(|prefix| prefix.to_string());
        self.ranges().map(|range| range.to_string()).chain(ipv6)
    }

    /// For each of these ranges, the path of the internal range that it is out of.
    pub fn reservation_of_each(&self) -> impl Iterator<Item = Option<&String>> {
        std::iter::once(self.reserved_internal_range.as_ref())
            .chain(self.secondary_ranges.iter().map(|range| range.reserved_internal_range.as_ref()))
    }

    /// The paths of the internal ranges that it names.
    pub fn reservations(&self) -> impl Iterator<Item = &String> {
        self.reservation_of_each().flatten()
    }

    /// A range by name; none means the primary one.
    pub fn range(&self, name: Option<&str>) -> Option<Ipv4Net> {
        match name {
            None => Some(self.ip_cidr_range),
            Some(name) => {
                self.secondary_ranges.iter().find(|r| r.range_name == name).map(|r| r.ip_cidr_range)
            }
        }
    }

    /// Whether routes may lie inside the subnet's ranges.
    pub fn allows_routes_overlap(&self) -> bool {
        self.routes_overlap == Some(true)
    }

    /// Whether the subnet has addresses of the IPv6 internet, be their prefix shown or not.
    pub fn has_external_ipv6(&self) -> bool {
        self.stack == StackType::Ipv4Ipv6 && self.ipv6_access == Some(Ipv6Access::External)
    }

    /// Whether the families are printed, which some uses leave no choice of.
    fn prints_stack(&self) -> bool {
        match self.purpose {
            Purpose::Private | Purpose::PrivateServiceConnect => true,
            Purpose::RegionalManagedProxy | Purpose::GlobalManagedProxy => self.form == SubnetForm::Older,
            Purpose::PrivateNat => false,
        }
    }

    /// The resource as Google prints it.
    pub fn to_json(&self) -> Value {
        let gateway = self.ip_cidr_range.hosts().next().unwrap_or_else(|| self.ip_cidr_range.network());
        let (for_vms, newest) = (self.purpose == Purpose::Private, self.form == SubnetForm::Newest);
        let secondary = self.secondary_ranges.iter().map(|range| json!(range)).collect();
        Object::kind("compute#subnetwork")
            .with("id", self.id.to_string())
            .with("creationTimestamp", self.created.to_string())
            .with("name", self.name.clone())
            .with_some("description", self.description.clone())
            .with("network", self_link(&reference::global(&self.project, "networks", &self.network)))
            .with("region", self_link(&format!("projects/{}/regions/{}", self.project, self.region)))
            .with("ipCidrRange", self.ip_cidr_range.to_string())
            .with("gatewayAddress", gateway.to_string())
            .with_some("reservedInternalRange", self.reserved_internal_range.as_deref().map(url))
            .with_list("secondaryIpRanges", secondary)
            .with_some("allowSubnetCidrRoutesOverlap", self.routes_overlap)
            .with_some("stackType", self.prints_stack().then(|| self.stack.as_str()))
            .with_some("ipv6AccessType", self.ipv6_access.map(Ipv6Access::as_str))
            .with_some("externalIpv6Prefix", self.external_ipv6_prefix.map(|prefix| prefix.to_string()))
            .with_some("internalIpv6Prefix", self.internal_ipv6_prefix.map(|prefix| prefix.to_string()))
            .with("privateIpGoogleAccess", self.private_google_access)
            .with("privateIpv6GoogleAccess", "DISABLE_GOOGLE_ACCESS")
            .with("purpose", self.purpose.as_str())
            .with_some("role", self.role.clone())
            .with_some("state", (!(newest && for_vms)).then_some("READY"))
            .with_some("enableFlowLogs", self.enable_flow_logs)
            .with_some("logConfig", (!self.log_config.is_empty()).then(|| self.log_config.clone()))
            .with("fingerprint", self.fingerprint())
            .with("selfLink", self_link(&self.path(&self.project)))
            .build()
    }
}

/// The URL of an internal range by its path.
fn url(path: &str) -> String {
    format!("https://networkconnectivity.googleapis.com/v1/{path}")
}

fn as_url<S: Serializer>(path: &Option<String>, serializer: S) -> Result<S::Ok, S::Error> {
    path.as_deref().map(url).serialize(serializer)
}

/// The `logConfig` of a subnet without flow logs.
pub(crate) fn logs_off() -> Map<String, Value> {
    Map::from_iter([("enable".to_owned(), false.into())])
}
