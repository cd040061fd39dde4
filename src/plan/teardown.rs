//! Taking it all away: what bears one of our names, in the order in which Google lets go of it.
//!
//! Presence is decided by looking, so that it can be begun anew at every point. What is the user's, or another shoot's, stays.

use super::draft::Draft;
use super::migration::{is_doubtful_route, own_route};
use super::{Action, Blame, Context, Finding, Step, StepId, firewalls, nat, service_account};
use crate::excerpt::listed;
use crate::snapshot::{Firewall, Leftover, LeftoverKind, NextHop};
use crate::target::{Ownership, Purpose, subnet_name};

/// Prefix of the rules that the cloud-controller-manager makes.
const CCM_FIREWALL_PREFIX: &str = "k8s";

const WHY: &str = "the shoot is deleted";

/// Plans what can go now; what cannot is named once nothing else is left to do.
pub(super) fn plan(context: Context<'_>, draft: &mut Draft) {
    service_account::remove(context, draft);
    if context.seen.cloud.network.is_some() {
        routes(context, draft);
        doubtful_routes(context, draft);
        firewall_rules(context, draft);
        egress(context, draft);
        subnets(context, draft);
        network(context, draft);
    }
    unlisted(context, draft);
    leftovers(context, draft);
}

fn routes(context: Context<'_>, draft: &mut Draft) {
    for route in &context.seen.cloud.routes {
        let Some((destination, vm)) = own_route(context, route) else { continue };
        let action = Action::DeleteRoute { name: route.name.clone(), destination, vm: vm.clone() };
        draft.act(format!("route/{}", route.name), &route.name, action, WHY);
    }
}

/// What may be the shoot's, but cannot be shown to be, is named and left.
fn doubtful_routes(context: Context<'_>, draft: &mut Draft) {
    let routes = context.seen.cloud.routes.iter().filter(|route| is_doubtful_route(context, route));
    let names: Vec<&str> = routes.map(|route| route.name.as_str()).collect();
    if !names.is_empty() {
        draft.findings.push(Finding::warn(
            "route-left-behind",
            format!(
                "routes inside the pod range whose VMs are gone and which may be another shoot's, delete them by hand if not: {}",
                listed(&names, ", ")
            ),
        ));
    }
}

fn firewall_rules(context: Context<'_>, draft: &mut Draft) {
    for rule in context.seen.cloud.firewalls.iter().filter(|rule| is_ours(&context.target.cluster, rule)) {
        let action = Action::DeleteFirewall { name: rule.name.clone() };
        draft.act(format!("firewall/{}", rule.name), &rule.name, action, WHY);
    }
}

/// Rules by exact name, and those that the cloud-controller-manager made for this shoot's VMs.
pub(super) fn is_ours(cluster: &str, rule: &Firewall) -> bool {
    let made_by_ccm =
        rule.name.starts_with(CCM_FIREWALL_PREFIX) && rule.target_tags.iter().any(|tag| tag == cluster);
    made_by_ccm || firewalls::names(cluster).contains(&rule.name)
}

fn egress(context: Context<'_>, draft: &mut Draft) {
    match (&context.seen.cloud.router, context.target.router.ownership) {
        (Some(_), Ownership::User) => nat::remove(context, draft),
        // Its NATs go with it.
        (Some(router), Ownership::Own) if router.network == context.target.network_path() => {
            let action =
                Action::DeleteRouter { region: context.target.region.clone(), name: router.name.clone() };
            draft.act("router", &router.name, action, WHY);
        }
        _ => {}
    }
}

fn subnets(context: Context<'_>, draft: &mut Draft) {
    let target = context.target;
    for purpose in Purpose::ALL {
        let name = subnet_name(&target.cluster, purpose);
        let in_our_vpc = context.seen.cloud.subnet(&target.region, &name).is_some();
        let blocked = blockers(context).any(|leftover| leftover.subnet.as_ref() == Some(&name));
        if !in_our_vpc || blocked {
            continue;
        }
        let id = StepId::new(format!("subnet/{}", purpose.as_str()));
        let action = Action::DeleteSubnet { region: target.region.clone(), name: name.clone() };
        // Google does not let go of a subnet that a NAT serves.
        let needs = match purpose {
            Purpose::Nodes => draft.ids(|id| matches!(id, "router" | "nat")),
            Purpose::Internal | Purpose::Services => Vec::new(),
        };
        draft.steps.push(Step { needs, ..Step::new(id, name, action, WHY) });
    }
}

fn network(context: Context<'_>, draft: &mut Draft) {
    let name = &context.target.network.name;
    if context.target.network.ownership == Ownership::User || blockers(context).next().is_some() {
        return;
    }
    // Whether Google takes the routes to the internet away with the VPC, or refuses because of them, is not certain.
    let internet = context.seen.cloud.routes.iter().filter(|route| route.next_hop == NextHop::Internet);
    for route in internet {
        let action = Action::DeleteInternetRoute { name: route.name.clone() };
        draft.act(format!("route/{}", route.name), &route.name, action, WHY);
    }
    let needs = draft.ids(|id| id != "service-account");
    let action = Action::DeleteNetwork { name: name.clone() };
    draft.steps.push(Step { needs, ..Step::new(StepId::new("network"), name.clone(), action, WHY) });
}

/// What others must take away first.
fn blockers<'a>(context: Context<'a>) -> impl Iterator<Item = &'a Leftover> {
    context.seen.cloud.leftovers.iter().filter(|leftover| leftover.blocks)
}

/// What cannot be listed is not looked for, and does not hold the deletion up: Google says what is in the way.
fn unlisted(context: Context<'_>, draft: &mut Draft) {
    let method = |kind: &LeftoverKind| match kind {
        LeftoverKind::ForwardingRule => "compute.forwardingRules.list",
        LeftoverKind::Address => "compute.addresses.list",
        LeftoverKind::TargetPool => "compute.targetPools.list",
    };
    let methods: Vec<&str> = context.seen.cloud.unlisted.iter().map(method).collect();
    if !methods.is_empty() {
        draft.findings.push(Finding::warn(
            "leftovers-unknown",
            format!(
                "load balancers of the cluster may be left behind, which could not be looked for; grant {} if the service account \
                 lacks it, or look for them by hand",
                methods.join(", ")
            ),
        ));
    }
}

fn leftovers(context: Context<'_>, draft: &mut Draft) {
    let names = |blocks: bool| {
        let leftovers = context.seen.cloud.leftovers.iter().filter(|leftover| leftover.blocks == blocks);
        listed(leftovers, ", ")
    };
    let (blocking, harmless) = (names(true), names(false));
    if !harmless.is_empty() {
        draft.findings.push(Finding::warn(
            "left-behind",
            format!("left behind by load balancers of the cluster, delete them by hand if nothing needs them: {harmless}"),
        ));
    }
    if !blocking.is_empty() && draft.steps.is_empty() {
        draft.stuck_for(
            Blame::Dependency,
            format!(
                "Google does not delete what is still in use, and these are not this controller's to delete: {blocking}; \
                 delete the Services that they belong to, or delete them by hand"
            ),
        );
    }
}
