//! Ends: what each way leads to, from whatever was reached, once nothing is in the way any more.

use planner::journal::{Journal, Phase};
use planner::plan::{Course, Verdict};
use planner::snapshot::StackType;
use planner::vocabulary::{POD_RANGE_NAME, VmRef, Word, Words};

use super::search::{Failure, failed};
use super::walk::{End, Script, Walk};
use super::world::{CLUSTER, World, bears};

/// A way to try.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Way {
    /// Both families.
    Forward,
    /// IPv4 again.
    Back,
    /// The shoot is deleted.
    Away,
}

/// The most runs that a way may take.
const RUNS: usize = 2;

/// Goes one way from where `walk` is, after all that people can put right was put right.
pub(crate) fn lead(walk: &mut Walk, way: Way) -> Result<(), Failure> {
    walk.script = Script::default();
    walk.note(|_| format!("=== {way:?}"));
    walk.forget();
    lift(walk);
    // A Shoot that is being deleted is asked for nothing else any more.
    walk.world.asked.going = way == Way::Away;
    walk.world.asked.dual = way == Way::Forward;
    walk.world.asked.deleted = way == Way::Away;
    // What was reported is never taken back.
    let goes_forward = way == Way::Forward || way == Way::Back && walk.world.state.has_reported_both();
    if goes_forward {
        walk.world.asked.on_infrastructure = Words::default().with(Word::TryAgain).with(Word::CanaryAgain);
    }
    if way == Way::Away {
        let vms: Vec<VmRef> = walk.world.nodes.keys().cloned().collect();
        vms.iter().for_each(|vm| walk.world.leave(vm));
        walk.world.cloud.vms.clear();
        walk.world.inserts.clear();
        walk.world.ccm = Default::default();
        // The deletion waits for others; that is tried elsewhere.
        walk.world.cloud.subnets.retain(|subnet| !subnet.name.starts_with("foreign"));
        walk.world.cloud.routes.retain(|route| !route.name.starts_with("foreign"));
        if let Some(router) = &mut walk.world.cloud.router {
            router.nats.retain(|nat| nat.get("name").is_none_or(|name| name != "foreign-nat"));
        }
    }
    // An insert of a route outlives whoever has asked for it, and pods count that have been ready for long.
    let longest = if walk.world.inserts.is_empty() { 400 } else { 600 };
    let until = walk.world.later(longest);
    walk.world.pass_time(until);
    walk.judge.excuse(&walk.world);
    // With these, only forward is open.
    let forward_only = !without_way_back(&walk.world).is_empty();
    let mut ends = Vec::new();
    for _ in 0..RUNS {
        let end = walk.run(&mut |_| Ok(()))?;
        let unfinished = end == End::Success { unfinished: true };
        ends.push(end);
        if unfinished {
            // The controller comes again by itself.
            let until = walk.world.later(120);
            walk.world.pass_time(until);
        }
    }
    let hopeless = walk.world.subnet("nodes").is_some_and(|nodes| nodes.stack == StackType::DualInternal)
        || walk.world.subnet("services").is_some_and(|services| {
            services.stack == StackType::DualInternal || services.range.prefix_len() != 13
        })
        || walk.world.google.no_dual_on_flag && walk.world.subnet("nodes").is_some_and(|nodes| nodes.overlap);
    let last = ends.last().cloned();
    match last {
        Some(End::Refused(_) | End::Stuck(_) | End::Failed(_)) if goes_forward && hopeless => {
            return Ok(());
        }
        Some(End::Late(_) | End::Stuck(_)) if way == Way::Back && forward_only => {
            return lead(walk, Way::Forward);
        }
        Some(End::Success { .. }) => {}
        _ => {
            return failed(
                "no end",
                format!("{way:?} from {:?}: {ends:?}", Course::of(&walk.world.target(), &walk.world.seen())),
            );
        }
    }
    let now = walk.world.clone();
    let (steps, end) = (walk.steps, walk.run(&mut |_| Ok(()))?);
    let still = walk.world.state == now.state && walk.steps == steps;
    if end != (End::Success { unfinished: false }) || !still {
        return failed(
            "restless",
            format!("{way:?} ends in {end:?} after {ends:?}, {} more steps", walk.steps - steps),
        );
    }
    if way == Way::Away {
        gone(&walk.world)?;
    } else if walk.world.reported.len() > 1 {
        dual(walk)?;
    } else if way == Way::Forward && !hopeless {
        return failed("not dual-stack", format!("{ends:?}"));
    } else {
        as_before(walk)?;
    }
    Ok(())
}

/// The VMs with aliases that have no route, where Google lets none be made beside the range.
fn without_way_back(world: &World) -> Vec<VmRef> {
    let stuck = world
        .nodes
        .iter()
        .filter(|(vm, range)| bears(&world.cloud.vms[*vm], **range) && !world.has_route(vm, **range));
    let stuck = stuck.filter(|_| !world.nature.inserts_beside_range);
    stuck.map(|(vm, _)| vm.clone()).collect()
}

/// Puts right what people can: what is forbidden is allowed, what is in the way is gone, what cannot be migrated is replaced.
fn lift(walk: &mut Walk) {
    let world = &mut walk.world;
    (world.asked.on_shoot, world.asked.on_infrastructure) = (Words::default(), Words::default());
    world.google.forbids.clear();
    if let Some(resource) = world.ccm.managed_resource.as_mut().filter(|resource| !resource.remove_ignore) {
        resource.ignore = false;
    }
    world.cloud.preflight = Default::default();
    world.cloud.routes.retain(|route| !route.name.starts_with("obstacle") && route.tags.is_empty());
    let doubled = format!("{CLUSTER}-0a1b2c3d-0000-4000-8000-aaaaaaaaaaaa");
    world.cloud.routes.retain(|route| route.name != *doubled);
    world.cloud.subnets.retain(|subnet| !subnet.name.starts_with("obstacle"));
    world.cloud.vms.retain(|vm, _| !vm.name.starts_with("obstacle"));
    let unfit = world.cloud.vms.values().filter(|vm| {
        vm.has_tag(CLUSTER) && (!vm.can_forward || vm.nic.subnet != *format!("{CLUSTER}-nodes"))
    });
    let unfit: Vec<VmRef> = unfit.map(|vm| vm.id.clone()).collect();
    unfit.iter().for_each(|vm| world.leave(vm));
    // On the way back, which must end before it can go forward again, they cannot lose their aliases.
    if world.state.journal.phase == Some(Phase::Undoing) {
        without_way_back(world).iter().for_each(|vm| world.leave(vm));
    }
    world.nature.hibernated = false;
    world.put_nodes_right();
    let stopped = world.cloud.vms.values_mut().filter(|vm| vm.has_tag(CLUSTER));
    stopped.for_each(|vm| "RUNNING".clone_into(&mut vm.status));
    (world.nature.end, world.nature.insert, world.nature.route) = (4, 2, 6);
    if world.ccm.managed_resource.is_some_and(|resource| !resource.ignore) {
        world.ccm.replicas = Some(1);
    }
}

/// Everything as M12 says.
fn dual(walk: &Walk) -> Result<(), Failure> {
    let world = &walk.world;
    let wrong = |what: &str| failed("not dual-stack", what);
    let Some(nodes) = world.subnet("nodes") else { return wrong("no nodes subnet") };
    if !nodes.secondary.iter().any(|range| range.name == *POD_RANGE_NAME) {
        return wrong("no pod range");
    }
    let internal = world.asked.internal.then(|| world.subnet("internal"));
    for subnet in [Some(Some(nodes)), Some(world.subnet("services")), internal].into_iter().flatten() {
        if subnet.is_none_or(|subnet| subnet.stack != StackType::DualExternal || subnet.ipv6_prefix.is_none())
        {
            return wrong("a subnet without IPv6");
        }
    }
    flag(world)?;
    if world.node_routes().any(|(_, _, vm)| vm.name.starts_with("shoot--p--a-")) {
        return wrong("a route is left");
    }
    for (vm, range) in &world.nodes {
        let machine = &world.cloud.vms[vm];
        if walk.judge.holds(vm) && !bears(machine, *range) {
            return failed("not dual-stack", format!("{vm} has no alias"));
        }
    }
    if !world.state.journal.is_empty() {
        return failed("not dual-stack", format!("the journal says {:?}", world.state.journal));
    }
    rules(world, true)
}

/// All as it was before the migration, but for what nobody takes away.
fn as_before(walk: &Walk) -> Result<(), Failure> {
    let world = &walk.world;
    let wrong = |what: &str| failed("not as before", what);
    let nodes = world.subnet("nodes");
    if nodes.is_some_and(|nodes| nodes.secondary.iter().any(|range| range.name == *POD_RANGE_NAME)) {
        return wrong("the pod range is left");
    }
    // What Google refused to take away is told, recorded and left.
    let stays = |purpose: &&str| world.state.lasting.stays.0.contains_key(*purpose);
    for purpose in ["nodes", "internal"].into_iter().filter(|purpose| !stays(purpose)) {
        if world.subnet(purpose).is_some_and(|subnet| subnet.stack == StackType::DualExternal) {
            return failed("not as before", format!("IPv6 is left on {purpose}"));
        }
    }
    let services = world.subnet("services").filter(|_| !stays(&"services"));
    if services.is_some_and(|services| services.description.starts_with("gardener-managed")) {
        return wrong("the services subnet is left");
    }
    flag(world)?;
    // What the reference wrote down is kept for it.
    let journal = Journal { entries: Default::default(), ..world.state.journal.clone() };
    if !journal.is_empty() {
        return failed("not as before", format!("the journal says {:?}", world.state.journal));
    }
    if world.state.data.keys().any(|key| key.contains("ipv6")) || world.reported.len() > 1 {
        return wrong("IPv6 is still told");
    }
    let frozen = world.ccm.managed_resource.is_some_and(|resource| resource.ignore || resource.remove_ignore);
    if frozen || world.ccm.replicas == Some(0) {
        return wrong("the cloud-controller-manager is not back");
    }
    rules(world, false)
}

/// Nothing of the shoot is left.
fn gone(world: &World) -> Result<(), Failure> {
    let cloud = &world.cloud;
    let subnet = cloud.subnets.iter().find(|subnet| subnet.name.starts_with("shoot--p--a-"));
    let left = subnet.map(|subnet| subnet.name.to_string());
    let left = left.or_else(|| {
        world
            .node_routes()
            .find(|(_, _, vm)| vm.name.starts_with("shoot--p--a-"))
            .map(|(route, ..)| route.name.to_string())
    });
    let left = left.or_else(|| {
        cloud.network.as_ref().filter(|_| world.asked.own).map(|network| network.name.to_string())
    });
    left.map_or(Ok(()), |left| failed("not gone", left))
}

fn flag(world: &World) -> Result<(), Failure> {
    let now = world.subnet("nodes").map(|nodes| nodes.overlap);
    match (world.flag_before, now) {
        (Some(before), Some(now)) if before != now => failed("flag", format!("it was {before} and is {now}")),
        _ => Ok(()),
    }
}

fn rules(world: &World, ipv6: bool) -> Result<(), Failure> {
    let there = world.cloud.firewalls.iter().any(|rule| rule.name.ends_with("-ipv6"));
    if there == ipv6 { Ok(()) } else { failed("rules", format!("IPv6 rules are there: {there}")) }
}

/// Whether the first decision promised the end that came, where nothing could be unknown.
pub(crate) fn as_promised(first: &Verdict, ended: &End, untouched: bool) -> Result<(), Failure> {
    match (first, ended) {
        (Verdict::Refuse, End::Refused(_)) if untouched => Ok(()),
        (Verdict::Refuse, _) => {
            failed("promise", format!("refused at first, and then {ended:?}, untouched: {untouched}"))
        }
        (_, End::Success { .. }) => Ok(()),
        (Verdict::Stuck { .. }, End::Stuck(_)) => Ok(()),
        (_, ended) => failed("promise", format!("not refused at first, and then {ended:?}")),
    }
}
