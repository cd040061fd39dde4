//! Rules of a NAT: which packets get which addresses, or which ranges of subnets for private NAT.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use serde_json::{Value, json};

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::reference::{self, self_link};

/// Numbers that rules can have.
const NUMBERS: RangeInclusive<i64> = 0..=65_000;

/// The lists of an action with the collection that each refers to.
const LISTS: [(&str, &str); 4] = [
    ("sourceNatActiveIps", "addresses"),
    ("sourceNatDrainIps", "addresses"),
    ("sourceNatActiveRanges", "subnetworks"),
    ("sourceNatDrainRanges", "subnetworks"),
];

/// The rules of a NAT as they are printed, and the paths of the addresses that they use.
pub(super) fn read(body: &Body, project: &str, private: bool) -> Result<(Vec<Value>, Vec<String>), ApiError> {
    let (mut printed, mut addresses, mut numbers) = (Vec::new(), Vec::new(), BTreeSet::new());
    for rule in body.objects("rules")?.unwrap_or_default() {
        rule.only(&["ruleNumber", "description", "match", "action"])?;
        let number = rule.integer_in("ruleNumber", NUMBERS)?;
        let number = number.ok_or_else(|| ApiError::required(&rule.path("ruleNumber")))?;
        if !numbers.insert(number) {
            return Err(rule.invalid("ruleNumber", "The number is used twice."));
        }
        rule.require("match")?;
        let action = rule.object("action")?.ok_or_else(|| ApiError::required(&rule.path("action")))?;
        action.only(&LISTS.map(|(list, _)| list))?;
        let mut shown = action.clone().into_map();
        for (list, collection) in LISTS {
            let paths = paths(&action, list, collection, project)?;
            if !paths.is_empty() && private != (collection == "subnetworks") {
                return Err(
                    action.invalid(list, "Private NAT has ranges of subnetworks, public NAT addresses.")
                );
            }
            match paths.is_empty() {
                true => shown.remove(list),
                false => shown
                    .insert(list.to_owned(), paths.iter().map(|path| Value::from(self_link(path))).collect()),
            };
            addresses.extend(paths.into_iter().filter(|_| collection == "addresses"));
        }
        let mut map = rule.clone().into_map();
        map.insert("action".to_owned(), json!(shown));
        printed.push(Value::Object(map));
    }
    Ok((printed, addresses))
}

fn paths(action: &Body, list: &str, collection: &str, project: &str) -> Result<Vec<String>, ApiError> {
    let links = action.strings(list)?.unwrap_or_default();
    let path = |(index, link): (usize, &String)| {
        let parsed = reference::parse(link, project, collection).filter(|(_, region, _)| !region.is_empty());
        let at = format!("{}[{index}]", action.path(list));
        let (project, region, name) =
            parsed.ok_or_else(|| ApiError::invalid(&at, link, "The URL is malformed."))?;
        Ok(reference::regional(&project, &region, collection, &name))
    };
    links.iter().enumerate().map(path).collect()
}
