//! The table of modelled behaviours, one file per area, and what a rule is.

mod balancers;
mod conventions;
mod governance;
mod iam;
mod instances;
mod networks;
mod perimeter;
mod quotas;

use super::Evidence;

/// A modelled behaviour.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Behaviour, in words.
    pub behaviour: &'static str,
    /// Evidence that it rests on.
    pub evidence: Evidence,
    /// Place where the evidence is found.
    pub source: &'static str,
    /// Name of the setting that changes it, if there is one.
    pub switch: Option<&'static str>,
}

const fn rule(evidence: Evidence, behaviour: &'static str, source: &'static str) -> Rule {
    Rule { behaviour, evidence, source, switch: None }
}

const fn switched(
    evidence: Evidence,
    behaviour: &'static str,
    source: &'static str,
    switch: &'static str,
) -> Rule {
    Rule { behaviour, evidence, source, switch: Some(switch) }
}

const API: &str = "Compute v1 reference";
const LOGS: &str = "k8s-config-connector HTTP logs";
const VPC: &str = "VPC guide";
const NAT: &str = "Cloud NAT guide";
const FIREWALLS: &str = "VPC firewall rules guide";
const NONE: &str = "no source found";

/// Behaviours of the API, by area.
const AREAS: [&[Rule]; 8] = [
    conventions::RULES,
    networks::RULES,
    instances::RULES,
    perimeter::RULES,
    balancers::RULES,
    quotas::RULES,
    iam::RULES,
    governance::RULES,
];

/// All rules in the order in which they are printed.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    AREAS.into_iter().flatten()
}
