//! The deletion of everything that is the shoot's, in the order that Google requires.
//!
//! Only the observed resources count, so a deletion can be resumed at any point. What belongs to the user or to another shoot
//! stays, and so does what serves others in a VPC that cannot be deleted because of them.

use super::context::Context;
use super::draft::Draft;
use super::others::Others;
use super::resource::{Kind, ResourceRef, Traffic};
use super::{Action, Blame, Finding, Reason, Step, StepId, nat, ownership, service_account};
use crate::desired::Ownership;
use crate::snapshot::{Firewall, Leftover, LeftoverKind, NextHop, Route};
use crate::text::listed;
use crate::vocabulary::{Purpose, subnet_name};

/// The rule name of the finding that names what blocks the deletion.
pub const IN_THE_WAY: &str = "in-the-way";

/// Plans what can be deleted now, and names everything that blocks the rest.
pub(super) fn plan(context: Context<'_>, draft: &mut Draft) {
    service_account::remove(context, draft);
    let others = Others::of(context);
    if context.seen.cloud.network.is_some() {
        routes(context, draft);
        doubtful_routes(context, draft);
        firewall_rules(context, &others, draft);
        egress(context, &others, draft);
        subnets(context, &others, draft);
        network(context, &others, draft);
    }
    unlisted(context, draft);
    left_behind(context, draft);
    in_the_way(context, &others, draft);
}

fn routes(context: Context<'_>, draft: &mut Draft) {
    for route in &context.seen.cloud.routes {
        let Some((destination, vm)) = ownership::route(context.target, context.seen, route) else { continue };
        let traffic = Traffic::Pods { range: destination, vm: vm.clone() };
        let action = Action::delete_route(&route.name, traffic);
        draft.act(StepId::Route(route.name.clone()), action, Reason::Deleted);
    }
}

/// Adds a warning about routes that may be the shoot's but cannot be proven to be; they stay.
fn doubtful_routes(context: Context<'_>, draft: &mut Draft) {
    let routes = context
        .seen
        .cloud
        .routes
        .iter()
        .filter(|route| ownership::is_doubtful(context.target, context.seen, route));
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

fn firewall_rules(context: Context<'_>, others: &Others, draft: &mut Draft) {
    let serves_others = |rule: &Firewall| others.have_vms && rule.target_tags.is_empty();
    let ours =
        context.seen.cloud.firewalls.iter().filter(|rule| ownership::rule(&context.target.cluster, rule));
    for rule in ours.filter(|rule| !serves_others(rule)) {
        let action = Action::delete(ResourceRef::global(Kind::Firewall, &rule.name));
        draft.act(StepId::FirewallRule(rule.name.clone()), action, Reason::Deleted);
    }
}

fn egress(context: Context<'_>, others: &Others, draft: &mut Draft) {
    let serves_others = others.vms_in.contains(&context.target.nodes_subnet());
    // In a VPC of the user's a router of ours stays with the NATs of others, as the VPC does.
    let users_vpc = context.target.network.ownership == Ownership::User;
    let stays = others.have_nats && (users_vpc || !others.things.is_empty());
    match (&context.seen.cloud.router, context.target.router.ownership) {
        _ if serves_others => {}
        (Some(_), Ownership::User) => nat::remove(context, draft),
        (Some(router), Ownership::Own) if stays => {
            nat::remove(context, draft);
            if users_vpc {
                draft.findings.push(Finding::warn(
                    "router-left-behind",
                    format!(
                        "the router {} bears NATs of others and stays: delete it by hand once these are gone",
                        router.name
                    ),
                ));
            }
        }
        // The router is deleted together with its NATs.
        (Some(router), Ownership::Own) if router.network == context.target.network_path() => {
            let object = ResourceRef::regional(Kind::Router, &context.target.region, &router.name);
            draft.act(StepId::Router, Action::delete(object), Reason::Deleted);
        }
        _ => {}
    }
}

fn subnets(context: Context<'_>, others: &Others, draft: &mut Draft) {
    let target = context.target;
    for purpose in Purpose::ALL {
        let name = subnet_name(&target.cluster, purpose);
        let in_our_vpc = context.seen.cloud.subnet(&target.region, &name).is_some();
        let blocked = blockers(context).any(|leftover| leftover.subnet.as_ref() == Some(&name));
        if !in_our_vpc || blocked || others.vms_in.contains(&name) {
            continue;
        }
        let action = Action::delete(ResourceRef::regional(Kind::Subnet, &target.region, name));
        // Google does not delete a subnet that a NAT serves.
        let needs = match purpose {
            Purpose::Nodes => draft.ids(|id| matches!(id, StepId::Router | StepId::Nat)),
            Purpose::Internal | Purpose::Services => Vec::new(),
        };
        let id = StepId::Subnet(purpose);
        draft.steps.push(Step { needs, ..Step::new(id, action, Reason::Deleted) });
    }
}

fn network(context: Context<'_>, others: &Others, draft: &mut Draft) {
    let name = &context.target.network.name;
    let stays = !others.things.is_empty() || blockers(context).next().is_some();
    if context.target.network.ownership == Ownership::User || stays {
        return;
    }
    // Routes to the internet: Google may delete them with the VPC or refuse because of them. They are deleted only once it has
    // named them, as resources that were not read may keep the VPC, which would lose its routes.
    let named = |route: &&Route| {
        route.next_hop == NextHop::Internet
            && context.history.is_in_the_way(&format!("routes/{}", route.name))
    };
    for route in context.seen.cloud.routes.iter().filter(named) {
        let action = Action::delete_route(&route.name, Traffic::Internet);
        draft.act(StepId::Route(route.name.clone()), action, Reason::InTheWay);
    }
    let needs = draft.ids(|id| *id != StepId::ServiceAccount);
    let action = Action::delete(ResourceRef::global(Kind::Network, name));
    draft.steps.push(Step { needs, ..Step::new(StepId::Network, action, Reason::Deleted) });
}

/// The leftovers of load balancers that their owners must remove first.
fn blockers<'a>(context: Context<'a>) -> impl Iterator<Item = &'a Leftover> {
    context.seen.cloud.leftovers.iter().filter(|leftover| leftover.blocks)
}

/// Adds a warning about leftovers that could not be listed. They do not stop the deletion, as Google names what is still in use.
fn unlisted(context: Context<'_>, draft: &mut Draft) {
    let method = |kind: &LeftoverKind| match kind {
        LeftoverKind::ForwardingRule => "compute.forwardingRules.list",
        LeftoverKind::Address => "compute.addresses.list",
        LeftoverKind::TargetPool => "compute.targetPools.list",
        LeftoverKind::BackendService => "compute.regionBackendServices.list",
        LeftoverKind::InstanceGroup => "compute.instanceGroups.list",
        LeftoverKind::HealthCheck => "compute.healthChecks.list",
        LeftoverKind::HttpHealthCheck => "compute.httpHealthChecks.list",
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

/// Adds a warning about leftovers that block nothing: first those that cost money.
fn left_behind(context: Context<'_>, draft: &mut Draft) {
    let harmless = context.seen.cloud.leftovers.iter().filter(|leftover| !leftover.blocks);
    let (dear, free): (Vec<&Leftover>, Vec<&Leftover>) = harmless.partition(|leftover| leftover.kind.costs());
    let names = listed(dear.iter().chain(&free), ", ");
    if names.is_empty() {
        return;
    }
    let price = if dear.is_empty() {
        ""
    } else {
        "; forwarding rules and addresses cost money for as long as they are there"
    };
    draft.findings.push(Finding::warn(
        "left-behind",
        format!(
            "left behind by load balancers of the cluster, delete them by hand if nothing needs them: {names}{price}"
        ),
    ));
}

/// Names what blocks the deletion: a warning at first, an error once nothing else is left to delete.
fn in_the_way(context: Context<'_>, others: &Others, draft: &mut Draft) {
    let blocking = listed(blockers(context), ", ");
    let mut texts = Vec::new();
    if !blocking.is_empty() {
        texts.push(format!(
            "Google does not delete what is still in use, and these are not this controller's to delete: {blocking}; delete the Services \
             that they belong to, or delete them by hand"
        ));
    }
    if !others.things.is_empty() {
        texts.push(format!(
            "the VPC {} is the shoot's, but others use it, and it stays with all that serves them until these are gone: {}; have their \
             owners move them, or delete them by hand",
            context.target.network.name,
            listed(&others.things, ", ")
        ));
    }
    let text = texts.join(". Also, ");
    if text.is_empty() {
    } else if draft.steps.is_empty() {
        draft.stuck_for(Blame::Dependency, text);
    } else {
        draft.findings.push(Finding::warn(IN_THE_WAY, text));
    }
}
