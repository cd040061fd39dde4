//! Mutants of whose a thing is: the same step, judged in a world in which what it works on is another shoot's or the user's.

use planner::desired::Ownership;
use planner::plan::resource::{Kind, ResourceRef};
use planner::plan::{Action, Step};
use planner::snapshot::{NextHop, Route};
use planner::vocabulary::{ResourceName, VmRef};
use serde_json::json;

use super::plans::kind;
use crate::worlds::case::Situation;

/// A shoot whose name begins with the name of the one that all worlds are about.
const OTHER: &str = "shoot--p--ab";

/// How a thing can be somebody else's.
type Handover = (&'static str, fn(&mut Situation, &ResourceRef));

const SHOOT: Handover = ("the shoot is another one", |situation, _| {
    let target = &mut situation.target;
    let ours = target.cluster.to_string();
    let renamed = |name: &ResourceName| name.replacen(&ours, OTHER, 1).into();
    target.nat.name = renamed(&target.nat.name);
    if target.network.ownership == Ownership::Own {
        target.network.name = renamed(&target.network.name);
    }
    if target.router.ownership == Ownership::Own {
        target.router.name = renamed(&target.router.name);
    }
    for subnet in &mut target.subnets {
        subnet.name = renamed(&subnet.name);
    }
    target.cluster = OTHER.into();
});
const REGION: Handover =
    ("the shoot is in another region", |situation, _| situation.target.region = "europe-west4".into());
const PROJECT: Handover =
    ("the credentials are of another project", |situation, _| situation.target.project = "other".into());
const NETWORK: Handover =
    ("the VPC is the user's", |situation, _| situation.target.network.ownership = Ownership::User);
const ROUTER: Handover =
    ("the router is the user's", |situation, _| situation.target.router.ownership = Ownership::User);
const ROUTER_ELSEWHERE: Handover = ("the router is in another VPC", |situation, _| {
    if let Some(router) = &mut situation.seen.cloud.router {
        router.network = format!("{}b", router.network);
    }
});
const NAT: Handover = ("the NAT on the router is another shoot's", |situation, _| {
    for nat in situation.seen.cloud.router.iter_mut().flat_map(|router| &mut router.nats) {
        nat.insert("name".to_owned(), json!(format!("{OTHER}-cloud-nat")));
    }
});
const SUBNET_ELSEWHERE: Handover = ("the subnet is not in the VPC", |situation, object| {
    situation.seen.cloud.subnets.retain(|subnet| subnet.name != object.name);
});
const RULE: Handover = ("the rule is for VMs of another shoot", |situation, object| {
    for rule in situation.seen.cloud.firewalls.iter_mut().filter(|rule| rule.name == object.name) {
        rule.name = rule.name.replacen("shoot--p--a-", "shoot--p--ab-", 1).into();
        rule.target_tags = vec![OTHER.to_owned()];
    }
});
const ACCOUNT: Handover = ("the account was made by somebody else", |situation, _| {
    if let Some(account) = &mut situation.seen.cloud.service_account {
        account.display_name = OTHER.to_owned();
    }
    situation.seen.state.data.remove("service_account_exist");
});
const VM: Handover = ("the VM bears the tag of another shoot", |situation, object| {
    let leads = |route: &&Route| route.name == object.name;
    let named = match situation.seen.cloud.routes.iter().find(leads).map(|route| &route.next_hop) {
        Some(NextHop::Vm(vm)) => vm.name.clone(),
        Some(NextHop::Subnet | NextHop::Internet | NextHop::Hub | NextHop::Other(_)) | None => {
            object.name.clone()
        }
    };
    for vm in situation.seen.cloud.vms.values_mut().filter(|vm| vm.id.name == named) {
        vm.tags = vec![OTHER.to_owned()];
    }
});
const ROUTE_DESCRIBED: Handover = ("the route was made by somebody else", |situation, object| {
    for route in situation.seen.cloud.routes.iter_mut().filter(|route| route.name == object.name) {
        route.description = "by hand".to_owned();
        if route.next_hop == NextHop::Internet {
            route.next_hop = NextHop::Other("appliance".to_owned());
        }
    }
});
const ROUTE_LEADS: Handover = ("the route leads to a VM of another shoot", |situation, object| {
    let vm = VmRef { zone: "europe-west1-b".into(), name: format!("{OTHER}-pool-z1-11111-aaaaa").into() };
    for route in situation.seen.cloud.routes.iter_mut().filter(|route| route.name == object.name) {
        route.next_hop = NextHop::Vm(vm.clone());
    }
});

/// How the thing that a step works on can be somebody else's.
fn handovers(action: &Action) -> Vec<Handover> {
    let object = match action {
        Action::Insert { object, .. } | Action::Patch { object, .. } | Action::Delete { object, .. } => {
            object
        }
        Action::SetNats { router, .. } => router,
        Action::SetAliases { .. } => return vec![SHOOT, VM],
        Action::WriteState(_) => return vec![PROJECT],
        Action::TakeWords { .. } | Action::IgnoreControlPlane { .. } | Action::ScaleCcm { .. } => {
            return Vec::new();
        }
    };
    let is_made = matches!(action, Action::Insert { .. });
    match object.kind {
        Kind::Network => vec![SHOOT, NETWORK],
        Kind::Subnet if is_made => vec![SHOOT, REGION],
        Kind::Subnet => vec![SHOOT, REGION, SUBNET_ELSEWHERE],
        Kind::Router if is_made => vec![SHOOT, REGION, ROUTER],
        Kind::Router if matches!(action, Action::SetNats { .. }) => {
            vec![SHOOT, REGION, ROUTER_ELSEWHERE, NAT]
        }
        Kind::Router => vec![SHOOT, REGION, ROUTER, ROUTER_ELSEWHERE],
        Kind::Firewall if is_made => vec![SHOOT],
        Kind::Firewall => vec![SHOOT, RULE],
        Kind::Route => vec![SHOOT, VM, ROUTE_DESCRIBED, ROUTE_LEADS],
        Kind::ServiceAccount if is_made => vec![SHOOT, PROJECT],
        Kind::ServiceAccount => vec![SHOOT, PROJECT, ACCOUNT],
        Kind::Vm => vec![SHOOT, VM],
    }
}

/// The worlds in which a step works on what is somebody else's, each with its class and with the step, and what it waits for of the state.
pub(crate) fn mutants(situation: &Situation, steps: &[Step]) -> Vec<(String, Situation, Vec<Step>)> {
    let is_write = |step: &&Step| matches!(step.action, Action::WriteState(_));
    let write = steps.iter().find(is_write);
    let mut found = Vec::new();
    for step in steps {
        let mut alone: Vec<Step> = write.into_iter().filter(|write| *write != step).cloned().collect();
        let needs = step.needs.iter().filter(|need| write.is_some_and(|write| write.id == **need));
        alone.push(Step { needs: needs.cloned().collect(), ..step.clone() });
        let object = step.action.object().unwrap_or_else(|| ResourceRef::global(Kind::Network, ""));
        for (how, hand_over) in handovers(&step.action) {
            let mut situation = situation.clone();
            let before = (situation.target.clone(), situation.seen.clone());
            hand_over(&mut situation, &object);
            if before != (situation.target.clone(), situation.seen.clone()) {
                found.push((format!("{}: {how}", kind(step)), situation, alone.clone()));
            }
        }
    }
    found
}
