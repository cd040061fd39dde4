//! The reading of a NAT from a body. What can be told without a look at the world is checked here.

use std::ops::RangeInclusive;

use super::{ports, print, rules};
use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::reference;
use crate::model::routers::{NamedSubnet, Nat, Source};
use crate::model::subnetworks::SubnetKey;
use crate::resources::checks;
use crate::settings::Leftover;

const FIELDS: [&str; 21] = [
    "name",
    "type",
    "autoNetworkTier",
    "endpointTypes",
    "natIpAllocateOption",
    "natIps",
    "drainNatIps",
    "sourceSubnetworkIpRangesToNat",
    "subnetworks",
    "minPortsPerVm",
    "maxPortsPerVm",
    "enableDynamicPortAllocation",
    "enableEndpointIndependentMapping",
    "udpIdleTimeoutSec",
    "icmpIdleTimeoutSec",
    "tcpEstablishedIdleTimeoutSec",
    "tcpTransitoryIdleTimeoutSec",
    "tcpTimeWaitTimeoutSec",
    "effectiveTcpTimeWaitTimeoutSec",
    "logConfig",
    "rules",
];

const TIMEOUTS: [&str; 5] = [
    "udpIdleTimeoutSec",
    "icmpIdleTimeoutSec",
    "tcpEstablishedIdleTimeoutSec",
    "tcpTransitoryIdleTimeoutSec",
    "tcpTimeWaitTimeoutSec",
];

/// Range of timeouts, in seconds. Google publishes the defaults and no limits; a day is beyond what anybody sets.
const TIMEOUT: RangeInclusive<i64> = 0..=86_400;

/// Reads an entry of `nats`; `max_ports` says what becomes of a `maxPortsPerVm` without meaning.
pub(crate) fn read(body: &Body, project: &str, max_ports: Leftover) -> Result<Nat, ApiError> {
    body.only(&FIELDS)?;
    let private = body.one_of("type", &["PRIVATE", "PUBLIC"])? == Some("PRIVATE");
    let (rules, of_rules) = rules::read(body, project, private)?;
    ports::check(body, max_ports)?;
    check_kept(body)?;
    let (nat_ips, drained) = (addresses(body, "natIps", project)?, addresses(body, "drainNatIps", project)?);
    match private {
        true => check_private(body)?,
        false => check_public(body, nat_ips.is_empty(), rules.is_empty())?,
    }
    let source = source(body)?;
    let subnetworks = subnetworks(body, project, source)?;
    let mut printed = print::printed(body, &nat_ips, &drained, &subnetworks)?;
    if !rules.is_empty() {
        printed.insert("rules".to_owned(), rules.into());
    }
    if private {
        printed.remove("autoNetworkTier");
    }
    if max_ports == Leftover::Drop && !ports::is_dynamic(body)? {
        printed.remove("maxPortsPerVm");
    }
    Ok(Nat {
        name: checks::name(body)?,
        addresses: nat_ips.into_iter().chain(drained).chain(of_rules).collect(),
        source,
        subnetworks,
        printed,
    })
}

/// Checks the addresses of a public NAT. Rules pick among addresses that are given, so they need some.
fn check_public(body: &Body, no_addresses: bool, no_rules: bool) -> Result<(), ApiError> {
    match (body.require("natIpAllocateOption")?, no_addresses) {
        ("AUTO_ONLY", _) if !no_rules => Err(body.invalid("rules", "Rules require MANUAL_ONLY.")),
        ("AUTO_ONLY", true) | ("MANUAL_ONLY", false) => Ok(()),
        ("AUTO_ONLY", false) => Err(body.invalid("natIps", "Must be empty with AUTO_ONLY.")),
        ("MANUAL_ONLY", true) => Err(ApiError::required(&body.path("natIps"))),
        _ => Err(body.invalid("natIpAllocateOption", "Must be one of [AUTO_ONLY, MANUAL_ONLY].")),
    }
}

/// Refuses what private NAT has not: addresses of its own.
fn check_private(body: &Body) -> Result<(), ApiError> {
    let public = ["natIpAllocateOption", "natIps", "drainNatIps", "autoNetworkTier"];
    match public.into_iter().find(|field| body.has(field)) {
        Some(field) => Err(body.invalid(field, "It cannot be given for private NAT.")),
        None => Ok(()),
    }
}

/// Checks the fields that are only kept.
fn check_kept(body: &Body) -> Result<(), ApiError> {
    for timeout in TIMEOUTS {
        body.integer_in(timeout, TIMEOUT)?;
    }
    if let Some(config) = body.object("logConfig")? {
        config.only(&["enable", "filter"])?;
        config.one_of("filter", &["ALL", "ERRORS_ONLY", "TRANSLATIONS_ONLY"])?;
    }
    Ok(())
}

fn addresses(body: &Body, field: &str, project: &str) -> Result<Vec<String>, ApiError> {
    let links = body.strings(field)?.unwrap_or_default();
    let path = |(index, link): (usize, &String)| {
        let parsed = reference::parse(link, project, "addresses").filter(|(_, region, _)| !region.is_empty());
        let at = format!("{}[{index}]", body.path(field));
        let (project, region, name) =
            parsed.ok_or_else(|| ApiError::invalid(&at, link, "The URL is malformed."))?;
        Ok(reference::regional(&project, &region, "addresses", &name))
    };
    links.iter().enumerate().map(path).collect()
}

fn source(body: &Body) -> Result<Source, ApiError> {
    let field = "sourceSubnetworkIpRangesToNat";
    match body.require(field)? {
        "LIST_OF_SUBNETWORKS" => Ok(Source::ListOfSubnetworks),
        "ALL_SUBNETWORKS_ALL_IP_RANGES" | "ALL_SUBNETWORKS_ALL_PRIMARY_IP_RANGES" => {
            Ok(Source::AllSubnetworks)
        }
        _ => Err(body.invalid(
            field,
            "Must be one of [ALL_SUBNETWORKS_ALL_IP_RANGES, ALL_SUBNETWORKS_ALL_PRIMARY_IP_RANGES, \
             LIST_OF_SUBNETWORKS].",
        )),
    }
}

fn subnetworks(body: &Body, project: &str, source: Source) -> Result<Vec<NamedSubnet>, ApiError> {
    let entries = body.objects("subnetworks")?.unwrap_or_default();
    match (source, entries.is_empty()) {
        (Source::ListOfSubnetworks, true) => return Err(ApiError::required(&body.path("subnetworks"))),
        (Source::AllSubnetworks, false) => {
            return Err(body.invalid("subnetworks", "Must be empty unless LIST_OF_SUBNETWORKS is given."));
        }
        _ => {}
    }
    entries.iter().map(|entry| named_subnet(entry, project)).collect()
}

fn named_subnet(body: &Body, project: &str) -> Result<NamedSubnet, ApiError> {
    body.only(&["name", "sourceIpRangesToNat", "secondaryIpRangeNames"])?;
    let parsed = reference::parse(body.require("name")?, project, "subnetworks");
    let (project, region, name) = parsed.ok_or_else(|| body.invalid("name", "The URL is malformed."))?;
    let options = body.strings("sourceIpRangesToNat")?.unwrap_or_default();
    let known = ["ALL_IP_RANGES", "PRIMARY_IP_RANGE", "LIST_OF_SECONDARY_IP_RANGES"];
    if options.is_empty() {
        return Err(ApiError::required(&body.path("sourceIpRangesToNat")));
    }
    if let Some(other) = options.iter().find(|option| !known.contains(&option.as_str())) {
        let why = format!("Must be one of [{}].", known.join(", "));
        return Err(ApiError::invalid(&body.path("sourceIpRangesToNat"), other, &why));
    }
    let range_names = body.strings("secondaryIpRangeNames")?.unwrap_or_default();
    let listed = options.iter().any(|option| option == "LIST_OF_SECONDARY_IP_RANGES");
    if listed == range_names.is_empty() {
        let why = "Must be given with LIST_OF_SECONDARY_IP_RANGES, and only then.";
        return Err(body.invalid("secondaryIpRangeNames", why));
    }
    Ok(NamedSubnet { subnet: SubnetKey { project, region, name }, range_names })
}
