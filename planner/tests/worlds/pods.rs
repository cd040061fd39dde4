//! What the shoot's own API shows: its Nodes, of which some may lie, its pods, and looks at canaries. It follows what is so: a guest that takes
//! alias ranges cuts the pods of its node off.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::Ipv4Net;
use planner::journal::Phase;
use planner::plan::{lists_pods, measured_canaries};
use planner::snapshot::{
    Endpoint, Guest, Look, Node, NodeLook, Obstacle, Pod, PodLook, Pods, Reading, Shoot, Vm, Window,
};
use planner::vocabulary::{Cadence, VmRef, Word};

use super::draw::{Draw, Random};
use super::event::other_vm;
use super::world::{CLUSTER, World, bears, pod_range, settings, vm as machine};

/// The worker pools, by the names of VMs.
const POOLS: [&str; 2] = ["one", "two"];

/// What nodes are like, and how much of them can be seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sight {
    /// Whether there is access to pods.
    pods: bool,
    /// The worker pools whose guests take alias ranges, which no file shows.
    takers: BTreeSet<&'static str>,
    /// The worker pools in which nothing measures pods.
    bare: BTreeSet<&'static str>,
    /// The node that carries the way from the API server to all others.
    vpn: Option<VmRef>,
    /// Whether that way is broken.
    vpn_down: bool,
    /// The nodes whose pods answer to nobody.
    ill: BTreeSet<VmRef>,
    /// Nodes that say what is not so.
    lies: Vec<Node>,
    /// Whether nobody can measure a canary, or somebody said to go on without: then guests may cut nodes off.
    unwatched: bool,
    /// The looks at canaries in the memory of the present process.
    window: Window,
}

/// The VM whose Node says a range around those of others.
const GREEDY: usize = 190;

/// Draws what nodes are like.
pub(crate) fn draw(draw: &mut Draw, world: &mut World) {
    world.sight.pods = draw.feature("no-pods", 25).is_none();
    if let Some(mut random) = draw.feature("takers", 12) {
        world.sight.takers = pools(&mut random);
    }
    if let Some(mut random) = draw.feature("bare-pools", 8) {
        world.sight.bare = pools(&mut random);
    }
    if draw.feature("vpn", 25).is_some() && world.nodes.len() > 2 {
        world.sight.vpn = world.nodes.keys().next().cloned();
    }
    if let Some(mut random) = draw.feature("lies", 12) {
        lie(world, &mut random);
    }
    world.watch_no_more(false);
}

fn pools(random: &mut Random) -> BTreeSet<&'static str> {
    match random.below(3) {
        2 => POOLS.into(),
        index => [POOLS[index]].into(),
    }
}

/// The worker pool of a VM.
fn pool(vm: &VmRef) -> &'static str {
    if vm.name.starts_with(&format!("{CLUSTER}-{}-", POOLS[0])) { POOLS[0] } else { POOLS[1] }
}

/// Whether a node runs in each worker pool, so that a canary of it can be measured.
pub(crate) fn may_be_measured(world: &World) -> bool {
    let runs = |own: &str| {
        let mut vms = world.nodes.keys().filter(|vm| pool(vm) == own).peekable();
        vms.peek().is_none() || vms.any(|vm| world.cloud.vms.get(vm).is_some_and(Vm::is_running))
    };
    POOLS.into_iter().all(runs)
}

/// One more Node says what is not so.
fn lie(world: &mut World, random: &mut Random) {
    let absent = VmRef {
        zone: "europe-west1-b".into(),
        name: format!("{CLUSTER}-{}-z1-abcde-absent", POOLS[0]).into(),
    };
    let own = world.nodes.keys().next().cloned().unwrap_or_else(|| absent.clone());
    let foreign = other_vm("foreign-liar").id;
    let (name, vm, range) = match random.below(5) {
        0 => (absent.name.to_string(), absent, pod_range(180)),
        1 => {
            world.cloud.vms.insert(foreign.clone(), other_vm("foreign-liar"));
            (foreign.name.to_string(), foreign, pod_range(181))
        }
        2 => ("foreign-second".to_owned(), own, pod_range(182)),
        // A VM of the shoot that would get all that is sent to the others.
        3 => {
            let greedy = machine(GREEDY);
            world.cloud.vms.insert(greedy.id.clone(), greedy.clone());
            (greedy.id.name.to_string(), greedy.id, "100.96.0.0/12".parse().unwrap())
        }
        _ => (own.name.to_string(), own, "10.77.0.0/24".parse().unwrap()),
    };
    let node = node(&vm, range, "liar");
    // The names of Nodes are unique: who is called as another is the other.
    if !world.nodes.keys().any(|other| *other.name == *name) {
        world.sight.lies.push(Node { name, ..node });
    }
}

fn node(vm: &VmRef, range: Ipv4Net, image: &str) -> Node {
    Node {
        name: vm.name.to_string(),
        vm: Some(vm.clone()),
        pod_range: Some(range),
        pool: None,
        ready: true,
        schedulable: true,
        going: false,
        image: image.to_owned(),
        guest: Guest::AliasesOff,
        unreadable: false,
    }
}

/// What happens to the nodes and to the way to them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Happening {
    /// The shoot's API does not answer any more.
    Silence,
    /// It answers again.
    Speech,
    /// The way to the nodes breaks.
    VpnDown,
    /// It is open again.
    VpnUp,
    /// The pods of a node answer to nobody.
    Ill,
    /// They do again.
    Well,
    /// A Node is made anew with another range.
    Renumbered,
    /// A Node says what is not so.
    Lie,
}

/// What happens by chance.
pub(crate) const HAPPENINGS: [Happening; 8] = [
    Happening::Silence,
    Happening::Speech,
    Happening::VpnDown,
    Happening::VpnUp,
    Happening::Ill,
    Happening::Well,
    Happening::Renumbered,
    Happening::Lie,
];

impl Happening {
    /// Lets it happen.
    pub(crate) fn happen(self, world: &mut World, random: &mut Random) {
        match self {
            Self::Silence => world.nature.silent = true,
            Self::Speech => world.nature.silent = false,
            Self::VpnDown | Self::VpnUp => world.sight.vpn_down = self == Self::VpnDown,
            Self::Ill => {
                let ill = world.nodes.keys().nth(random.below(world.nodes.len())).cloned();
                world.sight.ill.extend(ill);
            }
            Self::Well => world.sight.ill.clear(),
            Self::Renumbered => {
                let free = (120..180).map(pod_range).find(|range| {
                    !world.nodes.values().any(|other| other == range)
                        && !world.cloud.routes.iter().any(|route| route.destination == (*range).into())
                });
                let index = random.below(world.nodes.len());
                if let (Some(node), Some(free)) = (world.nodes.values_mut().nth(index), free) {
                    *node = free;
                }
            }
            Self::Lie => lie(world, random),
        }
        world.watch_no_more(false);
    }
}

impl World {
    /// Nobody can measure a canary now, if that is so, or somebody `says` to go on without.
    pub(crate) fn watch_no_more(&mut self, says: bool) {
        let said = [&self.asked.on_shoot, &self.asked.on_infrastructure];
        let skipped = said.into_iter().any(|words| words.say(Word::SkipNodeCheck));
        self.sight.unwatched |= says || skipped || !self.sight.pods;
    }

    /// Whether the guest of `vm` has taken an alias range, so that its pods are cut off.
    pub(crate) fn is_taken(&self, vm: &Vm) -> bool {
        vm.pod_ranges().next().is_some() && self.sight.takers.contains(pool(&vm.id))
    }

    /// Whether a guest may cut off `vm`: as a canary, or where nobody measures one. `cut_off` are all that are.
    pub(crate) fn may_be_taken(&self, vm: &VmRef, cut_off: &BTreeSet<VmRef>) -> bool {
        let canaries = &self.state.journal.canaries;
        let alone = cut_off.iter().filter(|other| pool(other) == pool(vm)).count() == 1;
        let goes_back = match self.state.journal.phase {
            Some(Phase::Undoing) => true,
            Some(Phase::Preparing | Phase::Deleting) => false,
            None => self.reported.len() < 2,
        };
        let before_no_return = self.state.journal.phase != Some(Phase::Deleting);
        let is_canary = goes_back || before_no_return && canaries.tried.iter().any(|canary| canary.vm == *vm);
        let waived = canaries.waived.iter().any(|waived| waived.ends_with(&format!("-{}", pool(vm))));
        self.sight.unwatched || waived || alone && is_canary
    }

    /// The process ends, and what it kept in memory is lost.
    pub(crate) fn lose_window(&mut self) {
        self.sight.window = Window::default();
    }

    /// All that lies on the way to the nodes is put right; the guest agents were started anew, and pods can be measured.
    pub(crate) fn put_nodes_right(&mut self) {
        self.sight = Sight {
            pods: self.sight.pods,
            vpn: self.sight.vpn.take(),
            window: std::mem::take(&mut self.sight.window),
            ..Sight::default()
        };
        self.nature.silent = false;
        // Whoever got more than is its own is replaced.
        self.cloud.vms.remove(&machine(GREEDY).id);
        self.watch_no_more(false);
    }

    /// Looks at the canaries that are being measured, if the last look is long enough ago.
    pub(crate) fn look_at_canaries(&mut self) {
        let seen = self.cloud_as_seen();
        let measured = measured_canaries(&self.state, &seen);
        let mut names: BTreeMap<String, Option<NodeLook>> = BTreeMap::new();
        for canary in measured {
            let control = canary.control.as_ref().map(|control| (control.node.as_str(), &control.pods));
            for (name, witnesses) in [(canary.vm.name.as_str(), &canary.pods)].into_iter().chain(control) {
                let uids = witnesses.iter().map(|witness| witness.uid.clone());
                names.insert(name.to_owned(), self.look_at(name, uids));
            }
        }
        let window = &mut self.sight.window;
        if names.is_empty() {
            if self.state.journal.canaries.open().next().is_none() {
                window.looks.clear();
            }
            return;
        }
        let next = window.looks.last().map(|last| last.at.checked_add(settings().canary_interval).unwrap());
        if next.is_none_or(|next| next <= self.at) {
            window.looks.push(Look { at: self.at, nodes: names });
        }
    }

    fn look_at(&self, name: &str, uids: impl Iterator<Item = String>) -> Option<NodeLook> {
        if self.nature.silent || !self.sight.pods {
            return None;
        }
        let Some(vm) = self.nodes.keys().find(|vm| *vm.name == *name) else {
            return Some(NodeLook::default());
        };
        let runs = self.cloud.vms.get(vm).is_some_and(Vm::is_running);
        let well = runs && !self.sight.ill.contains(vm) && !self.is_cut_off(vm);
        let open = !self.sight.vpn_down;
        let look = PodLook { answers: open && well, ready: well, unhealthy: 0 };
        Some(NodeLook { kubelet: open && runs, pods: uids.map(|uid| (uid, look)).collect() })
    }

    fn is_cut_off(&self, vm: &VmRef) -> bool {
        let Some(machine) = self.cloud.vms.get(vm) else { return true };
        let range = self.nodes[vm];
        self.is_taken(machine) || !bears(machine, range) && !self.has_route(vm, range)
    }

    /// What the shoot's own API tells.
    pub(crate) fn shoot(&self) -> Shoot {
        if self.nature.silent {
            let unknown = Obstacle::Silent;
            return Shoot {
                nodes: Reading::Unknown(unknown),
                pods: Reading::Unknown(unknown),
                window: self.window(),
            };
        }
        let image = |vm: &VmRef| if self.sight.takers.contains(pool(vm)) { "Ubuntu" } else { "Garden Linux" };
        let nodes = self.nodes.iter().map(|(vm, range)| node(vm, *range, image(vm)));
        let nodes = nodes.chain(self.sight.lies.iter().cloned()).collect();
        Shoot { nodes: Reading::Known(nodes), pods: self.pods(), window: self.window() }
    }

    fn window(&self) -> Window {
        let measures = !measured_canaries(&self.state, &self.cloud_as_seen()).is_empty();
        if measures { self.sight.window.clone() } else { Window::default() }
    }

    fn pods(&self) -> Reading<Pods> {
        if !self.sight.pods {
            return Reading::Unknown(Obstacle::NoAccess);
        }
        if !lists_pods(&self.target(), &self.state, &self.cloud_as_seen()) {
            return Reading::Unread;
        }
        let mut pods = Pods::default();
        for vm in self.nodes.keys() {
            let bare = self.sight.bare.contains(pool(vm));
            let answers = !self.sight.vpn_down && !self.sight.ill.contains(vm) && !self.is_cut_off(vm);
            let cadence = Cadence { period: 10, threshold: 3 };
            let vpn = self.sight.vpn.as_ref() == Some(vm);
            let created = self.cloud.vms.get(vm).and_then(|vm| vm.created);
            let since = created.filter(|_| !self.is_cut_off(vm));
            for (name, asked) in [("web", true), ("store", false)] {
                let pod = Pod {
                    namespace: "default".to_owned(),
                    name: name.to_owned(),
                    uid: format!("{name}-{}", vm.name),
                    node: vm.name.to_string(),
                    host_network: false,
                    created,
                    ready_since: since,
                    endpoints: endpoint().into_iter().filter(|_| asked && !bare).collect(),
                    measured: Some(cadence).filter(|_| !asked && !bare),
                    vpn: vpn && asked,
                    going: false,
                };
                pods.answering.extend(Some(pod.uid.clone()).filter(|_| asked && !bare && answers));
                pods.all.push(pod);
            }
        }
        Reading::Known(pods)
    }
}

fn endpoint() -> Option<Endpoint> {
    Some(Endpoint { tls: false, port: 8080, path: "/healthz".to_owned() })
}
