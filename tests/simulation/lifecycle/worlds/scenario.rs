//! Worlds by seed: how a shoot is, what Google is like, and what will happen.

use std::time::Duration;

use fake_gcp::dataplane::{Lag, LookupRule, StoppedVm};
use fake_gcp::settings::{
    AliasOrder, ErrorForm, Fate, FlowLogsPolicy, Latency, PermissionCheck, Settings, SubnetForm, Switches,
    Verdict,
};
use serde_json::json;

use super::super::documents::Shoot;
use super::beside::{Beside, beside};
use super::draw::{Draw, Random};
use super::ends::Way;
use super::event::{EVENTS, Event};
use super::nodes::{self, Nodes};
use super::stage::Manners;

/// A world and what happens in it.
pub(super) struct Scenario {
    pub(super) cloud: Settings,
    pub(super) shoot: Shoot,
    /// The number of its nodes.
    pub(super) nodes: u32,
    /// The shoots beside it in the same VPC.
    pub(super) beside: Vec<Beside>,
    pub(super) manners: Manners,
    /// What its nodes are like.
    pub(super) kind: Nodes,
    /// Whether the shoot is created with both families.
    pub(super) creation: bool,
    /// What the reference left behind when it was interrupted; none: it never was.
    pub(super) reference: Option<usize>,
    /// What happens once the controller has changed so much, and how much later.
    pub(super) script: Vec<(u32, Duration, Event)>,
    /// In how many of a thousand calls something goes wrong that passes.
    pub(super) trouble: usize,
    /// What is refused for good, and how.
    pub(super) forbidden: Vec<(&'static str, usize)>,
    /// Where it is led in the end.
    pub(super) way: Way,
    /// The random numbers of whatever happens.
    pub(super) random: Random,
}

/// Draws a scenario.
pub(super) fn draw(draw: &mut Draw, seed: u64) -> Scenario {
    let mut shoot = Shoot::usual();
    let user_vpc = draw.feature("user-vpc", 35);
    let pair = draw.feature("two-shoots", 9).is_some();
    if let Some(mut random) = user_vpc {
        shoot.networks["vpc"] = json!({ "name": "corp-vpc" });
        if random.chance(50) && !pair {
            shoot.networks = Shoot::in_user_vpc().networks;
        }
    } else if pair {
        shoot.networks["vpc"] = json!({ "name": "corp-vpc" });
    }
    if draw.feature("internal", 50).is_none() {
        shoot.networks.as_object_mut().unwrap().remove("internal");
    }
    if pair {
        // A Cloud Router holds one NAT for all of a subnet; each shoot has its own.
        shoot.networks["vpc"] = json!({ "name": "corp-vpc", "cloudRouter": { "name": "corp-router" } });
    }
    let creation = draw.feature("creation", 6).is_some();
    let nodes = draw.feature("more-nodes", 60).map_or(1, |mut random| 2 + random.below(4));
    let reference = draw.feature("reference", 6).map(|mut random| random.below(5));
    let mut trouble = draw.feature("faults", 30).map_or(0, |mut random| 5 + random.below(60));
    if creation {
        trouble /= 2;
    }
    let forbidden = (0..2).filter_map(|number| {
        let mut random = draw.feature(&format!("forbidden-{number}"), 8)?;
        Some((random.pick(&super::trouble::FORBIDDEN), random.below(4)))
    });
    let forbidden = forbidden.collect();
    let way = draw.random("way").pick(&[Way::Forward, Way::Forward, Way::Back, Way::Back, Way::Away]);
    Scenario {
        cloud: google(draw, seed),
        beside: if pair { beside(draw, creation) } else { Vec::new() },
        shoot,
        nodes: if creation { 0 } else { u32::try_from(nodes).unwrap() },
        manners: manners(draw),
        kind: nodes::draw(draw),
        creation,
        reference: reference.filter(|_| !creation),
        script: script(draw),
        trouble,
        forbidden,
        way,
        random: draw.random("events"),
    }
}

fn manners(draw: &mut Draw) -> Manners {
    let seconds = Duration::from_secs;
    let ccm_stop =
        draw.feature("slow-pods", 15).map_or(seconds(5), |mut random| seconds(random.pick(&[30, 120, 240])));
    let apply = draw
        .feature("slow-manager", 10)
        .map_or(Duration::from_millis(500), |mut random| seconds(random.pick(&[5, 20])));
    Manners { ccm_stop, apply }
}

/// What Google is like: each unproven behaviour either way.
fn google(draw: &mut Draw, seed: u64) -> Settings {
    let mut settings = Settings { seed, ..Settings::default() };
    if draw.feature("latency", 50).is_some() {
        settings.latency = Latency::Recorded;
    }
    if draw.feature("most-specific", 40).is_some() {
        settings.dataplane.rule = LookupRule::MostSpecific;
    }
    if draw.feature("stopped-matched", 20).is_some() {
        settings.dataplane.stopped_vm = StoppedVm::Matched;
    }
    if draw.feature("slow-hosts", 30).is_some() {
        let lags = &mut settings.dataplane.lags;
        let slow = Lag::between(Duration::from_millis(200), Duration::from_secs(55));
        (lags.flag_on, lags.range_added, lags.alias_added, lags.route_added) = (slow, slow, slow, slow);
        let sudden = Lag::at_start();
        (lags.alias_removed, lags.route_removed, lags.range_removed) = (sudden, slow, slow);
    }
    settings.switches = switches(draw);
    settings
}

fn switches(draw: &mut Draw) -> Switches {
    let mut switches = Switches::default();
    let mut has = |name: &str, percent: usize| draw.feature(&format!("google-{name}"), percent).is_some();
    if has("route-inside", 60) {
        switches.route_inside_flagged_range = Verdict::Accept;
    }
    if has("route-error", 25) {
        switches.route_overlap_error = ErrorForm::Operation;
    }
    if has("flag-off", 20) {
        switches.flag_off_over_routes = Verdict::Accept;
    }
    if has("flag-on-dual", 15) {
        switches.flag_on_dual_stack = Verdict::Refuse;
    }
    if has("dual-on-flag", 8) {
        switches.dual_stack_on_flagged = Verdict::Refuse;
    }
    if has("no-ipv4-again", 8) {
        switches.back_to_ipv4_only = Verdict::Refuse;
    }
    if has("no-ipv4-under-vms", 20) {
        switches.back_under_dual_stack_vms = Verdict::Refuse;
    }
    if has("former-prefix", 30) {
        switches.former_ipv6_prefix = Fate::Keep;
    }
    if has("former-access", 30) {
        switches.former_ipv6_access_type = Fate::Drop;
    }
    if has("ipv6-route", 50) {
        switches.last_ipv6_route = Fate::Drop;
    }
    if has("subnet-quota", 30) {
        switches.beyond_subnetworks_quota = Verdict::Accept;
    }
    if has("alias-order", 30) {
        switches.alias_order = AliasOrder::Keep;
    }
    if has("route-to-absent", 20) {
        switches.route_to_absent_instance = Verdict::Accept;
    }
    if has("flow-logs", 30) {
        switches.flow_logs_policy = FlowLogsPolicy::AnyChange;
    }
    if has("permission-check", 40) {
        switches.permission_check = PermissionCheck::AfterExistence;
    }
    if has("older-subnets", 30) {
        switches.subnet_form = SubnetForm::Older;
    }
    switches.fresh_subnet_without_log_config = has("no-log-config", 30);
    switches.interface_change_needs_subnet = !has("interface", 30);
    switches.internet_routes_keep_network = has("internet-routes", 30);
    switches
}

fn script(draw: &mut Draw) -> Vec<(u32, Duration, Event)> {
    let mut script = Vec::new();
    let at = |random: &mut Random| {
        let late = if random.chance(50) { random.below(90) } else { 0 };
        (u32::try_from(random.below(40)).unwrap(), Duration::from_secs(late.try_into().unwrap()))
    };
    for number in 0..4 {
        if let Some(mut random) = draw.feature(&format!("event-{number}"), 35) {
            let (changes, later) = at(&mut random);
            script.push((changes, later, random.pick(&EVENTS)));
        }
    }
    for number in 0..2 {
        if let Some(mut random) = draw.feature(&format!("nodes-event-{number}"), 15) {
            let (changes, later) = at(&mut random);
            script.push((changes, later, Event::OfNodes(random.pick(&nodes::LATER))));
        }
    }
    for number in 0..3 {
        if let Some(mut random) = draw.feature(&format!("crash-{number}"), 20) {
            let (changes, _) = at(&mut random);
            script.push((changes, Duration::ZERO, Event::Crash));
        }
    }
    if let Some(mut random) = draw.feature("forced-deletion", 6) {
        let (changes, later) = at(&mut random);
        script.push((changes, later, Event::ForcedDeletion));
    }
    if let Some(mut random) = draw.feature("event-frozen", 8) {
        let (changes, later) = at(&mut random);
        script.push((changes, later, Event::Frozen));
    }
    if let Some(mut random) = draw.feature("away", 6) {
        let (changes, later) = at(&mut random);
        script.push((changes, later, Event::Away));
    }
    script.sort_by_key(|(changes, ..)| *changes);
    script
}
