//! Resources, what new ones are made of, and changes of them, as trees.

use planner::plan::resource::{
    Body, Change, FirewallRule, Kind, NewNetwork, NewRouter, NewServiceAccount, NewSubnet, Place,
    ResourceRef, SubnetChange, Traffic,
};
use planner::vocabulary::{FlowLogs, Sampling, VmRef};
use serde_json::{Value, json};

use super::{Parts, Tree, as_variant, object, variant};

impl Tree for ResourceRef {
    fn tree(&self) -> Value {
        let Self { kind, place, name } = self;
        object([("kind", kind.tree()), ("place", place.tree()), ("name", name.tree())])
    }

    fn of(tree: &Value) -> Option<Self> {
        let parts = Parts::of(tree, 3)?;
        Some(Self { kind: parts.get("kind")?, place: parts.get("place")?, name: parts.get("name")? })
    }
}

impl Tree for Kind {
    fn tree(&self) -> Value {
        json!(match self {
            Self::Network => "network",
            Self::Subnet => "subnet",
            Self::Router => "router",
            Self::Firewall => "firewall",
            Self::Route => "route",
            Self::Vm => "vm",
            Self::ServiceAccount => "service-account",
        })
    }

    fn of(tree: &Value) -> Option<Self> {
        Some(match tree.as_str()? {
            "network" => Self::Network,
            "subnet" => Self::Subnet,
            "router" => Self::Router,
            "firewall" => Self::Firewall,
            "route" => Self::Route,
            "vm" => Self::Vm,
            "service-account" => Self::ServiceAccount,
            _ => return None,
        })
    }
}

impl Tree for Place {
    fn tree(&self) -> Value {
        json!(match self {
            Self::Global => "global".to_owned(),
            Self::Region(region) => format!("region/{region}"),
            Self::Zone(zone) => format!("zone/{zone}"),
        })
    }

    fn of(tree: &Value) -> Option<Self> {
        Some(match tree.as_str()?.split_once('/') {
            None if tree == "global" => Self::Global,
            Some(("region", region)) => Self::Region(region.into()),
            Some(("zone", zone)) => Self::Zone(zone.into()),
            None | Some(_) => return None,
        })
    }
}

impl Tree for VmRef {
    fn tree(&self) -> Value {
        let Self { zone, name } = self;
        object([("zone", zone.tree()), ("name", name.tree())])
    }

    fn of(tree: &Value) -> Option<Self> {
        let parts = Parts::of(tree, 2)?;
        Some(Self { zone: parts.get("zone")?, name: parts.get("name")? })
    }
}

impl Tree for Traffic {
    fn tree(&self) -> Value {
        match self {
            Self::Pods { range, vm } => variant("pods", object([("range", range.tree()), ("vm", vm.tree())])),
            Self::Internet => json!("internet"),
        }
    }

    fn of(tree: &Value) -> Option<Self> {
        if tree == "internet" {
            return Some(Self::Internet);
        }
        let ("pods", tree) = as_variant(tree)? else { return None };
        let parts = Parts::of(tree, 2)?;
        Some(Self::Pods { range: parts.get("range")?, vm: parts.get("vm")? })
    }
}

impl Tree for Body {
    fn tree(&self) -> Value {
        match self {
            Self::Network(NewNetwork { mtu, routing_mode }) => {
                variant("network", object([("mtu", mtu.tree()), ("routingMode", routing_mode.tree())]))
            }
            Self::Subnet(NewSubnet { description, network, range, dual_stack, secondary, flow_logs }) => {
                variant(
                    "subnet",
                    object([
                        ("description", description.tree()),
                        ("network", network.tree()),
                        ("range", range.tree()),
                        ("dualStack", dual_stack.tree()),
                        ("secondary", secondary.tree()),
                        ("flowLogs", flow_logs.tree()),
                    ]),
                )
            }
            Self::Router(NewRouter { network }) => variant("router", object([("network", network.tree())])),
            Self::Firewall(rule) => variant("firewall", rule.tree()),
            Self::ServiceAccount(NewServiceAccount { id, display_name }) => {
                variant("serviceAccount", object([("id", id.tree()), ("displayName", display_name.tree())]))
            }
        }
    }

    fn of(tree: &Value) -> Option<Self> {
        let (name, tree) = as_variant(tree)?;
        Some(match name {
            "network" => {
                let parts = Parts::of(tree, 2)?;
                Self::Network(NewNetwork { mtu: parts.get("mtu")?, routing_mode: parts.get("routingMode")? })
            }
            "subnet" => {
                let parts = Parts::of(tree, 6)?;
                Self::Subnet(NewSubnet {
                    description: parts.get("description")?,
                    network: parts.get("network")?,
                    range: parts.get("range")?,
                    dual_stack: parts.get("dualStack")?,
                    secondary: parts.get("secondary")?,
                    flow_logs: parts.get("flowLogs")?,
                })
            }
            "router" => Self::Router(NewRouter { network: Parts::of(tree, 1)?.get("network")? }),
            "firewall" => Self::Firewall(FirewallRule::of(tree)?),
            "serviceAccount" => {
                let parts = Parts::of(tree, 2)?;
                Self::ServiceAccount(NewServiceAccount {
                    id: parts.get("id")?,
                    display_name: parts.get("displayName")?,
                })
            }
            _ => return None,
        })
    }
}

impl Tree for FirewallRule {
    fn tree(&self) -> Value {
        let Self { network, source_ranges, allowed, priority } = self;
        object([
            ("network", network.tree()),
            ("sourceRanges", source_ranges.tree()),
            ("allowed", allowed.tree()),
            ("priority", priority.tree()),
        ])
    }

    fn of(tree: &Value) -> Option<Self> {
        let parts = Parts::of(tree, 4)?;
        Some(Self {
            network: parts.get("network")?,
            source_ranges: parts.get("sourceRanges")?,
            allowed: parts.get("allowed")?,
            priority: parts.get("priority")?,
        })
    }
}

impl Tree for Change {
    fn tree(&self) -> Value {
        match self {
            Self::RoutingMode(mode) => variant("routingMode", mode.tree()),
            Self::Subnet { fingerprint, change } => {
                variant("subnet", object([("fingerprint", fingerprint.tree()), ("change", change.tree())]))
            }
            Self::Range(range) => variant("range", range.tree()),
            Self::Firewall(rule) => variant("firewall", rule.tree()),
        }
    }

    fn of(tree: &Value) -> Option<Self> {
        let (name, tree) = as_variant(tree)?;
        Some(match name {
            "routingMode" => Self::RoutingMode(Tree::of(tree)?),
            "subnet" => {
                let parts = Parts::of(tree, 2)?;
                Self::Subnet { fingerprint: parts.get("fingerprint")?, change: parts.get("change")? }
            }
            "range" => Self::Range(Tree::of(tree)?),
            "firewall" => Self::Firewall(Tree::of(tree)?),
            _ => return None,
        })
    }
}

impl Tree for SubnetChange {
    fn tree(&self) -> Value {
        match self {
            Self::Overlap(on) => variant("overlap", on.tree()),
            Self::SecondaryRanges(ranges) => variant("secondaryRanges", ranges.tree()),
            Self::DualStack => json!("dualStack"),
            Self::Ipv4Only => json!("ipv4Only"),
            Self::FlowLogs(on) => variant("flowLogs", on.tree()),
            Self::LogConfig(logs) => variant("logConfig", logs.tree()),
        }
    }

    fn of(tree: &Value) -> Option<Self> {
        if tree == "dualStack" {
            return Some(Self::DualStack);
        }
        if tree == "ipv4Only" {
            return Some(Self::Ipv4Only);
        }
        let (name, tree) = as_variant(tree)?;
        Some(match name {
            "overlap" => Self::Overlap(Tree::of(tree)?),
            "secondaryRanges" => Self::SecondaryRanges(Tree::of(tree)?),
            "flowLogs" => Self::FlowLogs(Tree::of(tree)?),
            "logConfig" => Self::LogConfig(Tree::of(tree)?),
            _ => return None,
        })
    }
}

impl Tree for FlowLogs {
    fn tree(&self) -> Value {
        let Self { interval, sampling, metadata } = self;
        let sampling = json!(f64::from(sampling.share()));
        object([("interval", interval.tree()), ("sampling", sampling), ("metadata", metadata.tree())])
    }

    fn of(tree: &Value) -> Option<Self> {
        let parts = Parts::of(tree, 3)?;
        let sampling: Value = parts.get("sampling")?;
        Some(Self {
            interval: parts.get("interval")?,
            sampling: Sampling::new(sampling.as_f64()? as f32),
            metadata: parts.get("metadata")?,
        })
    }
}
