//! The observer of a story: what it is told, and when. Rendering is its own business.

use std::fmt;

use super::Canary;
use crate::cloud::fake::Ledger;

/// Stage of a story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The IPv4 Infrastructure is created.
    CreateInfrastructure,
    /// VMs, Nodes and their routes are created.
    CreateNodes {
        /// Number of nodes.
        nodes: u32,
    },
    /// Objects of others are put into the same VPC.
    AddForeignObjects,
    /// The families grow by IPv6.
    Migrate,
    /// The migration rests, because somebody says so.
    Rest,
    /// The migration may go on.
    Resume,
    /// The ControlPlane is reconciled.
    ReconcileControlPlane,
    /// A last reconciliation is asked for, and everything is looked at.
    Verify,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CreateInfrastructure => f.write_str("create the IPv4 infrastructure"),
            Self::CreateNodes { nodes } => write!(f, "create {nodes} nodes with their routes"),
            Self::AddForeignObjects => f.write_str("add objects of others to the VPC"),
            Self::Migrate => f.write_str("switch to IPv4 and IPv6"),
            Self::Rest => f.write_str("at rest: what serves the nodes, and why it does not go on"),
            Self::Resume => f.write_str("go on"),
            Self::ReconcileControlPlane => f.write_str("reconcile the control plane"),
            Self::Verify => f.write_str("reconcile once more and verify"),
        }
    }
}

/// A shoot that is waited for, as it was seen once.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// Seconds since the wait began.
    pub seconds: f64,
    /// Value of `status.lastOperation.description`, or what is wrong.
    pub description: String,
    /// Data-plane ledger at that time.
    pub ledger: Ledger,
}

/// An observer of a story. Calls come in order, from one task at a time, and must not block.
pub trait Observer: Send + Sync {
    /// Takes note that a stage begins.
    fn stage(&self, stage: Stage);
    /// Takes note of a look during a wait; there is one every few seconds.
    fn progress(&self, progress: &Progress);
    /// Takes note of what is new of a canary.
    fn canary(&self, _: &Canary) {}
    /// Whether it wants to be told of looks during waits; one that does not spares them.
    fn follows(&self) -> bool {
        true
    }
}

/// An observer that takes note of nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quiet;

impl Observer for Quiet {
    fn stage(&self, _: Stage) {}
    fn progress(&self, _: &Progress) {}
    fn follows(&self) -> bool {
        false
    }
}
