//! Subnets: the shoot's own by exact name and region, as they were read, towards what the target says of their purpose.

use ipnet::Ipv4Net;

use super::evidence::Evidence;
use super::rule::{Breach, Judgement, Rule};
use super::{back, nodes_subnet};
use crate::journal::Phase;
use crate::plan::resource::{NewSubnet, ResourceRef, SubnetChange};
use crate::snapshot::{StackType, Subnet};
use crate::vocabulary::{FlowLogs, POD_RANGE_NAME, Purpose, subnet_name};

/// Judges the creation of a subnet.
pub(super) fn insert(evidence: &Evidence<'_>, object: &ResourceRef, body: &NewSubnet) -> Judgement {
    let rule = Rule::SubnetInsert;
    let purpose = purpose(evidence, object, rule)?;
    let wanted = rule.finds(evidence.target.subnet(purpose), || "the shoot shall have no such subnet")?;
    rule.demands(evidence.subnet(purpose).is_none(), || "there is one already")?;
    let NewSubnet { description, network, range, dual_stack, secondary, flow_logs } = body;
    evidence.in_our_vpc(network)?;
    rule.demands(*range == wanted.range, || format!("its range is {range}, and not {}", wanted.range))?;
    rule.demands(*dual_stack == evidence.target.dual_stack, || "its families are not those of the shoot")?;
    let pods = evidence.target.pods.filter(|_| evidence.target.dual_stack && purpose == Purpose::Nodes);
    let pods = pods.map(|pods| (POD_RANGE_NAME.into(), pods));
    rule.demands(*secondary == pods, || "its secondary range is not that of the pods of a dual-stack shoot")?;
    rule.demands(*flow_logs == wanted.flow_logs, || "its flow logs are not those that are asked for")?;
    rule.demands(description == described(purpose), || format!("it says of itself: {description}"))
}

/// Judges the widening of a subnet's primary range.
pub(super) fn widen(evidence: &Evidence<'_>, object: &ResourceRef, range: Ipv4Net) -> Judgement {
    let (purpose, present) = read(evidence, object)?;
    let rule = Rule::SubnetWiden;
    apart_from_migration(evidence, purpose, rule)?;
    let wanted = evidence.target.subnet(purpose).map(|subnet| subnet.range);
    rule.demands(wanted == Some(range), || format!("{range} is not the range that it shall have"))?;
    rule.demands(purpose != Purpose::Services, || "the range of a shoot's services never changes")?;
    let grows = range != present.range && range.contains(&present.range);
    rule.demands(grows, || format!("its range {} does not lie inside {range}", present.range))
}

/// Judges the change of one group of fields of a subnet.
pub(super) fn patch(
    evidence: &Evidence<'_>,
    object: &ResourceRef,
    fingerprint: &str,
    change: &SubnetChange,
) -> Judgement {
    let (purpose, present) = read(evidence, object)?;
    let as_read = !fingerprint.is_empty() && fingerprint == present.fingerprint;
    Rule::SubnetRead.demands(as_read, || "the fingerprint is not the one that was read")?;
    match change {
        SubnetChange::Overlap(true) => nodes_subnet::overlap_on(evidence, purpose, present),
        SubnetChange::Overlap(false) => nodes_subnet::overlap_off(evidence, purpose, present),
        SubnetChange::SecondaryRanges(ranges) => nodes_subnet::pod_range(evidence, purpose, present, ranges),
        SubnetChange::DualStack => ipv6(evidence, purpose, present),
        SubnetChange::Ipv4Only => back::ipv4_only(evidence, purpose, present),
        SubnetChange::FlowLogs(on) => flow_logs(evidence, purpose, present, |wanted| {
            wanted.is_some() == *on && present.flow_logs.is_some() != *on
        }),
        SubnetChange::LogConfig(logs) => flow_logs(evidence, purpose, present, |wanted| {
            wanted == Some(logs) && present.flow_logs.is_some()
        }),
    }
}

/// Judges the deletion of a subnet.
pub(super) fn delete(evidence: &Evidence<'_>, object: &ResourceRef) -> Judgement {
    let (purpose, present) = read(evidence, object)?;
    let rule = Rule::SubnetDelete;
    if evidence.leaves() {
        let guests = evidence.others.are_in(&object.name);
        rule.demands(!guests, || "VMs of others are in it")?;
        let mut leftovers = evidence.seen.cloud.leftovers.iter();
        let used =
            leftovers.any(|leftover| leftover.blocks && leftover.subnet.as_ref() == Some(&object.name));
        return rule.demands(!used, || "load balancers use it");
    }
    if purpose == Purpose::Services && evidence.course.goes_back() {
        return back::services(evidence, present);
    }
    // A range that only has to grow is widened; one that moves away is given up, where nodes are not cut off by that.
    let wanted = evidence.target.subnet(purpose).map(|subnet| subnet.range);
    let needed = wanted.is_some_and(|range| range.contains(&present.range));
    rule.demands(purpose == Purpose::Internal && !needed, || "the shoot still needs it")
}

/// Judges turning on external IPv6: on the nodes subnet only once pods are reached by aliases, because its effect together with
/// the overlap flag is not known.
fn ipv6(evidence: &Evidence<'_>, purpose: Purpose, present: &Subnet) -> Judgement {
    let rule = Rule::SubnetIpv6;
    let wanted = evidence.target.subnet(purpose).is_some_and(|subnet| subnet.dual_stack);
    rule.demands(wanted && evidence.target.dual_stack, || "dual-stack is not wanted")?;
    rule.demands(present.stack == StackType::Ipv4, || "it is not an IPv4 subnet, as far as was read")?;
    rule.demands(
        purpose != Purpose::Nodes
            || nodes_subnet::is_migrated(evidence, present)
            || is_first(evidence)
            || is_not_proven(evidence),
        || "pods are still reached by routes, or the flag does not stand as it did before",
    )
}

/// Whether IPv6 comes first, before the flag and the range, as the journal says how each subnet stood.
fn is_first(evidence: &Evidence<'_>) -> bool {
    evidence.gives_ipv6() && !evidence.seen.state.journal.flag_first
}

/// Whether the pod range was there from the beginning, so that IPv6 did not come first, and every pod is reached by its alias.
fn is_not_proven(evidence: &Evidence<'_>) -> bool {
    let journal = &evidence.seen.state.journal;
    let covered = journal.entries.iter().all(|entry| evidence.is_covered(entry));
    journal.phase == Some(Phase::Preparing) && journal.made.is_none() && evidence.has_pod_range() && covered
}

fn flow_logs(
    evidence: &Evidence<'_>,
    purpose: Purpose,
    present: &Subnet,
    leads_there: impl Fn(Option<&FlowLogs>) -> bool,
) -> Judgement {
    let rule = Rule::FlowLogs;
    rule.demands(purpose == Purpose::Nodes, || "only those of the nodes subnet are managed")?;
    apart_from_migration(evidence, purpose, rule)?;
    let wanted = evidence.target.subnet(purpose).and_then(|subnet| subnet.flow_logs.as_ref());
    rule.demands(wanted != present.flow_logs.as_ref(), || "they are as they shall be")?;
    rule.demands(leads_there(wanted), || "they would not become what is asked for")
}

/// Demands that the nodes subnet be changed by nothing but the migration once that was begun.
fn apart_from_migration(evidence: &Evidence<'_>, purpose: Purpose, rule: Rule) -> Judgement {
    let begun = purpose == Purpose::Nodes && evidence.seen.state.journal.phase.is_some();
    rule.demands(!begun, || "a migration of it is under way")
}

/// The purpose and the reading of the shoot's subnet that `object` refers to.
fn read<'a>(evidence: &Evidence<'a>, object: &ResourceRef) -> Result<(Purpose, &'a Subnet), Breach> {
    let purpose = purpose(evidence, object, Rule::SubnetRead)?;
    let present =
        Rule::SubnetRead.finds(evidence.subnet(purpose), || "it was not seen in the shoot's VPC")?;
    Ok((purpose, present))
}

fn purpose(evidence: &Evidence<'_>, object: &ResourceRef, rule: Rule) -> Result<Purpose, Breach> {
    evidence.in_region(object)?;
    let is = |purpose: &Purpose| object.name == subnet_name(&evidence.target.cluster, *purpose);
    rule.finds(Purpose::ALL.into_iter().find(is), || "it is none of the shoot's subnets")
}

fn described(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Nodes => "gardener-managed worker subnet",
        Purpose::Internal => "gardener-managed internal subnet",
        Purpose::Services => "gardener-managed services subnet",
    }
}
