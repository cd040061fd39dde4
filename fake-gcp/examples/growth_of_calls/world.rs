//! The world that calls meet, and the calls. Each call that makes something takes it away again.

use std::net::Ipv4Addr;
use std::time::Duration;

use bytes::Bytes;
use fake_gcp::settings::Authentication;
use fake_gcp::time::Instant;
use fake_gcp::{Settings, World};
use http::Request;
use serde_json::{Value, json};

use crate::Error;

const ZONE: &str = "zones/europe-west1-b";
const WEST: &str = "regions/europe-west1";
const EAST: &str = "regions/us-east1";

/// A world and who calls it.
pub(crate) struct Caller {
    world: World,
    now: Instant,
    size: usize,
}

/// A call by name; it is told how often it was made before.
pub(crate) type Call = (&'static str, fn(&mut Caller, usize) -> Result<(), Error>);

/// The address or the small block of a number in a wide range.
fn block(of: [u8; 4], number: usize, length: u32) -> String {
    let address = u32::from(Ipv4Addr::from(of)) + ((number as u32) << (32 - length));
    format!("{}/{length}", Ipv4Addr::from(address))
}

/// The documents that make a world with `size` resources of each kind.
fn documents(size: usize) -> Value {
    let each = |of: &dyn Fn(usize) -> Value| (0..size).map(of).collect::<Vec<Value>>();
    let some = |of: &dyn Fn(usize) -> Value| (0..size / 10).map(of).collect::<Vec<Value>>();
    let subnet = format!("{WEST}/subnetworks/nodes");
    let mut networks = some(&|n| json!({"project": "p", "name": format!("other-{n}")}));
    networks.push(json!({"project": "p", "name": "vpc"}));
    let mut subnetworks = each(&|n| {
        let range = block([172, 16, 0, 0], n, 29);
        json!({"project": "p", "network": "vpc", "region": "us-east1", "name": format!("s-{n}"), "ipCidrRange": range})
    });
    subnetworks.push(json!({
        "project": "p", "network": "vpc", "region": "europe-west1", "name": "nodes", "ipCidrRange": "10.0.0.0/12",
        "secondaryIpRanges": [{"rangeName": "pods", "ipCidrRange": "100.64.0.0/10"}],
    }));
    json!({
        "networks": networks,
        "subnetworks": subnetworks,
        "instances": each(&|n| json!({
            "project": "p", "zone": "europe-west1-b", "name": format!("i-{n}"), "subnetwork": "nodes", "canIpForward": true,
            "aliasIpRanges": [{"subnetworkRangeName": "pods", "ipCidrRange": block([100, 64, 0, 0], n, 28)}],
        })),
        "routes": each(&|n| json!({
            "project": "p", "name": format!("r-{n}"), "network": "vpc", "destRange": block([192, 168, 0, 0], n, 30),
            "nextHopInstance": format!("{ZONE}/instances/i-{n}"),
        })),
        "addresses": each(&|n| json!({
            "project": "p", "region": "europe-west1", "name": format!("a-{n}"), "subnetwork": "nodes",
        })),
        "routers": some(&|n| json!({
            "project": "p", "region": "us-east1", "name": format!("x-{n}"), "network": format!("other-{n}"),
        })),
        "firewalls": each(&|n| json!({
            "project": "p", "name": format!("f-{n}"), "network": "vpc", "allowed": [{"IPProtocol": "tcp"}],
        })),
        "targetPools": each(&|n| json!({"project": "p", "region": "europe-west1", "name": format!("t-{n}")})),
        "forwardingRules": each(&|n| json!({
            "project": "p", "region": "europe-west1", "name": format!("w-{n}"), "loadBalancingScheme": "INTERNAL",
            "subnetwork": subnet, "backendService": "regions/europe-west1/backendServices/b", "ports": ["53"],
        })),
        "reservedRanges": each(&|n| json!({
            "project": "p", "network": "vpc", "name": format!("v-{n}"), "cidr": block([198, 18, 0, 0], n, 29),
        })),
    })
}

impl Caller {
    pub(crate) fn new(size: usize) -> Result<Self, Error> {
        let settings = Settings { authentication: Authentication::Anonymous, ..Settings::default() };
        let mut caller = Self { world: World::new(settings), now: Instant::EPOCH, size };
        caller.world.load(&serde_json::from_value(documents(size))?)?;
        Ok(caller)
    }

    /// Some number of a resource, another one at each turn.
    fn some(&self, turn: usize) -> usize {
        turn * 7_919 % self.size
    }

    fn call(&mut self, method: &str, path: &str, body: &Value) -> Result<Value, Error> {
        let sent = if body.is_null() { Bytes::new() } else { Bytes::from(body.to_string()) };
        let request =
            Request::builder().method(method).uri(format!("/compute/v1/projects/p/{path}")).body(sent)?;
        let response = self.world.handle(self.now, &request);
        let reply: Value = serde_json::from_slice(response.body())?;
        if response.status() != 200 {
            return Err(format!("{method} {path}: {reply}").into());
        }
        // What began ends before the next call.
        self.now = self.now + Duration::from_secs(1);
        self.world.advance_to(self.now);
        let begun = reply.get("selfLink").and_then(Value::as_str).filter(|_| method != "GET");
        if let Some((_, operation)) = begun.and_then(|link| link.split_once("/projects/p/")) {
            let ended = self.call("GET", operation, &Value::Null)?;
            if let Some(error) = ended.get("error") {
                return Err(format!("{method} {path}: {error}").into());
            }
        }
        Ok(reply)
    }

    fn get(&mut self, path: &str) -> Result<(), Error> {
        self.call("GET", path, &Value::Null).map(drop)
    }

    /// Makes a resource and takes it away.
    fn make(&mut self, collection: &str, body: &Value) -> Result<(), Error> {
        self.call("POST", collection, body)?;
        let name = body.get("name").and_then(Value::as_str).unwrap_or_default();
        self.call("DELETE", &format!("{collection}/{name}"), &Value::Null).map(drop)
    }

    /// A page from the middle of a list.
    fn page(&mut self, path: &str) -> Result<(), Error> {
        let first = self.call("GET", &format!("{path}?maxResults=50"), &Value::Null)?;
        let token = first.get("nextPageToken").and_then(Value::as_str).ok_or("there is no second page")?;
        self.get(&format!("{path}?maxResults=50&pageToken={token}"))
    }
}

/// Takes an alias away, or gives it back.
fn turn_alias(caller: &mut Caller, turn: usize) -> Result<(), Error> {
    let path = format!("{ZONE}/instances/i-{}", caller.some(turn / 2));
    let vm = caller.call("GET", &path, &Value::Null)?;
    let nic = vm.pointer("/networkInterfaces/0").ok_or("no interface")?;
    let aliases = match nic.get("aliasIpRanges") {
        Some(_) => json!([]),
        None => json!([{"subnetworkRangeName": "pods", "ipCidrRange": "/28"}]),
    };
    let body = json!({"fingerprint": nic.get("fingerprint"), "aliasIpRanges": aliases});
    caller.call("PATCH", &format!("{path}/updateNetworkInterface?networkInterface=nic0"), &body).map(drop)
}

/// All calls of which the work is told.
pub(crate) const CALLS: [Call; 28] = [
    ("GET instances/I", |caller, turn| caller.get(&format!("{ZONE}/instances/i-{}", caller.some(turn)))),
    ("GET addresses/A", |caller, turn| caller.get(&format!("{WEST}/addresses/a-{}", caller.some(turn)))),
    ("GET forwardingRules/F", |caller, turn| {
        caller.get(&format!("{WEST}/forwardingRules/w-{}", caller.some(turn)))
    }),
    ("GET subnetworks/S", |caller, turn| caller.get(&format!("{EAST}/subnetworks/s-{}", caller.some(turn)))),
    ("GET routes/R", |caller, turn| caller.get(&format!("global/routes/r-{}", caller.some(turn)))),
    ("GET firewalls/F", |caller, turn| caller.get(&format!("global/firewalls/f-{}", caller.some(turn)))),
    ("GET targetPools/T", |caller, turn| caller.get(&format!("{WEST}/targetPools/t-{}", caller.some(turn)))),
    ("GET global/addresses/A", |caller, turn| {
        caller.get(&format!("global/addresses/v-{}", caller.some(turn)))
    }),
    ("GET networks/N", |caller, turn| {
        caller.get(&format!("global/networks/other-{}", caller.some(turn) / 10))
    }),
    ("PATCH an alias away, or back", turn_alias),
    ("POST and DELETE an internal address", |caller, _| {
        let body = json!({"name": "new", "addressType": "INTERNAL", "subnetwork": format!("{WEST}/subnetworks/nodes")});
        caller.make(&format!("{WEST}/addresses"), &body)
    }),
    ("POST and DELETE an external address", |caller, _| {
        caller.make(&format!("{WEST}/addresses"), &json!({"name": "new"}))
    }),
    ("POST and DELETE an internal forwarding rule", |caller, _| {
        let body = json!({
            "name": "new", "loadBalancingScheme": "INTERNAL", "subnetwork": format!("{WEST}/subnetworks/nodes"),
            "backendService": "regions/europe-west1/backendServices/b", "ports": ["80"],
        });
        caller.make(&format!("{WEST}/forwardingRules"), &body)
    }),
    ("POST and DELETE an external forwarding rule", |caller, turn| {
        let target = format!("{WEST}/targetPools/t-{}", caller.some(turn));
        caller.make(&format!("{WEST}/forwardingRules"), &json!({"name": "new", "target": target}))
    }),
    ("POST and DELETE a target pool", |caller, _| {
        caller.make(&format!("{WEST}/targetPools"), &json!({"name": "new"}))
    }),
    ("POST and DELETE an instance", |caller, _| {
        let body = json!({"name": "new", "networkInterfaces": [{"subnetwork": format!("{WEST}/subnetworks/nodes")}]});
        caller.make(&format!("{ZONE}/instances"), &body)
    }),
    ("POST and DELETE a subnetwork", |caller, _| {
        let body = json!({"name": "new", "network": "global/networks/vpc", "ipCidrRange": "10.200.0.0/24"});
        caller.make(&format!("{EAST}/subnetworks"), &body)
    }),
    ("POST and DELETE a route", |caller, turn| {
        let hop = format!("{ZONE}/instances/i-{}", caller.some(turn));
        let body = json!({"name": "new", "network": "global/networks/vpc", "destRange": "0.0.0.0/0", "nextHopInstance": hop});
        caller.make("global/routes", &body)
    }),
    ("POST and DELETE a firewall rule", |caller, _| {
        let body =
            json!({"name": "new", "network": "global/networks/vpc", "allowed": [{"IPProtocol": "udp"}]});
        caller.make("global/firewalls", &body)
    }),
    ("POST and DELETE a router with NAT", |caller, _| {
        let nat = json!({
            "name": "n", "natIpAllocateOption": "AUTO_ONLY", "sourceSubnetworkIpRangesToNat": "ALL_SUBNETWORKS_ALL_IP_RANGES",
        });
        caller.make(
            &format!("{WEST}/routers"),
            &json!({"name": "new", "network": "global/networks/vpc", "nats": [nat]}),
        )
    }),
    ("POST and DELETE a network", |caller, _| {
        caller.make("global/networks", &json!({"name": "new", "autoCreateSubnetworks": false}))
    }),
    ("two pages of instances", |caller, _| caller.page(&format!("{ZONE}/instances"))),
    ("two pages of addresses", |caller, _| caller.page(&format!("{WEST}/addresses"))),
    ("two pages of forwarding rules", |caller, _| caller.page(&format!("{WEST}/forwardingRules"))),
    ("two pages of subnetworks, aggregated", |caller, _| caller.page("aggregated/subnetworks")),
    ("two pages of routes", |caller, _| caller.page("global/routes")),
    ("two pages of firewall rules", |caller, _| caller.page("global/firewalls")),
    ("two pages of target pools", |caller, _| caller.page(&format!("{WEST}/targetPools"))),
];
