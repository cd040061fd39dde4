//! The method `internalRanges.create`.

use ipnet::Ipv4Net;
use serde_json::{Value, json};

use super::{TYPE, print, read};
use crate::api::body::Body;
use crate::api::reference;
use crate::api::status::StatusError;
use crate::cidr::{self, Blocks};
use crate::model::reservations::{Reservation, ReservedRange};
use crate::network::ranges;
use crate::resources::call::ServiceCall;
use crate::resources::service_operations::{self, Change};
use crate::state::State;

const FIELDS: [&str; 9] = [
    "name",
    "description",
    "labels",
    "network",
    "usage",
    "peering",
    "ipCidrRange",
    "prefixLength",
    "targetCidrRange",
];

/// Range out of which one is picked unless a target is named.
const PRIVATE: &str = "10.0.0.0/8";

/// Makes the range, or says why not.
pub(super) fn apply(state: &mut State, call: &ServiceCall<'_>) -> Result<Value, StatusError> {
    call.query.only(&["internalRangeId", "requestId"])?;
    let body = Body::parse(call.body)?;
    body.only(&FIELDS)?;
    let name = call.query.get("internalRangeId").unwrap_or_default().to_owned();
    if !reference::is_name(&name) {
        return Err(invalid("internal_range_id", "must be 1-63 characters long and comply with RFC 1035"));
    }
    let project = state.store.project(call.project);
    let network = network(&body, call.project)?;
    if project.is_none_or(|project| !project.networks.contains_key(&network)) {
        return Err(invalid("network", "there is no such network"));
    }
    let path = service_operations::path(call.project, "internalRanges", &name);
    if project.is_some_and(|project| read::find(project, &name).is_some()) {
        return Err(StatusError::already_exists(format!("Resource '{path}' already exists")));
    }
    let usage = word(&body, "usage", &["FOR_VPC", "EXTERNAL_TO_VPC"])?.unwrap_or("FOR_VPC").to_owned();
    let peering =
        word(&body, "peering", &["FOR_SELF", "FOR_PEER", "NOT_SHARED"])?.unwrap_or("FOR_SELF").to_owned();
    let cidr = cidr(state, call.project, &network, &body)?;
    let passed = ["description", "labels", "prefixLength", "targetCidrRange"];
    let mut fields = service_operations::passed_through(&body.into_map(), &passed);
    fields.extend([("usage".to_owned(), json!(usage)), ("peering".to_owned(), json!(peering))]);
    let range = ReservedRange {
        network,
        name,
        cidr,
        reservation: Reservation::InternalRange,
        for_subnets: usage == "FOR_VPC",
        fields,
        created: state.now(),
        updated: state.now(),
    };
    let project = state.store.project_mut(call.project);
    let shown = print::to_json(&range, call.project, project);
    project.reserved_ranges.insert(range.place(), range);
    let change = Change { verb: "create", target: path, of: TYPE, result: Some(shown) };
    Ok(service_operations::answer(state, call, change))
}

fn invalid(field: &str, why: &str) -> StatusError {
    StatusError::invalid_argument(format!("Invalid value for field '{field}': {why}."))
}

/// One of a few words.
fn word<'a>(body: &'a Body, field: &str, words: &[&str]) -> Result<Option<&'a str>, StatusError> {
    let value = body.string(field)?;
    match value.filter(|value| !words.contains(value)) {
        None => Ok(value),
        Some(_) => Err(invalid(field, &format!("it must be one of {}", words.join(", ")))),
    }
}

/// The name of the network that a body names.
fn network(body: &Body, project: &str) -> Result<String, StatusError> {
    let text = body.string("network")?.ok_or_else(|| invalid("network", "it is required"))?;
    let parsed = reference::parse(text, project, "networks").filter(|(owner, _, _)| owner == project);
    parsed.map(|(_, _, name)| name).ok_or_else(|| invalid("network", "it must be a network of the project"))
}

/// The addresses that are asked for, or the lowest free ones of the length that is.
fn cidr(state: &State, project: &str, network: &str, body: &Body) -> Result<Ipv4Net, StatusError> {
    let conflict =
        |cidr: &Ipv4Net| ranges::conflict(&state.store, project, network, cidr, ranges::Own::default());
    if let Some(text) = body.string("ipCidrRange")? {
        let cidr = text.parse::<Ipv4Net>().ok().filter(|cidr| cidr.trunc() == *cidr);
        let cidr =
            cidr.ok_or_else(|| invalid("ip_cidr_range", "it must be a range of IPv4 without host bits"))?;
        return conflict(&cidr).map_or(Ok(cidr), |why| Err(StatusError::invalid_argument(why)));
    }
    let length = body.integer_in("prefixLength", 8..=29)?;
    let length = length.ok_or_else(|| invalid("ip_cidr_range", "it or prefix_length is required"))?;
    let targets = body.strings("targetCidrRange")?.unwrap_or_else(|| vec![PRIVATE.to_owned()]);
    for target in targets {
        let target: Ipv4Net =
            target.parse().map_err(|_| invalid("target_cidr_range", "it must be ranges of IPv4"))?;
        let mut taken = Blocks::default();
        while let Some(block) = cidr::first_free(&target, u8::try_from(length).unwrap_or(u8::MAX), &[&taken])
        {
            if conflict(&block).is_none() {
                return Ok(block);
            }
            taken.add(&block);
        }
    }
    Err(StatusError::failed_precondition(
        "There is no free range of this length in the target ranges.".to_owned(),
    ))
}
