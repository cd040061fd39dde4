//! Protocol and ports of a forwarding rule.

use std::num::NonZeroU16;

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::model::forwarding_rules::Side;
use serde_json::{Map, Value, json};

/// Value of `portRange` of an external rule that names none.
const ALL: &str = "1-65535";

/// Largest number of single ports of an internal rule.
const MAX_PORTS: usize = 5;

const PROTOCOLS: [&str; 3] = ["TCP", "UDP", "L3_DEFAULT"];
const OTHER_PROTOCOLS: [&str; 4] = ["AH", "ESP", "ICMP", "SCTP"];

/// Reads `IPProtocol`.
pub(super) fn protocol<'a>(body: &'a Body, side: &Side) -> Result<&'a str, ApiError> {
    match (body.word("IPProtocol", &PROTOCOLS, &OTHER_PROTOCOLS)?, side) {
        (None, _) => Ok("TCP"),
        (Some(protocol @ ("TCP" | "UDP")), _) => Ok(protocol),
        (Some("L3_DEFAULT"), Side::Internal { .. }) => Ok("L3_DEFAULT"),
        (Some(other), _) => {
            Err(ApiError::not_modelled(&format!("forwarding rules of this scheme with IPProtocol {other}")))
        }
    }
}

/// The port field that is printed: `portRange` of external rules, `ports` or `allPorts` of internal ones.
pub(super) fn read(body: &Body, side: &Side) -> Result<Map<String, Value>, ApiError> {
    let (field, value) = match side {
        Side::Service { .. } => {
            refuse(body, &["ports", "allPorts", "portRange"], "Rules to a published service have no ports.")?;
            return Ok(Map::new());
        }
        Side::External { .. } | Side::Managed { .. } => {
            refuse(body, &["ports", "allPorts"], "Rules of this scheme have a portRange.")?;
            ("portRange", json!(range(body)?))
        }
        Side::Internal { .. } => {
            refuse(body, &["portRange"], "Internal rules have ports or allPorts.")?;
            let ports = body.strings("ports")?.unwrap_or_default();
            match (body.bool("allPorts")?.unwrap_or(false), ports.is_empty()) {
                (true, true) => ("allPorts", json!(true)),
                (true, false) => return Err(body.invalid("ports", "Must be empty with allPorts.")),
                (false, true) => return Err(ApiError::required(&body.path("ports"))),
                (false, false) => ("ports", json!(singles(body, ports)?)),
            }
        }
    };
    Ok(Map::from_iter([(field.to_owned(), value)]))
}

fn refuse(body: &Body, fields: &[&str], why: &str) -> Result<(), ApiError> {
    fields.iter().find(|field| body.has(field)).map_or(Ok(()), |field| Err(body.invalid(field, why)))
}

/// The port range of a body. A single port is printed as a range, too.
fn range(body: &Body) -> Result<String, ApiError> {
    let text = body.string("portRange")?.unwrap_or(ALL);
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (first.parse::<NonZeroU16>(), last.parse::<NonZeroU16>()) {
        (Ok(first), Ok(last)) if first <= last => Ok(format!("{first}-{last}")),
        _ => {
            Err(body.invalid("portRange", "Must be a port or a range of ports, such as '80' or '1000-2000'."))
        }
    }
}

fn singles(body: &Body, ports: Vec<String>) -> Result<Vec<String>, ApiError> {
    if ports.len() > MAX_PORTS {
        return Err(body.invalid("ports", &format!("At most {MAX_PORTS} ports can be given; use allPorts.")));
    }
    match ports.iter().enumerate().find(|(_, port)| port.parse::<NonZeroU16>().is_err()) {
        Some((index, port)) => {
            Err(ApiError::invalid(&format!("{}[{index}]", body.path("ports")), port, "Must be a port."))
        }
        None => Ok(ports),
    }
}
