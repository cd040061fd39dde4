//! Policies of the organisation: constraints that are in force in all projects or in one.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// A constraint that modelled calls obey.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Constraint {
    /// Subnets get no external IPv6.
    #[serde(rename = "constraints/compute.disableVpcExternalIpv6")]
    DisableVpcExternalIpv6,
    /// Subnets have flow logs.
    #[serde(rename = "constraints/compute.requireVpcFlowLogs")]
    RequireVpcFlowLogs,
    /// Networks are not peered.
    #[serde(rename = "constraints/compute.restrictVpcPeering")]
    RestrictVpcPeering,
}

impl Constraint {
    /// Name of the constraint, as Google's errors name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DisableVpcExternalIpv6 => "constraints/compute.disableVpcExternalIpv6",
            Self::RequireVpcFlowLogs => "constraints/compute.requireVpcFlowLogs",
            Self::RestrictVpcPeering => "constraints/compute.restrictVpcPeering",
        }
    }
}

/// The policies of an organisation, and those of projects in their place.
#[derive(Debug, Clone, Default)]
pub struct Policies {
    organisation: BTreeSet<Constraint>,
    projects: BTreeMap<String, BTreeSet<Constraint>>,
}

impl Policies {
    /// Policies of an organisation in which no project has its own.
    pub fn new(organisation: BTreeSet<Constraint>) -> Self {
        Self { organisation, projects: BTreeMap::new() }
    }

    /// Puts just these constraints in force: in a project, in place of the organisation's, or in the organisation.
    pub fn set(&mut self, project: Option<String>, constraints: BTreeSet<Constraint>) {
        match project {
            Some(project) => {
                self.projects.insert(project, constraints);
            }
            None => self.organisation = constraints,
        }
    }

    /// Whether a constraint is in force in a project.
    pub fn in_force(&self, project: &str, constraint: Constraint) -> bool {
        self.projects.get(project).unwrap_or(&self.organisation).contains(&constraint)
    }
}
