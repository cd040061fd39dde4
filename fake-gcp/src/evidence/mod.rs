//! The evidence for modelled behaviours: what a rule is, and the rules that belong to no kind of resource.

pub(crate) mod conventions;
pub(crate) mod governance;
pub(crate) mod quotas;

use std::fmt;

use serde::Serialize;

/// The evidence that a behaviour rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// The behaviour was seen in published logs or reports of real traffic.
    Recorded,
    /// The behaviour is stated by Google's reference.
    Documented,
    /// The behaviour was reported by people who saw it.
    SecondHand,
    /// The behaviour is neither recorded nor documented: a choice.
    Assumed,
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Recorded => "recorded",
            Self::Documented => "documented",
            Self::SecondHand => "second-hand",
            Self::Assumed => "assumed",
        })
    }
}

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

/// A behaviour without a setting.
pub(crate) const fn rule(evidence: Evidence, behaviour: &'static str, source: &'static str) -> Rule {
    Rule { behaviour, evidence, source, switch: None }
}

/// A behaviour that a setting changes.
pub(crate) const fn switched(
    evidence: Evidence,
    behaviour: &'static str,
    source: &'static str,
    switch: &'static str,
) -> Rule {
    Rule { behaviour, evidence, source, switch: Some(switch) }
}

pub(crate) const API: &str = "Compute v1 reference";
pub(crate) const LOGS: &str = "k8s-config-connector HTTP logs";
pub(crate) const VPC: &str = "VPC guide";
pub(crate) const NAT: &str = "Cloud NAT guide";
pub(crate) const FIREWALLS: &str = "VPC firewall rules guide";
pub(crate) const NONE: &str = "no source found";
