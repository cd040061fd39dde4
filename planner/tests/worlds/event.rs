//! What happens at any time: people change their mind, VMs come and go, somebody forbids something.

use ipnet::Ipv4Net;
use planner::journal::State;
use planner::snapshot::{Ccm, ManagedResource, NextHop, PRIVATE, Route, StackType, Subnet, Vm};
use planner::vocabulary::{POD_RANGE_NAME, VmRef, Word, Words};

use super::draw::Random;
use super::google::FORBIDDEN;
use super::pods::Happening;
use super::world::{CLUSTER, REGION, World, alias, pod_range};

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Event {
    /// The Shoot asks for IPv4.
    Ipv4,
    /// The Shoot asks for both families.
    Dual,
    /// A word on the Shoot.
    OnShoot(Word),
    /// A word on the Infrastructure.
    OnInfrastructure(Word),
    /// No more words.
    NoWords,
    /// The Shoot is being deleted.
    Going,
    /// A node joins.
    Join,
    /// A node goes.
    Leave,
    /// A VM stops.
    Stop,
    /// A stopped VM starts.
    Start,
    /// Somebody forbids something.
    Forbid,
    /// All is allowed again.
    Allow,
    /// Somebody makes a route inside the pod range.
    RouteInside,
    /// A VM of somebody else takes an alias from the range, if it is there.
    RangeUsed,
    /// Somebody starts the cloud-controller-manager.
    StartCcm,
    /// The shoot is hibernated.
    Hibernate,
    /// The shoot is woken up.
    WakeUp,
    /// The control plane moves to another seed.
    Move,
    /// The shoot is deleted by force, and one of the same name is made.
    ForcedDeletion,
    /// A node's route is deleted by hand.
    RouteLost,
    /// A node's alias is taken off by hand.
    AliasLost,
    /// A rule of the firewall or the NAT is deleted by hand.
    Lost,
    /// The control plane is left alone after all, by a late write of a process that nobody knows of any more.
    Frozen,
    /// An operator has the resource manager leave the control plane alone, for a purpose of his own.
    Ignored,
    /// Something happens to the nodes, or to the way to them.
    OfNodes(Happening),
}

/// What happens by chance.
pub(crate) const EVENTS: [Event; 29] = [
    Event::Ipv4,
    Event::Ipv4,
    Event::Ipv4,
    Event::Dual,
    Event::Dual,
    Event::OnShoot(Word::Hold),
    Event::OnShoot(Word::Undo),
    Event::OnInfrastructure(Word::Hold),
    Event::OnInfrastructure(Word::Undo),
    Event::OnInfrastructure(Word::TryAgain),
    Event::OnShoot(Word::TryAgain),
    Event::NoWords,
    Event::NoWords,
    Event::Going,
    Event::Join,
    Event::Join,
    Event::Leave,
    Event::Stop,
    Event::Start,
    Event::Forbid,
    Event::Allow,
    Event::RouteInside,
    Event::RangeUsed,
    Event::StartCcm,
    Event::Hibernate,
    Event::WakeUp,
    Event::Move,
    Event::RouteLost,
    Event::AliasLost,
];

impl Event {
    /// Lets it happen.
    pub(crate) fn happen(self, world: &mut World, random: &mut Random) {
        let say = |words: &mut Words, word| *words = std::mem::take(words).with(word);
        match self {
            Self::Ipv4 => world.asked.dual = false,
            Self::Dual => world.asked.dual = true,
            Self::OnShoot(word) => {
                say(&mut world.asked.on_shoot, word);
                world.watch_no_more(word == Word::SkipNodeCheck);
            }
            Self::OnInfrastructure(word) => {
                say(&mut world.asked.on_infrastructure, word);
                world.watch_no_more(word == Word::SkipNodeCheck);
            }
            Self::NoWords => {
                (world.asked.on_shoot, world.asked.on_infrastructure) = (Words::default(), Words::default());
            }
            Self::Going => world.asked.going = true,
            Self::Join => {
                let number = (0..200).find(|number| {
                    let range = pod_range(*number);
                    !world.nodes.values().any(|other| *other == range)
                        && !world.cloud.routes.iter().any(|route| route.destination == range.into())
                });
                world.join(number.unwrap());
            }
            Self::Leave => {
                if let Some(vm) = some_vm(world, random) {
                    world.leave(&vm);
                }
            }
            Self::Stop => set_status(world, random, "RUNNING", "TERMINATED"),
            Self::Start => set_status(world, random, "TERMINATED", "RUNNING"),
            Self::Forbid => {
                world.google.forbids.insert(random.pick(&FORBIDDEN));
            }
            Self::Allow => world.google.forbids.clear(),
            Self::RouteInside => {
                world.cloud.routes.push(obstacle_route("obstacle-late", "100.127.0.0/24"));
                // Because of it the flag may stay on.
                world.flag_before = world.flag_before.filter(|before| *before);
            }
            Self::RangeUsed => range_used(world),
            Self::StartCcm => world.ccm.replicas = world.ccm.replicas.map(|_| 1),
            Self::Hibernate => {
                world.nature.hibernated = true;
                world.ccm.replicas = world.ccm.replicas.map(|_| 0);
            }
            Self::WakeUp => {
                world.nature.hibernated = false;
                if world.ccm.managed_resource.is_some_and(|resource| !resource.ignore) {
                    world.ccm.replicas = world.ccm.replicas.map(|_| 1);
                }
            }
            Self::Move => moved(world),
            Self::ForcedDeletion => delete_by_force(world),
            Self::RouteLost => {
                let lost = world.node_routes().next().map(|(route, ..)| route.name.clone());
                world.cloud.routes.retain(|route| Some(&route.name) != lost.as_ref());
            }
            Self::Lost => lost(world, random),
            Self::Frozen => {
                if let Some(resource) = &mut world.ccm.managed_resource {
                    (resource.ignore, resource.remove_ignore) = (true, true);
                }
            }
            Self::Ignored => {
                if let Some(resource) = &mut world.ccm.managed_resource {
                    resource.ignore = true;
                }
            }
            Self::OfNodes(happening) => happening.happen(world, random),
            Self::AliasLost => {
                let vm =
                    world.cloud.vms.values_mut().find(|vm| vm.has_tag(CLUSTER) && !vm.nic.aliases.is_empty());
                if let Some(vm) = vm {
                    vm.nic.aliases.retain(|alias| alias.range_name.as_deref() != Some(POD_RANGE_NAME));
                    vm.nic.fingerprint.clear();
                }
                world.renew_fingerprints();
            }
        }
    }
}

fn some_vm(world: &World, random: &mut Random) -> Option<VmRef> {
    let all: Vec<&VmRef> = world.nodes.keys().collect();
    (!all.is_empty()).then(|| all[random.below(all.len())].clone())
}

fn set_status(world: &mut World, random: &mut Random, from: &str, to: &str) {
    let of_shoot = |vm: &&mut Vm| vm.has_tag(CLUSTER) && vm.status == from;
    let mut all: Vec<&mut Vm> = world.cloud.vms.values_mut().filter(of_shoot).collect();
    if !all.is_empty() {
        let index = random.below(all.len());
        to.clone_into(&mut all[index].status);
    }
}

/// A static route of somebody else.
pub(crate) fn obstacle_route(name: &str, to: &str) -> Route {
    Route {
        name: name.into(),
        destination: to.parse().unwrap(),
        next_hop: NextHop::Other("vpn".to_owned()),
        description: String::new(),
        tags: Vec::new(),
        priority: 1000,
    }
}

/// A subnet of somebody else.
pub(crate) fn other_subnet(name: &str, region: &str, range: &str) -> Subnet {
    Subnet {
        name: name.into(),
        region: region.into(),
        description: String::new(),
        range: range.parse().unwrap(),
        secondary: Vec::new(),
        overlap: false,
        stack: StackType::Ipv4,
        purpose: PRIVATE.to_owned(),
        flow_logs: None,
        ipv6_prefix: None,
        fingerprint: "other".to_owned(),
    }
}

/// A VM of somebody else on the nodes subnet.
pub(crate) fn other_vm(name: &str) -> Vm {
    Vm {
        id: VmRef { zone: format!("{REGION}-b").into(), name: name.into() },
        tags: vec!["other".to_owned()],
        status: "RUNNING".to_owned(),
        can_forward: true,
        created: None,
        nic: planner::snapshot::Nic {
            name: "nic0".to_owned(),
            subnet: format!("{CLUSTER}-nodes").into(),
            aliases: Vec::new(),
            fingerprint: "other".to_owned(),
        },
    }
}

fn range_used(world: &mut World) {
    let stands = world
        .subnet("nodes")
        .is_some_and(|nodes| nodes.secondary.iter().any(|range| range.name == *POD_RANGE_NAME));
    if stands {
        let mut vm = other_vm("obstacle-guest");
        vm.nic.aliases.push(alias("100.126.0.0/24".parse::<Ipv4Net>().unwrap(), POD_RANGE_NAME));
        world.cloud.vms.insert(vm.id.clone(), vm);
    }
}

fn lost(world: &mut World, random: &mut Random) {
    let own = |name: &str| name.starts_with(&format!("{CLUSTER}-"));
    let rules = world.cloud.firewalls.iter().filter(|rule| own(&rule.name));
    let rules: Vec<_> = rules.map(|rule| rule.name.clone()).collect();
    let index = random.below(rules.len() + 1);
    world.cloud.firewalls.retain(|rule| Some(&rule.name) != rules.get(index));
    if index == rules.len()
        && let Some(router) = &mut world.cloud.router
    {
        router.nats.retain(|nat| !nat.get("name").and_then(|name| name.as_str()).is_some_and(own));
    }
}

/// Another seed: the state comes along, a new control plane without annotations begins at zero and starts by itself.
fn moved(world: &mut World) {
    if world.ccm.replicas.is_none() {
        return;
    }
    let makes_routes = world.reported.len() < 2;
    world.ccm = Ccm {
        replicas: Some(1),
        makes_routes,
        pods: Vec::new(),
        managed_resource: Some(ManagedResource::default()),
        ..Ccm::default()
    };
}

/// The VMs go, and the state with the Infrastructure. What is in the cloud stays, and the next shoot finds it.
fn delete_by_force(world: &mut World) {
    let vms: Vec<VmRef> = world.nodes.keys().cloned().collect();
    for vm in &vms {
        world.leave(vm);
    }
    world.state = State::default();
    world.flag_before = None;
    world.reported = Vec::new();
    world.inserts.clear();
    world.ccm = Ccm {
        replicas: Some(1),
        makes_routes: true,
        pods: Vec::new(),
        managed_resource: Some(ManagedResource::default()),
        ..Ccm::default()
    };
    for number in 100..102 {
        world.join(number);
    }
}
