//! Quotas of the project: whether there is room for what is still to be made.

use crate::plan::context::Context;
use crate::plan::migration::facts::Facts;
use crate::plan::resource::FirewallRole;
use crate::plan::{Finding, Severity};

/// The roles of the rules that a dual-stack shoot has.
const NEEDED: [FirewallRole; 4] = [
    FirewallRole::InternalAccess,
    FirewallRole::HealthChecks,
    FirewallRole::InternalAccessIpv6,
    FirewallRole::HealthChecksIpv6,
];

/// The findings about quotas. That of subnets is said not to be enforced any more.
pub(super) fn findings(context: Context<'_>, _: &Facts<'_>) -> Vec<Finding> {
    let cloud = &context.seen.cloud;
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let missing_rule = |role: &FirewallRole| {
        let name = role.rule_name(&context.target.cluster);
        !cloud.firewalls.iter().any(|rule| rule.name == name)
    };
    let rules = NEEDED.iter().filter(|role| missing_rule(role)).count();
    let subnets = context.target.subnets.iter();
    let subnets = subnets.filter(|wanted| cloud.subnet(&context.target.region, &wanted.name).is_none());
    [
        ("FIREWALLS", "firewall rules", count(rules), Severity::Error),
        ("SUBNETWORKS", "subnets", count(subnets.count()), Severity::Warn),
    ]
    .into_iter()
    .filter_map(|(metric, what, needed, severity)| {
        let quota = cloud.preflight.quotas.known()?.iter().find(|quota| quota.metric == metric)?;
        let short = needed > 0 && quota.usage.saturating_add(needed) > quota.limit;
        short.then(|| Finding {
            rule: "quota-full",
            severity,
            message: format!(
                "{needed} {what} are still to be made, and the quota {metric} of project {} is {} of which {} are used: have it raised, or \
                 delete some that nobody needs",
                context.target.project, quota.limit, quota.usage
            ),
        })
    })
    .collect()
}
