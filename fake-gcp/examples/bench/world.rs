//! The world that is measured: VMs in one subnet and one zone, each with an alias.

use std::io::{Error, Result};

use serde_json::{Value, json};

use crate::client::Client;

/// Path of the VMs.
pub(crate) const INSTANCES: &str = "/compute/v1/projects/p/zones/europe-west1-b/instances";

/// Number of VMs of one document.
const CHUNK: usize = 10_000;

/// Path of one VM.
pub(crate) fn path(number: usize) -> String {
    format!("{INSTANCES}/{}", name(number))
}

fn name(number: usize) -> String {
    format!("node-{number:06}")
}

fn alias(number: usize) -> String {
    let address = std::net::Ipv4Addr::from(0x6440_0000 + 16 * number as u32);
    format!("{address}/28")
}

/// The documents that make the world.
pub(crate) fn documents(size: usize) -> Vec<String> {
    let frame = json!({
        "networks": [{"project": "p", "name": "vpc"}],
        "subnetworks": [{
            "project": "p", "network": "vpc", "region": "europe-west1", "name": "nodes", "ipCidrRange": "10.0.0.0/12",
            "secondaryIpRanges": [{"rangeName": "pods", "ipCidrRange": "100.64.0.0/10"}],
        }],
    });
    let instance = |number: usize| {
        json!({
            "project": "p", "zone": "europe-west1-b", "name": name(number), "subnetwork": "nodes", "canIpForward": true,
            "aliasIpRanges": [{"subnetworkRangeName": "pods", "ipCidrRange": alias(number)}],
        })
    };
    let numbers: Vec<usize> = (0..size).collect();
    let chunks = numbers.chunks(CHUNK).map(|chunk| {
        json!({"instances": chunk.iter().map(|number| instance(*number)).collect::<Vec<_>>()}).to_string()
    });
    std::iter::once(frame.to_string()).chain(chunks).collect()
}

/// Reads a VM, and takes its alias away or gives it back.
pub(crate) fn turn(client: &mut Client, number: usize) -> Result<()> {
    let vm: Value = serde_json::from_str(&client.get(&path(number))?).map_err(Error::other)?;
    let nic = vm.pointer("/networkInterfaces/0").ok_or_else(|| Error::other("no interface"))?;
    let aliases = match nic.get("aliasIpRanges") {
        Some(_) => json!([]),
        None => json!([{"subnetworkRangeName": "pods", "ipCidrRange": alias(number)}]),
    };
    let body = json!({"fingerprint": nic.get("fingerprint"), "aliasIpRanges": aliases}).to_string();
    let call = format!("{}/updateNetworkInterface?networkInterface=nic0", path(number));
    client.call("PATCH", &call, &body).map(drop)
}

/// A text in an answer.
pub(crate) fn text(answer: &str, field: &str) -> Option<String> {
    serde_json::from_str::<Value>(answer).ok()?.get(field)?.as_str().map(str::to_owned)
}
