//! The VPC: whether it can hold dual-stack subnets, and to whom the pod range will become known.

use ipnet::IpNet;

use crate::desired::Ownership;
use crate::plan::Finding;
use crate::plan::context::Context;
use crate::plan::migration::facts::Facts;
use crate::snapshot::{NetworkMode, NextHop};
use crate::text::listed;

/// The findings about the VPC.
pub(super) fn findings(context: Context<'_>, _: &Facts<'_>) -> Vec<Finding> {
    let Some(network) = &context.seen.cloud.network else { return Vec::new() };
    let mut findings = Vec::new();
    let mode = match network.mode {
        NetworkMode::Custom => None,
        NetworkMode::Auto => Some("in auto mode: convert it to custom mode"),
        NetworkMode::Legacy => Some("a legacy network: the shoot needs another VPC"),
    };
    if let Some(mode) = mode {
        findings.push(Finding::error(
            "vpc-mode",
            format!("VPC {} cannot hold dual-stack subnets, it is {mode}", network.name),
        ));
    }
    if !network.peerings.is_empty() {
        findings.push(Finding::warn(
            "vpc-peering",
            format!(
                "VPC {} is peered ({}): the pod range will be announced to the peers, which node routes were not",
                network.name,
                listed(&network.peerings, ", ")
            ),
        ));
    }
    if context.seen.cloud.routes.iter().any(|route| route.next_hop == NextHop::Hub) {
        findings.push(Finding::warn(
            "vpc-hub",
            format!(
                "VPC {} is a spoke of a Network Connectivity Center hub: the pod range will be announced to its other spokes, which node \
                 routes were not, and Google calls a hub beside subnets whose ranges overlap routes unpredictable; exclude the pod range \
                 from the spoke, or migrate while the VPC is no spoke",
                network.name
            ),
        ));
    }
    findings.extend(ipv6_route(context, network.name.as_str()));
    findings
}

/// The route to the internet that Google adds with the first external IPv6 range. Nobody takes it away again from a VPC that is not
/// the shoot's.
fn ipv6_route(context: Context<'_>, network: &str) -> Option<Finding> {
    let present = |destination: &IpNet| matches!(destination, IpNet::V6(range) if range.prefix_len() == 0);
    let stands = context.seen.cloud.routes.iter().any(|route| present(&route.destination));
    (context.target.network.ownership == Ownership::User && !stands).then(|| {
        Finding::warn(
            "ipv6-default-route",
            format!(
                "Google will add a route ::/0 to the internet to VPC {network}, which is not the shoot's; it stays when the shoot goes: \
                 delete it then if nobody needs it"
            ),
        )
    })
}
