//! The ends between which a firewall rule is: ranges, network tags, service accounts.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::model::firewalls::Direction;
use crate::model::firewalls::Ends;
use ipnet::IpNet;

const RANGES: [&str; 2] = ["sourceRanges", "destinationRanges"];
const TAGS: [&str; 2] = ["sourceTags", "targetTags"];
const ACCOUNTS: [&str; 2] = ["sourceServiceAccounts", "targetServiceAccounts"];

/// Fields that only rules for arriving packets have.
const SOURCES: [&str; 3] = ["sourceRanges", "sourceTags", "sourceServiceAccounts"];

const ANYWHERE: &str = "0.0.0.0/0";

/// Reads the lists. A rule that says nothing of the other end gets all IPv4 addresses.
pub(super) fn read(body: &Body, direction: Direction) -> Result<Ends, ApiError> {
    let mut lists = BTreeMap::new();
    for field in RANGES.into_iter().chain(TAGS).chain(ACCOUNTS) {
        let list = body.strings(field)?.unwrap_or_default();
        if !list.is_empty() {
            lists.insert(field, list);
        }
    }
    check_families(body, &lists)?;
    let given = |fields: &[&'static str]| fields.iter().copied().find(|field| lists.contains_key(field));
    if let (Some(field), Some(_)) = (given(&TAGS), given(&ACCOUNTS)) {
        return Err(body.invalid(field, "Tags and service accounts cannot be used in the same rule."));
    }
    match (direction, given(&SOURCES)) {
        (Direction::Egress, Some(field)) => {
            return Err(body.invalid(field, "Rules of direction EGRESS have no sources."));
        }
        (Direction::Ingress, None) => {
            lists.insert("sourceRanges", vec![ANYWHERE.to_owned()]);
        }
        (Direction::Egress, None) => {
            lists.entry("destinationRanges").or_insert_with(|| vec![ANYWHERE.to_owned()]);
        }
        (Direction::Ingress, Some(_)) => {}
    }
    Ok(Ends(lists))
}

/// Refuses lists with an entry that is no range, or with ranges of two families.
fn check_families(body: &Body, lists: &BTreeMap<&'static str, Vec<String>>) -> Result<(), ApiError> {
    let mut ipv6 = None;
    for field in RANGES {
        for (index, range) in lists.get(field).into_iter().flatten().enumerate() {
            let refuse = |why: &str| ApiError::invalid(&format!("{}[{index}]", body.path(field)), range, why);
            let parsed = addressed(range);
            let is_ipv6 =
                parsed.ok_or_else(|| refuse("Must be a valid IPV4 or IPV6 CIDR address range."))?.is_ipv6();
            if *ipv6.get_or_insert(is_ipv6) != is_ipv6 {
                return Err(refuse("A rule can have IPv4 or IPv6 ranges, but not both."));
            }
        }
    }
    Ok(())
}

/// The address of a range. One without a length is a range too, and stays as it was sent.
fn addressed(range: &str) -> Option<IpAddr> {
    range.parse::<IpNet>().map(|range| range.addr()).or_else(|_| range.parse()).ok()
}
