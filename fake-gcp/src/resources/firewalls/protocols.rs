//! The protocols and ports that a firewall rule allows or denies.

use serde_json::Value;

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::model::firewalls::Protocols;

/// Protocols that have names here; all others, ICMPv6 (58) among them, go by number.
const NAMES: [&str; 8] = ["ah", "all", "esp", "icmp", "ipip", "sctp", "tcp", "udp"];

/// Protocols with ports: by name, and TCP, UDP and SCTP by number.
const WITH_PORTS: [&str; 6] = ["tcp", "udp", "sctp", "6", "17", "132"];

/// Reads `allowed` and `denied`, of which one must be given.
pub(super) fn read(body: &Body) -> Result<Protocols, ApiError> {
    let (allowed, denied) = (list(body, "allowed")?, list(body, "denied")?);
    match (allowed.is_empty(), denied.is_empty()) {
        (false, true) => Ok(Protocols::Allowed(allowed)),
        (true, false) => Ok(Protocols::Denied(denied)),
        _ => Err(ApiError::invalid("resource", "", "Exactly one of 'allowed' and 'denied' must be given.")),
    }
}

fn list(body: &Body, field: &str) -> Result<Vec<Value>, ApiError> {
    let entries = body.objects(field)?.unwrap_or_default();
    entries.iter().try_for_each(check)?;
    Ok(entries.into_iter().map(|entry| entry.into_map().into()).collect())
}

fn check(entry: &Body) -> Result<(), ApiError> {
    entry.only(&["IPProtocol", "ports"])?;
    let protocol = entry.require("IPProtocol")?;
    if !NAMES.contains(&protocol) && protocol.parse::<u8>().is_err() {
        let names: Vec<String> = NAMES.iter().map(|name| format!("\"{name}\"")).collect();
        let why =
            format!("Must be one of [{}] or an IP protocol number between 0 and 255.", names.join(", "));
        return Err(entry.invalid("IPProtocol", &why));
    }
    let ports = entry.strings("ports")?.unwrap_or_default();
    if !ports.is_empty() && !WITH_PORTS.contains(&protocol) {
        return Err(entry.invalid("ports", "Ports can be given for TCP, UDP and SCTP only."));
    }
    for (index, port) in ports.iter().enumerate() {
        if !is_port_range(port) {
            let at = format!("{}[{index}]", entry.path("ports"));
            let why = "Must be a port or a range of ports, such as '80' or '1000-2000'.";
            return Err(ApiError::invalid(&at, port, why));
        }
    }
    Ok(())
}

fn is_port_range(text: &str) -> bool {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    matches!((first.parse::<u16>(), last.parse::<u16>()), (Ok(first), Ok(last)) if first <= last)
}
