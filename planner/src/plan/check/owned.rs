//! Nothing of somebody else's is changed or taken away: not the user's VPC and router, not another shoot's rules and NATs.

use serde_json::{Map, Value};

use crate::desired::{Goal, Ownership, Target};
use crate::plan::Action;
use crate::plan::resource::{Kind, Traffic};
use crate::snapshot::Snapshot;
use crate::vocabulary::{Purpose, subnet_name};

/// Whether `action` keeps to what is the shoot's own; otherwise what is wrong.
pub(super) fn check(action: &Action, target: &Target, seen: &Snapshot) -> Result<(), String> {
    let gone = target.goal == Goal::Absent;
    let unless = |allowed: bool, detail: &str| if allowed { Ok(()) } else { Err(detail.to_owned()) };
    match action {
        Action::Delete { object, traffic } => match object.kind {
            Kind::Network => unless(
                gone && target.network.ownership == Ownership::Own && *object.name == *target.cluster,
                "the VPC is not one that was made for this shoot, or the shoot is not deleted",
            ),
            Kind::Router => unless(
                gone && target.router.ownership == Ownership::Own,
                "the router is the user's, or the shoot is not deleted",
            ),
            Kind::Subnet => {
                let is = |purpose| object.name == subnet_name(&target.cluster, purpose);
                let ours = Purpose::ALL.into_iter().any(is);
                unless(
                    ours && (gone || is(Purpose::Internal)),
                    "the subnet is not the shoot's, or the shoot still needs it",
                )
            }
            Kind::Firewall => {
                let tagged = |rule: &crate::snapshot::Firewall| rule.has_tag(&target.cluster);
                let name = &object.name;
                let rule = seen.cloud.firewalls.iter().find(|rule| rule.name == *name);
                let named = name
                    .strip_prefix(target.cluster.as_str())
                    .is_some_and(|rest| rest.starts_with("-allow-"));
                let spare = named && name.ends_with("-ipv6") && !target.dual_stack;
                unless(
                    (gone || spare) && rule.is_some_and(|rule| named || tagged(rule)),
                    "the rule bears neither the shoot's name nor its tag, or the shoot still needs it",
                )
            }
            Kind::ServiceAccount => unless(
                gone && object.name == target.service_account_email(),
                "the account is not the shoot's, or the shoot is not deleted",
            ),
            Kind::Route => match traffic {
                Some(Traffic::Pods { vm, .. }) => {
                    let other = seen.cloud.vm(vm).filter(|vm| !vm.has_tag(&target.cluster));
                    unless(other.is_none(), "it leads to a VM that does not bear the shoot's tag")
                }
                Some(Traffic::Internet) | None => unless(
                    gone && target.network.ownership == Ownership::Own,
                    "the VPC is the user's, or the shoot is not deleted",
                ),
            },
            Kind::Vm => unless(false, "VMs are not this controller's to delete"),
        },
        Action::SetNats { before, nats, .. } => foreign_nats(before, nats, target, seen),
        _ => Ok(()),
    }
}

fn foreign_nats(
    before: &[Map<String, Value>],
    nats: &[Map<String, Value>],
    target: &Target,
    seen: &Snapshot,
) -> Result<(), String> {
    if seen.cloud.router.as_ref().is_none_or(|router| router.nats != before) {
        return Err("the list does not start from the one that was read".to_owned());
    }
    let name = |nat: &Map<String, Value>| nat.get("name").and_then(Value::as_str).map(str::to_owned);
    let foreign = |nat: &&Map<String, Value>| name(nat).is_none_or(|name| name != target.nat.name);
    let (kept, present): (Vec<_>, Vec<_>) =
        (nats.iter().filter(foreign).collect(), before.iter().filter(foreign).collect());
    if kept == present { Ok(()) } else { Err("a NAT of somebody else would be lost or changed".to_owned()) }
}
