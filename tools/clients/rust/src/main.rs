//! A program on Google's client for Rust, google-cloud-compute-v1: it makes the calls that it reads as lines of JSON from standard
//! input, waits for what they start, and prints a line of JSON for each (`../README.md` tells the form).
//!
//! usage: client-rust PROJECT [ENDPOINT]
//!
//! Without ENDPOINT, where it calls and with which credentials is left to the client.

use std::collections::VecDeque;
use std::io::Write as _;

use google_cloud_auth::credentials::anonymous;
use google_cloud_compute_v1::client::{
    Addresses, Firewalls, ForwardingRules, Instances, Networks, Routers, Routes, Subnetworks, TargetPools,
};
use google_cloud_compute_v1::model;
use google_cloud_gax::paginator::ItemPaginator as _;
use google_cloud_lro::Poller as _;
use serde::Deserialize;
use serde_json::{Value, json};

type Failure = Box<dyn std::error::Error>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    call: String,
    /// The parts of the path, each with its name, in their order.
    #[serde(default)]
    at: VecDeque<(String, String)>,
    #[serde(default)]
    body: Value,
    #[serde(default)]
    filter: String,
    max_results: Option<u32>,
}

impl Request {
    fn next_part(&mut self) -> String {
        self.at.pop_front().map(|(_, value)| value).unwrap_or_default()
    }
}

/// An operation that ended with an error.
#[derive(Debug)]
struct Failed {
    code: String,
    message: String,
}

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failed {}

/// A client of a collection, at the endpoint of the command line or where it calls by itself.
macro_rules! client {
    ($client:ident, $endpoint:expr) => {{
        let builder = $client::builder();
        match $endpoint {
            Some(endpoint) => {
                builder.with_endpoint(endpoint).with_credentials(anonymous::Builder::new().build())
            }
            None => builder,
        }
        .build()
        .await?
    }};
}

/// Calls a method that reads, with the setters of its path in their order.
macro_rules! get {
    ($self:ident, $request:ident, $collection:ident . $method:ident $(, $part:ident)*) => {{
        let call = $self.$collection.$method().set_project(&$self.project);
        $(let call = call.$part($request.next_part());)*
        Ok(serde_json::to_value(call.send().await?)?)
    }};
}

/// Calls a method that starts an operation, with the type of its body, and waits for it.
macro_rules! start {
    ($self:ident, $request:ident, $collection:ident . $method:ident $(, $part:ident)* $(; $body:ty)?) => {{
        let call = $self.$collection.$method().set_project(&$self.project);
        $(let call = call.$part($request.next_part());)*
        $(let call = call.set_body(serde_json::from_value::<$body>($request.body)?);)?
        ended(call.poller().until_done().await?)
    }};
}

/// Lists what is on all pages, by name.
macro_rules! list {
    ($self:ident, $request:ident, $collection:ident $(, $part:ident)*) => {{
        let call = $self.$collection.list().set_project(&$self.project);
        $(let call = call.$part($request.next_part());)*
        let call = call.set_filter($request.filter).set_or_clear_max_results($request.max_results);
        let (mut items, mut names) = (call.by_item(), Vec::new());
        while let Some(item) = items.next().await {
            names.push(item?.name);
        }
        Ok(json!(names))
    }};
}

struct Clients {
    project: String,
    addresses: Addresses,
    firewalls: Firewalls,
    forwarding_rules: ForwardingRules,
    instances: Instances,
    networks: Networks,
    routers: Routers,
    routes: Routes,
    subnetworks: Subnetworks,
    target_pools: TargetPools,
}

impl Clients {
    async fn new(project: String, endpoint: Option<String>) -> Result<Self, Failure> {
        Ok(Self {
            project,
            addresses: client!(Addresses, &endpoint),
            firewalls: client!(Firewalls, &endpoint),
            forwarding_rules: client!(ForwardingRules, &endpoint),
            instances: client!(Instances, &endpoint),
            networks: client!(Networks, &endpoint),
            routers: client!(Routers, &endpoint),
            routes: client!(Routes, &endpoint),
            subnetworks: client!(Subnetworks, &endpoint),
            target_pools: client!(TargetPools, &endpoint),
        })
    }

    async fn call(&self, mut request: Request) -> Result<Value, Failure> {
        match request.call.as_str() {
            "addresses.delete" => start!(self, request, addresses.delete, set_region, set_address),
            "addresses.get" => get!(self, request, addresses.get, set_region, set_address),
            "addresses.insert" => start!(self, request, addresses.insert, set_region; model::Address),
            "addresses.list" => list!(self, request, addresses, set_region),
            "addresses.setLabels" => {
                start!(self, request, addresses.set_labels, set_region, set_resource; model::RegionSetLabelsRequest)
            }
            "firewalls.delete" => start!(self, request, firewalls.delete, set_firewall),
            "firewalls.get" => get!(self, request, firewalls.get, set_firewall),
            "firewalls.insert" => start!(self, request, firewalls.insert; model::Firewall),
            "firewalls.list" => list!(self, request, firewalls),
            "firewalls.patch" => start!(self, request, firewalls.patch, set_firewall; model::Firewall),
            "forwardingRules.delete" => {
                start!(self, request, forwarding_rules.delete, set_region, set_forwarding_rule)
            }
            "forwardingRules.get" => {
                get!(self, request, forwarding_rules.get, set_region, set_forwarding_rule)
            }
            "forwardingRules.insert" => {
                start!(self, request, forwarding_rules.insert, set_region; model::ForwardingRule)
            }
            "forwardingRules.list" => list!(self, request, forwarding_rules, set_region),
            "forwardingRules.setLabels" => {
                start!(self, request, forwarding_rules.set_labels, set_region, set_resource; model::RegionSetLabelsRequest)
            }
            "instances.delete" => start!(self, request, instances.delete, set_zone, set_instance),
            "instances.get" => get!(self, request, instances.get, set_zone, set_instance),
            "instances.insert" => start!(self, request, instances.insert, set_zone; model::Instance),
            "instances.list" => list!(self, request, instances, set_zone),
            "instances.setLabels" => {
                start!(self, request, instances.set_labels, set_zone, set_instance; model::InstancesSetLabelsRequest)
            }
            "instances.updateNetworkInterface" => {
                start!(self, request, instances.update_network_interface, set_zone, set_instance, set_network_interface; model::NetworkInterface)
            }
            "networks.delete" => start!(self, request, networks.delete, set_network),
            "networks.get" => get!(self, request, networks.get, set_network),
            "networks.insert" => start!(self, request, networks.insert; model::Network),
            "networks.list" => list!(self, request, networks),
            "networks.patch" => start!(self, request, networks.patch, set_network; model::Network),
            "routers.delete" => start!(self, request, routers.delete, set_region, set_router),
            "routers.get" => get!(self, request, routers.get, set_region, set_router),
            "routers.insert" => start!(self, request, routers.insert, set_region; model::Router),
            "routers.list" => list!(self, request, routers, set_region),
            "routers.patch" => start!(self, request, routers.patch, set_region, set_router; model::Router),
            "routes.delete" => start!(self, request, routes.delete, set_route),
            "routes.get" => get!(self, request, routes.get, set_route),
            "routes.insert" => start!(self, request, routes.insert; model::Route),
            "routes.list" => list!(self, request, routes),
            "subnetworks.delete" => start!(self, request, subnetworks.delete, set_region, set_subnetwork),
            "subnetworks.expandIpCidrRange" => {
                start!(self, request, subnetworks.expand_ip_cidr_range, set_region, set_subnetwork; model::SubnetworksExpandIpCidrRangeRequest)
            }
            "subnetworks.get" => get!(self, request, subnetworks.get, set_region, set_subnetwork),
            "subnetworks.insert" => start!(self, request, subnetworks.insert, set_region; model::Subnetwork),
            "subnetworks.list" => list!(self, request, subnetworks, set_region),
            "subnetworks.patch" => {
                start!(self, request, subnetworks.patch, set_region, set_subnetwork; model::Subnetwork)
            }
            "targetPools.delete" => start!(self, request, target_pools.delete, set_region, set_target_pool),
            "targetPools.insert" => start!(self, request, target_pools.insert, set_region; model::TargetPool),
            other => Err(format!("this program does not know the call {other}").into()),
        }
    }

    async fn answer(&self, line: &str) -> Value {
        let result = match serde_json::from_str(line) {
            Ok(request) => self.call(request).await,
            Err(error) => Err(error.into()),
        };
        let error = match result {
            Ok(result) => return json!({ "result": result }),
            Err(error) => error,
        };
        let message = error.to_string();
        if let Some(failed) = error.downcast_ref::<Failed>() {
            return json!({ "error": failed.code, "message": message });
        }
        let refused = error.downcast_ref::<google_cloud_compute_v1::Error>();
        match refused.and_then(google_cloud_compute_v1::Error::http_status_code) {
            Some(status) => json!({ "error": status, "message": message }),
            None => json!({ "error": "client", "message": format!("{message}: {error:?}") }),
        }
    }
}

/// The operation; an error if it ended with one, of which the client does not tell.
fn ended(operation: model::Operation) -> Result<Value, Failure> {
    match operation.error.as_ref().and_then(|error| error.errors.first()) {
        None => Ok(serde_json::to_value(operation)?),
        Some(error) => Err(Box::new(Failed {
            code: error.code.clone().unwrap_or_default(),
            message: error.message.clone().unwrap_or_default(),
        })),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let project = arguments.next().ok_or("usage: client-rust PROJECT [ENDPOINT]")?;
    let clients = Clients::new(project, arguments.next()).await?;
    for line in std::io::stdin().lines() {
        writeln!(std::io::stdout(), "{}", clients.answer(&line?).await)?;
    }
    Ok(())
}
