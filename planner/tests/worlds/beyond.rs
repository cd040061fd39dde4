//! What lies beyond the shoot's own VPC and project, as far as the preflight reads it: peers, reserved ranges, quotas, permissions; and a
//! neighbour in the same VPC that is on its way to dual-stack, too.

use ipnet::Ipv4Net;
use planner::snapshot::{
    NextHop, PeerRoute, PeerRouteKind, Permissions, Quota, Reading, ReservedRange, SecondaryRange,
};
use planner::vocabulary::POD_RANGE_NAME;
use serde_json::json;

use super::draw::Draw;
use super::event::{obstacle_route, other_subnet, other_vm};
use super::world::{World, alias};

/// Permissions that can be missing, and what Google refuses without them.
const PERMISSIONS: [(&str, &[&str]); 5] = [
    ("compute.subnetworks.create", &["insert services"]),
    ("compute.subnetworks.delete", &["delete services"]),
    ("compute.instances.updateNetworkInterface", &["alias"]),
    ("compute.subnetworks.update", &["dual nodes", "dual internal", "flag on", "range on"]),
    ("compute.routes.delete", &[]),
];

/// Puts around `world` what the draw says.
pub(crate) fn put(draw: &mut Draw, world: &mut World) {
    let range = |text: &str| -> Ipv4Net { text.parse().unwrap() };
    let preflight = &mut world.cloud.preflight;
    if let Some(mut random) = draw.feature("peer", 8) {
        let destination = range(random.pick(&["100.98.0.0/16", "100.66.0.0/16", "192.168.7.0/24"]));
        let kind = random.pick(&[PeerRouteKind::Subnet, PeerRouteKind::Static, PeerRouteKind::Learned]);
        let route = PeerRoute { peering: "obstacle-peer".to_owned(), destination, kind };
        preflight.peer_routes = Reading::Known(vec![route]);
    }
    if let Some(mut random) = draw.feature("reserved-range", 6) {
        let cidr = range(random.pick(&["100.112.0.0/16", "100.65.0.0/16", "172.31.0.0/16"]));
        let reserved = Reading::Known(vec![ReservedRange { name: "obstacle-range".to_owned(), range: cidr }]);
        if random.chance(50) {
            preflight.private_services = reserved;
        } else {
            preflight.internal_ranges = reserved;
        }
    }
    if let Some(mut random) = draw.feature("quota", 8) {
        let metric = random.pick(&["FIREWALLS", "SUBNETWORKS"]).to_owned();
        let limit = 10 + u64::try_from(random.below(4)).unwrap();
        preflight.quotas = Reading::Known(vec![Quota { metric, limit, usage: 10 }]);
    }
    if let Some(mut random) = draw.feature("permission", 8) {
        let (missing, forbids) = random.pick(&PERMISSIONS);
        let missing = [missing.to_owned()].into_iter().collect();
        preflight.permissions = Some(Permissions { missing, ..Permissions::default() });
        world.google.forbids.extend(forbids);
    }
    if draw.feature("neighbour-migrates", 10).is_some() && !world.asked.own {
        neighbour(world);
    }
}

/// Another shoot of the same VPC with the flag on, its range, and nodes with routes and aliases at once.
fn neighbour(world: &mut World) {
    let mut subnet = other_subnet("shoot--p--ab-nodes", "europe-west1", "10.60.0.0/16");
    let pods: Ipv4Net = "172.24.0.0/14".parse().unwrap();
    let raw = json!({ "rangeName": POD_RANGE_NAME, "ipCidrRange": pods });
    subnet.overlap = true;
    subnet.secondary.push(SecondaryRange { name: POD_RANGE_NAME.into(), range: pods, raw });
    world.cloud.subnets.push(subnet);
    let mut vm = other_vm("shoot--p--ab-one-z1-abcde-node7");
    vm.tags = vec!["shoot--p--ab".to_owned()];
    vm.nic.subnet = "shoot--p--ab-nodes".into();
    let node: Ipv4Net = "172.24.0.0/24".parse().unwrap();
    vm.nic.aliases.push(alias(node, POD_RANGE_NAME));
    let mut route = obstacle_route("foreign-node-of-ab", "172.24.0.0/24");
    route.next_hop = NextHop::Vm(vm.id.clone());
    route.description = "k8s-node-route".to_owned();
    world.cloud.routes.push(route);
    world.cloud.vms.insert(vm.id.clone(), vm);
}

impl World {
    /// Whether Google refuses `range` to a subnet, because a peer or a service has it.
    pub(crate) fn is_taken_beyond(&self, range: Ipv4Net) -> bool {
        let preflight = &self.cloud.preflight;
        let peers = preflight.peer_routes.known().into_iter().flatten();
        let peers = peers.filter(|route| route.kind == PeerRouteKind::Subnet).map(|route| route.destination);
        let reserved = [&preflight.private_services, &preflight.internal_ranges];
        let reserved = reserved.into_iter().filter_map(Reading::known).flatten().map(|range| range.range);
        peers.chain(reserved).any(|other| other.contains(&range) || range.contains(&other))
    }
}
