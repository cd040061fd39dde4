//! What the shoot's own API tells: by default a Node for each VM of the shoot, with the range that its route has.

use std::collections::BTreeMap;

use ipnet::Ipv4Net;
use planner::snapshot::{Guest, Node, Obstacle, Reading, Shoot};
use planner::vocabulary::VmRef;
use serde::Deserialize;

/// What differs from a Node for each VM.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub(crate) struct Api {
    /// The API does not answer.
    silent: bool,
    /// Nodes, by number, that do not exist.
    missing: Vec<u8>,
    /// The pod ranges of Nodes, by number, that are not those of the routes.
    ranges: BTreeMap<u8, Ipv4Net>,
    /// Nodes, by number, that say to be another VM: that of this number.
    lies: BTreeMap<u8, u8>,
    /// Nodes, by number, whose guests are not known to leave aliases alone: `lacking`, `not-applied`, `unknown` or `unread`.
    guests: BTreeMap<u8, String>,
}

impl Api {
    /// What is seen, given the VMs of the nodes by their numbers, and the range that each has by its route.
    pub(crate) fn shoot(&self, vms: impl Iterator<Item = (u8, VmRef)>, range: fn(u8) -> Ipv4Net) -> Shoot {
        let vms: BTreeMap<u8, VmRef> = vms.collect();
        let there = vms.iter().filter(|(number, _)| !self.missing.contains(number));
        let nodes = there.map(|(number, vm)| Node {
            name: vm.name.to_string(),
            vm: vms.get(self.lies.get(number).unwrap_or(number)).cloned(),
            pod_range: Some(self.ranges.get(number).copied().unwrap_or_else(|| range(*number))),
            pool: None,
            ready: true,
            schedulable: true,
            going: false,
            image: "Garden Linux 1877.4".to_owned(),
            guest: self.guests.get(number).map_or(Guest::AliasesOff, |guest| self::guest(guest)),
        });
        Shoot {
            nodes: if self.silent {
                Reading::Unknown(Obstacle::Silent)
            } else {
                Reading::Known(nodes.collect())
            },
        }
    }
}

fn guest(said: &str) -> Guest {
    match said {
        "lacking" => Guest::Lacking,
        "not-applied" => Guest::NotApplied,
        "unknown" => Guest::Unknown,
        "unread" => Guest::Unread,
        other => panic!("guest {other}"),
    }
}
