//! Changes as inert values: complete, comparable, printable, and without effect until a client runs them.
//!
//! A value of [`Mutation`] holds all that goes over the wire but the `requestId`. The bodies are typed, so that one PATCH
//! changes one group of fields, and none goes out without a fingerprint where the API wants one.

mod body;
mod firewall;
mod router;

use http::Method;
use serde_json::{Value, json};

pub use body::{NewNetwork, NewSubnetwork, Stack, SubnetworkPatch};
pub use firewall::FirewallRule;
pub use router::NewRouter;

use super::path::Path;
use super::types::{AliasIpRange, Fingerprint};
use crate::excerpt::remark;

/// Where an operation runs and can be asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Networks, routes, firewalls.
    Global,
    /// Subnetworks, routers, addresses of this region.
    Region(String),
    /// VMs of this zone.
    Zone(String),
}

impl Scope {
    /// Its path, below the project.
    pub(super) fn path(&self) -> Path {
        match self {
            Self::Global => Path::of("global"),
            Self::Region(region) => Path::of("regions").name(region),
            Self::Zone(zone) => Path::of("zones").name(zone),
        }
    }
}

/// One mutating call.
#[derive(Clone, Debug, PartialEq)]
pub struct Mutation {
    method: Method,
    scope: Scope,
    path: Path,
    query: Vec<(&'static str, String)>,
    body: Option<Value>,
    label: String,
}

impl Mutation {
    /// Creates a VPC network.
    pub fn insert_network(network: &NewNetwork) -> Self {
        let label = format!("insert network {}", network.name);
        Self::new(Method::POST, Scope::Global, "networks", label).with_body(network.body())
    }

    /// Sets how far routes that a network learns reach: `REGIONAL` or `GLOBAL`.
    pub fn set_routing_mode(network: &str, mode: &str) -> Self {
        let label = format!("patch network {network}: set the routing mode to {mode}");
        let body = json!({
            "name": network, "autoCreateSubnetworks": false, "routingConfig": { "routingMode": mode },
        });
        Self::new(Method::PATCH, Scope::Global, "networks", label).of(network).with_body(body)
    }

    /// Deletes a network; Google refuses as long as anything is in it.
    pub fn delete_network(name: &str) -> Self {
        Self::delete(Scope::Global, "networks", "network", name)
    }

    /// Creates a subnetwork.
    pub fn insert_subnetwork(region: &str, subnetwork: &NewSubnetwork) -> Self {
        let label = format!("insert subnetwork {} in {region}", subnetwork.name);
        Self::new(Method::POST, Scope::Region(region.to_owned()), "subnetworks", label)
            .with_body(subnetwork.body())
    }

    /// Widens the primary range of a subnetwork. It cannot be narrowed again.
    pub fn expand_subnetwork(region: &str, name: &str, ip_cidr_range: &str) -> Self {
        let label = format!("expand subnetwork {name} in {region} to {ip_cidr_range}");
        Self::new(Method::POST, Scope::Region(region.to_owned()), "subnetworks", label)
            .of(name)
            .doing("expandIpCidrRange")
            .with_body(json!({ "ipCidrRange": ip_cidr_range }))
    }

    /// Changes one group of fields of a subnetwork, as long as it still has this fingerprint.
    pub fn patch_subnetwork(
        region: &str,
        name: &str,
        fingerprint: &Fingerprint,
        patch: &SubnetworkPatch,
    ) -> Self {
        let label = format!("patch subnetwork {name} in {region}: {}", patch.label());
        let mut body = patch.body();
        body.insert("fingerprint".to_owned(), json!(fingerprint));
        Self::new(Method::PATCH, Scope::Region(region.to_owned()), "subnetworks", label)
            .of(name)
            .with_body(Value::Object(body))
    }

    /// Deletes a subnetwork; Google refuses as long as anything uses it.
    pub fn delete_subnetwork(region: &str, name: &str) -> Self {
        Self::delete(Scope::Region(region.to_owned()), "subnetworks", "subnetwork", name)
    }

    /// Deletes a route.
    pub fn delete_route(name: &str) -> Self {
        Self::delete(Scope::Global, "routes", "route", name)
    }

    /// Replaces the alias ranges of an interface, e.g. `nic0`, as long as it still has this fingerprint. `ranges` is the
    /// whole list; empty: none are left. The API refuses to add and to remove in one call.
    pub fn set_alias_ranges(
        zone: &str,
        vm: &str,
        interface: &str,
        fingerprint: &Fingerprint,
        ranges: &[AliasIpRange],
    ) -> Self {
        let cidrs: Vec<_> = ranges.iter().map(|range| range.ip_cidr_range.as_str()).collect();
        let label = format!("set alias ranges of VM {vm} in {zone}, {interface}, to [{}]", cidrs.join(", "));
        // Only what changes: the API refuses an interface that is echoed back whole.
        Self::new(Method::PATCH, Scope::Zone(zone.to_owned()), "instances", label)
            .of(vm)
            .doing("updateNetworkInterface")
            .with_query("networkInterface", interface)
            .with_body(json!({ "aliasIpRanges": ranges, "fingerprint": fingerprint }))
    }

    /// Deletes the object `name` of `collection`, each of which is a `kind`.
    fn delete(scope: Scope, collection: &'static str, kind: &str, name: &str) -> Self {
        let label = match &scope {
            Scope::Global => format!("delete {kind} {name}"),
            Scope::Region(place) | Scope::Zone(place) => format!("delete {kind} {name} in {place}"),
        };
        Self::new(Method::DELETE, scope, collection, label).of(name)
    }

    fn new(method: Method, scope: Scope, collection: &'static str, label: String) -> Self {
        // A POST without a body lacks a Content-Length, which Google's front end is said to refuse.
        let body = (method == Method::POST).then(|| json!({}));
        let (path, label) = (scope.path().word(collection), remark(&label));
        Self { path, method, scope, query: Vec::new(), body, label }
    }

    /// Of the object called so.
    fn of(mut self, name: &str) -> Self {
        self.path = self.path.name(name);
        self
    }

    /// By the method of the API that is called so.
    fn doing(mut self, method: &'static str) -> Self {
        self.path = self.path.word(method);
        self
    }

    fn with_query(mut self, name: &'static str, value: &str) -> Self {
        self.query.push((name, value.to_owned()));
        self
    }

    fn with_body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    /// The HTTP method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Where its operation runs.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The path below the project, scope included.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The query, without `requestId`.
    pub fn query(&self) -> &[(&'static str, String)] {
        &self.query
    }

    /// The JSON body; a DELETE has none.
    pub fn body(&self) -> Option<&Value> {
        self.body.as_ref()
    }

    /// Whether it holds only for the object as it was read: it bears the fingerprint of that reading.
    pub fn bears_fingerprint(&self) -> bool {
        self.body.as_ref().is_some_and(|body| body.get("fingerprint").is_some())
    }

    /// What it does, on what, in words.
    pub fn label(&self) -> &str {
        &self.label
    }
}
