//! Worlds by seed: how a shoot came to be, what else is in its VPC, and what will happen.

use ipnet::Ipv4Net;
use planner::journal::{DUAL_STACK_REPORTED, Entry};
use planner::plan::{Verdict, plan};
use planner::snapshot::{Ccm, ManagedResource, NextHop, SecondaryRange, StackType};
use planner::vocabulary::{POD_RANGE_NAME, VmRef, Word, Words};
use serde_json::json;

use super::draw::{Draw, Random};
use super::event::{EVENTS, Event, obstacle_route, other_subnet, other_vm};
use super::google::FORBIDDEN;
use super::pods::HAPPENINGS;
use super::walk::Script;
use super::world::{Asked, CLUSTER, PODS, World, alias, settings};

/// A world and what happens in it.
pub(crate) struct Scenario {
    pub(crate) world: World,
    pub(crate) script: Script,
    /// The passes before which it is tried out where both ways lead.
    pub(crate) probes: Vec<usize>,
    pub(crate) random: Random,
    /// Whether nothing happens by chance, and nothing is refused that cannot be known.
    pub(crate) quiet: bool,
}

/// Draws a scenario.
pub(crate) fn draw(draw: &mut Draw) -> Scenario {
    let asked = Asked {
        own: draw.feature("user-vpc", 40).is_none(),
        internal: draw.feature("internal", 50).is_some(),
        dual: false,
        on_shoot: Words::default(),
        on_infrastructure: Words::default(),
        going: false,
        deleted: false,
    };
    let mut world = World::new(asked);
    let mut script = Script::default();
    let nodes = draw.feature("more-nodes", 60).map_or(1, |mut random| 2 + random.below(4));
    world.asked.dual = draw.feature("creation", 8).is_some();
    let creation = world.asked.dual;
    if creation {
        // As far as it came when the Shoot was changed.
        let mut random = draw.random("creation passes");
        bring_about(&mut world, random.below(8));
        world.asked.dual = false;
        if draw.feature("creation-goes-on", 30).is_some() {
            world.asked.dual = true;
        }
        world.ccm = running();
    } else {
        bring_about(&mut world, 50);
        world.ccm = running();
        for number in 0..nodes {
            let vm = world.join(number);
            world.make_route(&vm, world.nodes[&vm]);
        }
        world.asked.dual = draw.feature("stays-ipv4", 5).is_none();
    }
    let until = world.later(3600);
    world.pass_time(until);
    subnets(draw, &mut world);
    others(draw, &mut world);
    vms(draw, &mut world);
    if !creation {
        reference(draw, &mut world);
        if draw.feature("reported", 5).is_some() {
            // Somebody gave the shoot its routes back, or they never went: what was reported says nothing of that.
            world.state.data.insert(DUAL_STACK_REPORTED.to_owned(), "true".to_owned());
        }
    }
    around(draw, &mut world);
    super::beyond::put(draw, &mut world);
    super::pods::draw(draw, &mut world);
    happenings(draw, &mut script);
    let mut random = draw.random("probes");
    let probes = vec![random.below(30), random.below(60)];
    let got = draw.got();
    let chance = [
        "event",
        "crashes",
        "failures",
        "forbidden",
        "no-flag",
        "no-dual",
        "no-inserts",
        "forced",
        "slow",
        "long",
        "reference",
        // It is never taken back: whatever is refused on the way is waited for.
        "reported",
        // Where it is not refused at first, as something was begun before, it is waited for.
        "silent-api",
        "takers",
        "bare",
        "vpn",
    ];
    let quiet = !got.iter().any(|feature| chance.iter().any(|word| feature.starts_with(word)))
        && super::pods::may_be_measured(&world);
    Scenario { world, script, probes, random: draw.random("walk"), quiet }
}

fn running() -> Ccm {
    Ccm {
        replicas: Some(1),
        makes_routes: true,
        pods: vec![planner::snapshot::CcmPod { name: "ccm-1".to_owned(), makes_routes: true }],
        managed_resource: Some(ManagedResource::default()),
        ..Ccm::default()
    }
}

/// Makes what is asked for, as far as it comes in `passes`.
fn bring_about(world: &mut World, passes: usize) {
    for _ in 0..passes {
        let decision = plan(&world.target(), &world.seen(), &settings(), &Default::default());
        match decision.verdict {
            Verdict::Act(steps) => steps.iter().for_each(|step| world.act(&step.action)),
            Verdict::Report(state) => world.state = *state,
            Verdict::LookAgain { at, .. } => world.pass_time(at),
            Verdict::Done => break,
            Verdict::Refuse | Verdict::Stuck { .. } => panic!("nothing is in the way of a new shoot"),
        }
    }
}

fn subnets(draw: &mut Draw, world: &mut World) {
    if draw.feature("flag-before", 8).is_some()
        && let Some(nodes) = world.subnet_mut("nodes")
    {
        nodes.overlap = true;
        world.flag_before = Some(true);
    }
    if draw.feature("nodes-internal-ipv6", 3).is_some()
        && let Some(nodes) = world.subnet_mut("nodes")
    {
        nodes.stack = StackType::DualInternal;
    }
    if let Some(mut random) = draw.feature("services-there", 5)
        && world.subnet("services").is_none()
    {
        let mut subnet = other_subnet(&format!("{CLUSTER}-services"), "europe-west1", "100.64.0.0/13");
        subnet.description = random.pick(&["gardener-managed services subnet", "by hand"]).to_owned();
        subnet.stack = random.pick(&[StackType::Ipv4, StackType::DualExternal, StackType::DualInternal]);
        subnet.range = random.pick(&["100.64.0.0/13", "100.64.0.0/16"]).parse().unwrap();
        // It stands for long, and has its range: Google changes nothing of it while others look.
        let has_ipv6 = subnet.stack == StackType::DualExternal;
        subnet.ipv6_prefix = has_ipv6.then(|| "2600:1900:4180:9::/64".to_owned());
        world.cloud.subnets.push(subnet);
    }
    if draw.feature("foreign-secondary", 15).is_some()
        && let Some(nodes) = world.subnet_mut("nodes")
    {
        let range: Ipv4Net = "172.20.0.0/16".parse().unwrap();
        nodes.secondary.push(SecondaryRange {
            name: "foreign".into(),
            range,
            raw: json!({ "rangeName": "foreign", "ipCidrRange": range, "reserved": 1 }),
        });
    }
}

fn others(draw: &mut Draw, world: &mut World) {
    let cloud = &mut world.cloud;
    if draw.feature("foreign-subnet", 15).is_some() {
        cloud.subnets.push(other_subnet("foreign-subnet", "us-east1", "10.99.0.0/16"));
    }
    if let Some(mut random) = draw.feature("obstacle-subnet", 4) {
        let range = random.pick(&["100.96.0.0/16", "100.64.0.0/16"]);
        cloud.subnets.push(other_subnet(
            "obstacle-subnet",
            random.pick(&["us-east1", "europe-west1"]),
            range,
        ));
    }
    if draw.feature("foreign-route", 20).is_some() {
        cloud.routes.push(obstacle_route("foreign-route", "192.168.0.0/16"));
    }
    if draw.feature("broader-route", 8).is_some() {
        cloud.routes.push(obstacle_route("foreign-broader", "100.0.0.0/8"));
    }
    if let Some(mut random) = draw.feature("obstacle-route", 6) {
        let to = random.pick(&["100.100.0.0/24", "10.250.3.0/24", "100.64.1.0/24"]);
        cloud.routes.push(obstacle_route("obstacle-route", to));
        world.flag_before = world.flag_before.filter(|before| *before);
    }
    if draw.feature("foreign-nat", 15).is_some()
        && let Some(router) = &mut cloud.router
    {
        let nat = json!({ "name": "foreign-nat", "natIpAllocateOption": "AUTO_ONLY", "tcpMaxIdle": 7 });
        router.nats.push(nat.as_object().unwrap().clone());
    }
    if draw.feature("neighbour", 20).is_some() {
        let mut vm = other_vm("shoot--p--ab-one-z1-abcde-node0");
        vm.tags = vec!["shoot--p--ab".to_owned()];
        vm.nic.subnet = "shoot--p--ab-nodes".into();
        let mut route = obstacle_route("foreign-node", "10.112.0.0/24");
        route.next_hop = NextHop::Vm(vm.id.clone());
        route.description = "k8s-node-route".to_owned();
        cloud.routes.push(route);
        cloud.vms.insert(vm.id.clone(), vm);
    }
    if draw.feature("guest", 8).is_some() {
        let vm = other_vm("foreign-guest");
        cloud.vms.insert(vm.id.clone(), vm);
    }
}

fn vms(draw: &mut Draw, world: &mut World) {
    let all: Vec<VmRef> = world.nodes.keys().cloned().collect();
    let Some(last) = all.last().cloned() else { return };
    if draw.feature("vm-stopped", 6).is_some()
        && let Some(vm) = world.cloud.vms.get_mut(&last)
    {
        "TERMINATED".clone_into(&mut vm.status);
    }
    if draw.feature("vm-deaf", 3).is_some()
        && let Some(vm) = world.cloud.vms.get_mut(&last)
    {
        vm.can_forward = false;
    }
    if draw.feature("vm-elsewhere", 3).is_some()
        && let Some(vm) = world.cloud.vms.get_mut(&last)
    {
        vm.nic.subnet = "foreign-elsewhere".into();
    }
    if draw.feature("vm-foreign-alias", 10).is_some() {
        let nodes = world.subnet("nodes");
        if nodes.is_some_and(|nodes| nodes.secondary.iter().any(|range| range.name == *"foreign")) {
            world.give_alias(&last, "172.20.5.0/24".parse().unwrap(), "foreign");
        }
    }
    if draw.feature("vm-gone", 10).is_some() {
        world.cloud.vms.remove(&last);
        world.nodes.remove(&last);
    }
    if let Some(mut random) = draw.feature("two-claims", 3) {
        // A route to the range of the first node that leads to another one.
        let first = world.nodes.iter().next().map(|(vm, range)| (vm.clone(), *range));
        if let Some((_, range)) = first
            && let Some((vm, _)) = world.nodes.iter().nth(1).map(|(vm, range)| (vm.clone(), *range))
        {
            world.make_route(&vm, range);
            let priority = random.pick(&[1000, 2000]);
            if let Some(route) = world.cloud.routes.last_mut() {
                route.name = format!("{CLUSTER}-0a1b2c3d-0000-4000-8000-aaaaaaaaaaaa").into();
                route.priority = priority;
            }
        }
    }
    if draw.feature("route-tagged", 3).is_some() {
        let route = world.cloud.routes.iter_mut().find(|route| route.description == "k8s-node-route");
        if let Some(route) = route {
            route.tags = vec!["edge".to_owned()];
        }
    }
}

/// What the reference leaves behind if it is interrupted: it writes the routes into the state, deletes them all, adds the range together
/// with IPv6, and then the aliases.
fn reference(draw: &mut Draw, world: &mut World) {
    let Some(mut random) = draw.feature("reference", 8) else { return };
    let reached = random.below(5);
    let entries = world.nodes.iter().map(|(vm, range)| Entry::new(vm.clone(), *range));
    world.state.journal = std::mem::take(&mut world.state.journal).with_entries(entries);
    if reached == 0 {
        return;
    }
    let half = reached == 1;
    let mut index = 0;
    world.cloud.routes.retain(|route| {
        index += 1;
        route.description != "k8s-node-route" || !route.name.starts_with(CLUSTER) || half && index % 2 == 0
    });
    let obstacles = world.refused_range();
    if reached < 3 || half || obstacles {
        return;
    }
    let pods: Ipv4Net = PODS.parse().unwrap();
    if let Some(nodes) = world.subnet_mut("nodes") {
        let raw = json!({ "rangeName": POD_RANGE_NAME, "ipCidrRange": pods });
        nodes.secondary.push(SecondaryRange { name: POD_RANGE_NAME.into(), range: pods, raw });
        if nodes.stack == StackType::Ipv4 {
            nodes.stack = StackType::DualExternal;
        }
    }
    if reached == 4 {
        let some: Vec<(VmRef, Ipv4Net)> =
            world.nodes.iter().take(2).map(|(vm, range)| (vm.clone(), *range)).collect();
        for (vm, range) in some {
            let vm = world.cloud.vms.get_mut(&vm).unwrap();
            if vm.nic.subnet == *format!("{CLUSTER}-nodes") {
                vm.nic.aliases.insert(0, alias(range, POD_RANGE_NAME));
            }
        }
    }
}

impl World {
    /// Whether Google would not have added the range.
    fn refused_range(&self) -> bool {
        let pods: Ipv4Net = PODS.parse().unwrap();
        self.cloud.subnets.iter().any(|subnet| pods.contains(&subnet.range))
            || self.cloud.routes.iter().any(|route| match route.destination {
                ipnet::IpNet::V4(to) => pods.contains(&to),
                ipnet::IpNet::V6(_) => false,
            })
    }
}

fn around(draw: &mut Draw, world: &mut World) {
    if let Some(mut random) = draw.feature("ccm", 12) {
        match random.below(3) {
            0 => world.ccm = Ccm::default(),
            1 => {
                world.ccm.makes_routes = false;
                world.ccm.pods.iter_mut().for_each(|pod| pod.makes_routes = false);
            }
            _ => {
                world.nature.hibernated = true;
                world.ccm.replicas = Some(0);
                world.ccm.pods.clear();
            }
        }
    }
    if let Some(mut random) = draw.feature("slow-pods", 10) {
        world.nature.end = random.pick(&[60, 200, 400]);
    }
    if let Some(mut random) = draw.feature("long-inserts", 10) {
        world.nature.insert = random.pick(&[30, 120, 500]);
    }
    if let Some(mut random) = draw.feature("slow-others", 15) {
        world.nature.prefix = random.pick(&[1, 30, 120]);
        world.nature.obey = random.pick(&[1, 30, 60]);
        world.nature.route = random.pick(&[1, 30, 200]);
    }
    world.nature.silent = draw.feature("silent-api", 12).is_some();
    if draw.feature("skip-node-check", if world.nature.silent { 60 } else { 5 }).is_some() {
        world.asked.on_infrastructure = world.asked.on_infrastructure.clone().with(Word::SkipNodeCheck);
    }
    world.nature.inserts_beside_range = draw.feature("no-inserts-beside-range", 25).is_none();
    world.google.no_flag_on_dual = draw.feature("no-flag-on-dual", 20).is_some();
    world.google.no_dual_on_flag = draw.feature("no-dual-on-flag", 10).is_some();
    for number in 0..2 {
        if let Some(mut random) = draw.feature(&format!("forbidden-{number}"), 10) {
            world.google.forbids.insert(random.pick(&FORBIDDEN));
        }
    }
}

fn happenings(draw: &mut Draw, script: &mut Script) {
    for number in 0..4 {
        if let Some(mut random) = draw.feature(&format!("event-{number}"), 40) {
            script.events.push((random.below(50), random.pick(&EVENTS)));
        }
    }
    for number in 0..2 {
        if let Some(mut random) = draw.feature(&format!("event-of-nodes-{number}"), 15) {
            let event = if random.chance(25) {
                random
                    .pick(&[Event::OnInfrastructure(Word::CanaryAgain), Event::OnShoot(Word::SkipNodeCheck)])
            } else {
                Event::OfNodes(random.pick(&HAPPENINGS))
            };
            script.events.push((random.below(60), event));
        }
    }
    if let Some(mut random) = draw.feature("forced-deletion", 6) {
        script.events.push((random.below(40), Event::ForcedDeletion));
    }
    if let Some(mut random) = draw.feature("event-lost", 12) {
        script.events.push((random.below(50), Event::Lost));
    }
    if let Some(mut random) = draw.feature("event-frozen", 12) {
        script.events.push((random.below(50), Event::Frozen));
    }
    if let Some(mut random) = draw.feature("event-ignored", 8) {
        script.events.push((random.below(40), Event::Ignored));
    }
    if let Some(mut random) = draw.feature("crashes", 35) {
        script.crashes = 5 + random.below(30);
        script.late = draw.feature("late-requests", 50).map(|mut random| random.pick(&[60, 100, 130, 200]));
    }
    if let Some(mut random) = draw.feature("failures", 25) {
        script.failures = 2 + random.below(15);
    }
    script.events.sort_by_key(|(pass, _)| *pass);
}
