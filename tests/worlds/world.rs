//! What is there, said briefly: by default the world of a running IPv4 shoot, and what differs from it.

use std::collections::BTreeMap;

use ipnet::{IpNet, Ipv4Net};
use jiff::Timestamp;
use planner::desired::Target;
use planner::snapshot::{
    Alias, Ccm, CcmPod, Cloud, ManagedResource, Network, NetworkMode, NextHop, Nic, PRIVATE,
    PassthroughRules, Peering, Route, SecondaryRange, Shoot, StackType, Subnet, Vm,
};
use planner::vocabulary::{POD_RANGE_NAME, Purpose, VmRef};
use serde::Deserialize;
use serde_json::json;

use super::around::Around;
use super::case::{CLUSTER, REGION};
use super::preflight::Looked;
use super::shoot::Api;

/// A shoot in the same VPC whose name begins with this one's.
const NEIGHBOUR: &str = "shoot--p--ab";
/// The state of a VM that is up.
const RUNNING: &str = "RUNNING";
/// The priority of a route that names none.
const PRIORITY: u32 = 1000;

/// What is there.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub(crate) struct World {
    /// No VPC at all.
    empty: bool,
    /// `custom`, `auto` or `legacy`.
    mode: String,
    /// `REGIONAL` or `GLOBAL`.
    routing_mode: String,
    /// Names of peerings.
    peerings: Vec<String>,
    /// Purposes of the shoot's subnets that do not exist.
    missing_subnets: Vec<String>,
    /// Primary range of the nodes subnet.
    nodes_range: Ipv4Net,
    /// The overlap flag of the nodes subnet.
    overlap: bool,
    /// Secondary ranges of the nodes subnet: name and range.
    secondary: Vec<(String, Ipv4Net)>,
    /// Purposes of the subnets that are dual-stack; with `prefixes` also those whose range has come.
    dual: Vec<String>,
    /// Purposes of the dual-stack subnets whose IPv6 range has come.
    prefixes: Vec<String>,
    /// How many more secondary ranges the nodes subnet has.
    filler_secondary: u8,
    /// The stack of the shoot's subnets that have neither IPv4 nor external IPv6, by purpose: `internal` or `ipv6`.
    stacks: BTreeMap<String, String>,
    /// What Google calls the purpose of the shoot's subnets, by our purpose, if they are not for VMs.
    purposes: BTreeMap<String, String>,
    /// Nodes of the shoot, each a VM with pod range 100.96.N.0/24 and a route.
    nodes: u8,
    /// The instant at which the shoot's VMs were created.
    created: Option<Timestamp>,
    /// Nodes, by number, that have their alias.
    aliased: Vec<u8>,
    /// Nodes, by number, that have no route.
    unrouted: Vec<u8>,
    /// Nodes, by number, whose VM is gone.
    gone: Vec<u8>,
    /// More routes.
    routes: Vec<OtherRoute>,
    /// Purposes of the shoot's subnets that a VM of somebody else is in.
    guests: Vec<String>,
    /// Nobody else has VMs in the VPC.
    alone: bool,
    /// More VMs in the VPC, of nobody's concern.
    other_vms: usize,
    /// More routes in the VPC, outside the pod range.
    other_routes: usize,
    /// More subnets in the VPC whose overlap flag is on.
    hybrid_subnets: u8,
    /// More subnets in the VPC: name, region, range.
    other_subnets: Vec<(String, String, Ipv4Net)>,
    /// Further aliases: number of the node, range, name of the range.
    aliases: Vec<(u8, Ipv4Net, String)>,
    /// How many /32 aliases fill up the interface of node 0.
    filler_aliases: u8,
    /// Nodes, by number, whose interface is on another subnet.
    elsewhere: Vec<u8>,
    /// Nodes, by number, whose VM is in another region.
    abroad: Vec<u8>,
    /// Nodes, by number, whose VM bears the tag of a shoot whose name begins with this one's.
    untagged: Vec<u8>,
    /// Nodes, by number, whose route bears a network tag.
    tagged: Vec<u8>,
    /// Nodes, by number, whose VM is stopped.
    stopped: Vec<u8>,
    /// Nodes, by number, whose VM was made without canIpForward.
    deaf: Vec<u8>,
    /// Rules of internal passthrough load balancers: how many, or -1 if they may not be listed.
    passthrough_rules: Option<i32>,
    /// Inserts in flight.
    inserts_in_flight: usize,
    /// Objects on which an operation is under way, as paths below the project.
    in_flight: Vec<String>,
    /// What is around the subnets.
    around: Around,
    /// What the preflight looks at beside all else.
    preflight: Looked,
    /// What the shoot's own API tells.
    api: Api,
    /// `running`, `ignored` (told, not yet obeyed), `obeyed`, `scaled`, `stopped`, `left-alone` (by others), `without-routes` or `absent`.
    ccm: String,
}

/// A route beside those of the nodes.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct OtherRoute {
    name: String,
    to: IpNet,
    /// A node by number, a VM of somebody else (`zone/name`), `internet`, `hub`, `subnet`, or anything else.
    via: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    priority: Option<u32>,
}

impl Default for World {
    fn default() -> Self {
        Self {
            created: None,
            empty: false,
            mode: "custom".to_owned(),
            routing_mode: "REGIONAL".to_owned(),
            peerings: Vec::new(),
            missing_subnets: vec!["services".to_owned()],
            nodes_range: "10.250.0.0/16".parse().unwrap(),
            overlap: false,
            secondary: Vec::new(),
            dual: Vec::new(),
            prefixes: Vec::new(),
            filler_secondary: 0,
            stacks: BTreeMap::new(),
            purposes: BTreeMap::new(),
            nodes: 2,
            aliased: Vec::new(),
            unrouted: Vec::new(),
            gone: Vec::new(),
            routes: Vec::new(),
            guests: Vec::new(),
            alone: false,
            other_vms: 0,
            other_routes: 0,
            hybrid_subnets: 0,
            other_subnets: Vec::new(),
            aliases: Vec::new(),
            filler_aliases: 0,
            elsewhere: Vec::new(),
            abroad: Vec::new(),
            untagged: Vec::new(),
            tagged: Vec::new(),
            stopped: Vec::new(),
            deaf: Vec::new(),
            passthrough_rules: None,
            inserts_in_flight: 0,
            in_flight: Vec::new(),
            around: Around::default(),
            preflight: Looked::default(),
            api: Api::default(),
            ccm: "running".to_owned(),
        }
    }
}

impl World {
    /// The VPC.
    pub(crate) fn cloud(&self, target: &Target) -> Cloud {
        if self.empty {
            let service_account = self.around.cloud(target, &[], &[]).service_account;
            return Cloud { service_account, ..Cloud::default() };
        }
        let subnets = self.subnets(target);
        let around = self.around.cloud(target, &inside(target, &subnets), &self.prefixes);
        Cloud {
            network: Some(Network {
                name: target.network.name.clone(),
                url: format!("https://www.googleapis.com/compute/v1/{}", target.network_path()),
                mode: match self.mode.as_str() {
                    "custom" => NetworkMode::Custom,
                    "auto" => NetworkMode::Auto,
                    "legacy" => NetworkMode::Legacy,
                    other => panic!("mode {other}"),
                },
                routing_mode: self.routing_mode.clone(),
                peerings: self
                    .peerings
                    .iter()
                    .map(|name| Peering { name: name.clone(), active: true })
                    .collect(),
                subnets: subnets.iter().map(|subnet| format!("{}/{}", subnet.region, subnet.name)).collect(),
            }),
            subnets,
            passthrough_rules: match self.passthrough_rules.map(usize::try_from) {
                None => PassthroughRules::Unread,
                Some(Ok(number)) => PassthroughRules::Counted(number),
                Some(Err(_)) => PassthroughRules::Denied,
            },
            routes: self.routes(),
            vms: self.vms().into_iter().map(|vm| (vm.id.clone(), vm)).collect(),
            gone: self.gone.iter().map(|number| self.vm_ref(*number)).collect(),
            in_flight: self.in_flight.iter().map(|path| (path.clone(), "patch".to_owned())).collect(),
            route_inserts_in_flight: self.inserts_in_flight,
            preflight: self.preflight.preflight(),
            ..around
        }
    }

    fn subnets(&self, target: &Target) -> Vec<Subnet> {
        let own = [Purpose::Nodes, Purpose::Internal, Purpose::Services];
        let own = own
            .into_iter()
            .filter(|purpose| !self.missing_subnets.iter().any(|missing| missing == purpose.as_str()));
        let own = own.map(|purpose| {
            let is = |list: &[String]| list.iter().any(|entry| entry == purpose.as_str());
            let nodes = purpose == Purpose::Nodes;
            let range = if nodes {
                self.nodes_range
            } else if purpose == Purpose::Internal {
                "10.251.0.0/24".parse().unwrap()
            } else {
                "100.64.0.0/13".parse().unwrap()
            };
            let filler = (0..self.filler_secondary)
                .map(|number| (format!("more-{number}"), format!("172.17.{number}.0/24").parse().unwrap()));
            let secondary = self.secondary.iter().cloned().chain(filler).filter(|_| nodes);
            let secondary = secondary.map(|(name, range): (String, Ipv4Net)| SecondaryRange {
                raw: json!({ "rangeName": name, "ipCidrRange": range }),
                name: name.into(),
                range,
            });
            Subnet {
                name: format!("{}-{}", target.cluster, purpose.as_str()).into(),
                region: REGION.into(),
                description: purpose.description().to_owned(),
                range,
                secondary: secondary.collect(),
                overlap: nodes && self.overlap,
                stack: match (self.stacks.get(purpose.as_str()).map(String::as_str), is(&self.dual)) {
                    (None, false) => StackType::Ipv4,
                    (None, true) => StackType::DualExternal,
                    (Some("internal"), _) => StackType::DualInternal,
                    (Some("ipv6"), _) => StackType::Other,
                    (Some(other), _) => panic!("stack {other}"),
                },
                purpose: self.purposes.get(purpose.as_str()).cloned().unwrap_or_else(|| PRIVATE.to_owned()),
                flow_logs: None,
                ipv6_prefix: is(&self.prefixes).then(|| ipv6_prefix(purpose)),
                fingerprint: format!("{}-1", purpose.as_str()),
            }
        });
        let other = self.other_subnets.iter().map(|(name, region, range)| Subnet {
            name: name.clone().into(),
            region: region.clone().into(),
            description: String::new(),
            range: *range,
            secondary: Vec::new(),
            overlap: false,
            stack: StackType::Ipv4,
            purpose: PRIVATE.to_owned(),
            flow_logs: None,
            ipv6_prefix: None,
            fingerprint: "other-1".to_owned(),
        });
        let hybrid = (0..self.hybrid_subnets).map(|number| Subnet {
            name: format!("hybrid-{number}").into(),
            region: REGION.into(),
            description: String::new(),
            range: format!("10.{number}.0.0/24").parse().unwrap(),
            secondary: Vec::new(),
            overlap: true,
            stack: StackType::Ipv4,
            purpose: PRIVATE.to_owned(),
            flow_logs: None,
            ipv6_prefix: None,
            fingerprint: "hybrid-1".to_owned(),
        });
        own.chain(other).chain(hybrid).collect()
    }

    fn routes(&self) -> Vec<Route> {
        let nodes = (0..self.nodes).filter(|number| !self.unrouted.contains(number)).map(|number| Route {
            name: format!("{CLUSTER}-0a1b2c3d-0000-4000-8000-{number:012}").into(),
            destination: pod_range(number).into(),
            next_hop: NextHop::Vm(self.vm_ref(number)),
            description: "k8s-node-route".to_owned(),
            tags: if self.tagged.contains(&number) { vec!["edge".to_owned()] } else { Vec::new() },
            priority: PRIORITY,
        });
        let others = self.routes.iter().map(|route| Route {
            name: route.name.clone().into(),
            destination: route.to,
            next_hop: match (route.via.parse(), route.via.split_once('/')) {
                (Ok(number), _) => NextHop::Vm(self.vm_ref(number)),
                (_, Some((zone, name))) => NextHop::Vm(VmRef { zone: zone.into(), name: name.into() }),
                _ if route.via == "internet" => NextHop::Internet,
                _ if route.via == "hub" => NextHop::Hub,
                _ if route.via == "subnet" => NextHop::Subnet,
                _ => NextHop::Other(route.via.clone()),
            },
            description: route.description.clone(),
            tags: Vec::new(),
            priority: route.priority.unwrap_or(PRIORITY),
        });
        let default = Route {
            name: "default-route-internet".into(),
            destination: "0.0.0.0/0".parse().unwrap(),
            next_hop: NextHop::Internet,
            description: "Default route to the Internet.".to_owned(),
            tags: Vec::new(),
            priority: PRIORITY,
        };
        let more = (0..self.other_routes).map(|number| Route {
            name: format!("more-{number}").into(),
            destination: format!("192.168.{}.{}/32", number / 256, number % 256).parse().unwrap(),
            next_hop: NextHop::Other("vpn".to_owned()),
            description: String::new(),
            tags: Vec::new(),
            priority: PRIORITY,
        });
        nodes.chain(others).chain(more).chain([default]).collect()
    }

    fn vms(&self) -> Vec<Vm> {
        let nodes = (0..self.nodes).filter(|number| !self.gone.contains(number)).map(|number| {
            let own = self.aliased.contains(&number).then(|| (pod_range(number), POD_RANGE_NAME.to_owned()));
            let more = self.aliases.iter().filter(|(node, ..)| *node == number);
            let more = more.map(|(_, range, name)| (*range, name.clone()));
            let filler = (0..if number == 0 { self.filler_aliases } else { 0 })
                .map(|last| (format!("172.16.0.{last}/32").parse().unwrap(), "other".to_owned()));
            let aliases = own.into_iter().chain(more).chain(filler).map(|(range, name)| Alias {
                range,
                raw: json!({ "ipCidrRange": range, "subnetworkRangeName": name }),
                range_name: Some(name.into()),
            });
            let subnet = if self.elsewhere.contains(&number) { "other" } else { "nodes" };
            Vm {
                id: self.vm_ref(number),
                tags: vec![if self.untagged.contains(&number) { NEIGHBOUR } else { CLUSTER }.to_owned()],
                status: if self.stopped.contains(&number) { "TERMINATED" } else { RUNNING }.to_owned(),
                can_forward: !self.deaf.contains(&number),
                created: self.created,
                nic: Nic {
                    name: "nic0".to_owned(),
                    subnet: format!("{CLUSTER}-{subnet}").into(),
                    aliases: aliases.collect(),
                    fingerprint: format!("nic-{number}"),
                },
            }
        });
        let others = (0..self.other_vms).map(|number| foreign_vm(&format!("other-{number}"), "other"));
        // A shoot in the same VPC whose name begins with ours.
        let neighbour = foreign_vm("shoot--p--ab-pool-z1-11111-aaaaa", NEIGHBOUR);
        let guests = self.guests.iter().map(|purpose| {
            let guest = foreign_vm(&format!("guest-{purpose}"), "guest");
            Vm { nic: Nic { subnet: format!("{CLUSTER}-{purpose}").into(), ..guest.nic }, ..guest }
        });
        nodes.chain(others).chain(guests).chain(Some(neighbour).filter(|_| !self.alone)).collect()
    }

    fn vm_ref(&self, number: u8) -> VmRef {
        let pool = if number.is_multiple_of(2) { "one" } else { "two" };
        let region = if self.abroad.contains(&number) { "us-east1" } else { REGION };
        VmRef {
            zone: format!("{region}-b").into(),
            name: format!("{CLUSTER}-{pool}-z1-abcde-node{number}").into(),
        }
    }

    /// The shoot, as its own API shows it.
    pub(crate) fn shoot(&self, now: Timestamp) -> Shoot {
        let there = (0..self.nodes).filter(|number| !self.gone.contains(number));
        self.api.shoot(there.map(|number| (number, self.vm_ref(number))), pod_range, now)
    }

    /// The cloud-controller-manager.
    pub(crate) fn ccm(&self) -> Ccm {
        let pod = |makes_routes| CcmPod { name: "ccm-1".to_owned(), makes_routes };
        let resource = |annotated, ignored| {
            Some(ManagedResource { ignore: annotated, remove_ignore: annotated, ignored })
        };
        let ccm = |replicas, makes_routes, pods, managed_resource| Ccm {
            replicas: Some(replicas),
            makes_routes,
            pods,
            deployment_version: "ccm-1".to_owned(),
            managed_resource_version: "chart-1".to_owned(),
            managed_resource,
            rights: self.preflight.rights(),
        };
        match self.ccm.as_str() {
            "running" => ccm(1, true, vec![pod(true)], resource(false, false)),
            "ignored" => ccm(1, true, vec![pod(true)], resource(true, false)),
            "obeyed" => ccm(1, true, vec![pod(true)], resource(true, true)),
            "scaled" => ccm(0, true, vec![pod(true)], resource(true, true)),
            "stopped" => ccm(0, true, Vec::new(), resource(true, true)),
            "left-alone" => {
                let by_others = ManagedResource { ignore: true, remove_ignore: false, ignored: true };
                ccm(1, true, vec![pod(true)], Some(by_others))
            }
            "without-routes" => ccm(1, false, vec![pod(false)], resource(false, false)),
            "absent" => Ccm::default(),
            other => panic!("ccm {other}"),
        }
    }
}

/// The ranges that may reach every VM: that of the pods, and those that subnets have.
fn inside(target: &Target, subnets: &[Subnet]) -> Vec<Ipv4Net> {
    let range = |purpose: Purpose| {
        let name = format!("{}-{}", target.cluster, purpose.as_str());
        subnets.iter().find(|subnet| subnet.name == name).map(|subnet| subnet.range)
    };
    [target.pods, range(Purpose::Internal), range(Purpose::Nodes)].into_iter().flatten().collect()
}

/// The IPv6 range of a subnet.
pub(crate) fn ipv6_prefix(purpose: Purpose) -> String {
    format!("2600:1900:4180:{}::/64", purpose as u8)
}

fn pod_range(number: u8) -> Ipv4Net {
    format!("100.96.{number}.0/24").parse().unwrap()
}

fn foreign_vm(name: &str, tag: &str) -> Vm {
    Vm {
        id: VmRef { zone: format!("{REGION}-b").into(), name: name.into() },
        tags: vec![tag.to_owned()],
        status: RUNNING.to_owned(),
        can_forward: true,
        created: None,
        nic: Nic {
            name: "nic0".to_owned(),
            subnet: format!("{tag}-nodes").into(),
            aliases: Vec::new(),
            fingerprint: "foreign".to_owned(),
        },
    }
}
