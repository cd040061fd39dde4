//! What the shoot's own API tells: by default a Node for each VM of the shoot, with the range that its route has.

use std::collections::BTreeMap;
use std::time::Duration;

use ipnet::Ipv4Net;
use jiff::Timestamp;
use planner::snapshot::{
    Endpoint, Guest, Look, Node, NodeLook, Obstacle, Pod, PodLook, Pods, Reading, Shoot, Window,
};
use planner::vocabulary::{Cadence, VmRef};
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
    /// Nodes, by number, of which only the name can be read.
    unreadable: Vec<u8>,
    /// One more Node of which not even the name can be read.
    nameless: bool,
    /// Nodes, by number, that are not ready.
    unready: Vec<u8>,
    /// The images of Nodes, by number, that are not the usual one.
    images: BTreeMap<u8, String>,
    /// The pods on Nodes, by number; without any nothing but Nodes can be read.
    pods: BTreeMap<u8, Vec<PodKind>>,
    /// The pods cannot be read.
    no_pods: bool,
    /// Looks at canaries and controls.
    looks: Vec<Looks>,
}

/// A pod that has been ready for an hour, unless its kind says otherwise.
#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PodKind {
    /// It answers, and its kubelet measures it.
    Web,
    /// Its kubelet measures it, and nobody else can.
    Tcp,
    /// It does not answer, and its kubelet does not measure it.
    Mute,
    /// As `Web`, made and ready for a minute.
    Young,
    /// As `Web`, ready for a minute and made long before.
    Late,
    /// As `Web`, with the address of its node.
    Host,
    /// The end of the VPN.
    Vpn,
}

/// Looks one after the other, in all of which the same was seen.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Looks {
    /// The first.
    from: Timestamp,
    /// How many.
    number: u32,
    /// The seconds between them.
    #[serde(default = "two")]
    every: u64,
    /// What was seen of Nodes, by number.
    nodes: BTreeMap<u8, Seen>,
}

fn two() -> u64 {
    2
}

/// What was seen of a Node.
#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Seen {
    /// All is well.
    Up,
    /// Its pods do not answer, and its kubelet does not miss them yet.
    Silent,
    /// Its kubelet misses its pods.
    Missed,
    /// The way there is not open.
    Away,
    /// The shoot's API did not tell.
    Untold,
}

/// What a pod of a kind looks like.
fn pod(kind: PodKind, node: &str, number: u8, index: usize, now: Timestamp) -> Pod {
    use PodKind::{Host, Late, Mute, Tcp, Web, Young};
    let since = |young| now.checked_sub(Duration::from_secs(if young { 60 } else { 3600 })).ok();
    let answers = matches!(kind, Web | Young | Late | Host | Mute);
    let measured = matches!(kind, Web | Tcp | Young | Late | Host);
    Pod {
        namespace: "default".to_owned(),
        name: format!("pod-{number}-{index}"),
        uid: format!("uid-{number}-{index}"),
        node: node.to_owned(),
        host_network: kind == PodKind::Host,
        created: since(kind == Young),
        ready_since: since(matches!(kind, Young | Late)),
        endpoints: Vec::from_iter(answers.then(|| Endpoint { tls: false, port: 80, path: "/".to_owned() })),
        measured: measured.then_some(Cadence { period: 10, threshold: 3 }),
        vpn: kind == PodKind::Vpn,
        going: false,
    }
}

impl Seen {
    fn look(self, number: u8, pods: &[PodKind]) -> Option<NodeLook> {
        let look = PodLook {
            answers: self == Self::Up,
            ready: self != Self::Missed,
            unhealthy: if self == Self::Missed { 3 } else { 0 },
        };
        let pods = pods.iter().enumerate();
        let pods = pods.map(|(index, _)| (format!("uid-{number}-{index}"), look)).collect();
        (self != Self::Untold).then_some(NodeLook { kubelet: self != Self::Away, pods })
    }
}

impl Api {
    /// What is seen, given the VMs of the nodes by their numbers, and the range that each has by its route.
    pub(crate) fn shoot(
        &self,
        vms: impl Iterator<Item = (u8, VmRef)>,
        range: fn(u8) -> Ipv4Net,
        now: Timestamp,
    ) -> Shoot {
        let vms: BTreeMap<u8, VmRef> = vms.collect();
        let there = vms.iter().filter(|(number, _)| !self.missing.contains(number));
        let nodes = there.map(|(number, vm)| Node {
            name: vm.name.to_string(),
            vm: vms.get(self.lies.get(number).unwrap_or(number)).cloned(),
            pod_range: Some(self.ranges.get(number).copied().unwrap_or_else(|| range(*number))),
            pool: None,
            ready: !self.unready.contains(number),
            schedulable: true,
            going: false,
            image: self.images.get(number).cloned().unwrap_or_else(|| "Garden Linux 1877.4".to_owned()),
            guest: self.guests.get(number).map_or(Guest::AliasesOff, |guest| self::guest(guest)),
            unreadable: false,
        });
        let hidden = |name: &String| {
            let mut hidden = self.unreadable.iter().filter_map(|number| vms.get(number));
            hidden.any(|vm| *vm.name == *name)
        };
        let nodes = nodes.map(|node| if hidden(&node.name) { Node::unreadable(node.name) } else { node });
        let nodes = nodes.chain(self.nameless.then(|| Node::unreadable(String::new())));
        Shoot {
            nodes: if self.silent {
                Reading::Unknown(Obstacle::Silent)
            } else {
                Reading::Known(nodes.collect())
            },
            pods: if self.no_pods {
                Reading::Unknown(Obstacle::Silent)
            } else if self.pods.is_empty() {
                Reading::Unknown(Obstacle::NoAccess)
            } else {
                Reading::Known(self.pods(&vms, now))
            },
            window: Window { looks: self.looks.iter().flat_map(|looks| self.looks(looks, &vms)).collect() },
        }
    }

    fn pods(&self, vms: &BTreeMap<u8, VmRef>, now: Timestamp) -> Pods {
        let mut pods = Pods::default();
        for (number, kinds) in &self.pods {
            for (index, kind) in kinds.iter().enumerate() {
                let pod = pod(*kind, &vms[number].name, *number, index, now);
                if matches!(kind, PodKind::Web | PodKind::Young | PodKind::Late | PodKind::Host) {
                    pods.answering.insert(pod.uid.clone());
                }
                pods.all.push(pod);
            }
        }
        pods
    }

    fn looks(&self, looks: &Looks, vms: &BTreeMap<u8, VmRef>) -> Vec<Look> {
        let none = Vec::new();
        let nodes = |(number, seen): (&u8, &Seen)| {
            let pods = self.pods.get(number).unwrap_or(&none);
            (vms[number].name.to_string(), seen.look(*number, pods))
        };
        let at =
            |index: u32| looks.from.checked_add(Duration::from_secs(looks.every * u64::from(index))).unwrap();
        (0..looks.number)
            .map(|index| Look { at: at(index), nodes: looks.nodes.iter().map(nodes).collect() })
            .collect()
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
