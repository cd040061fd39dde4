//! Following a journey: what it tells, and to whom. Rendering is the observer's own business.

use std::fmt;

use crate::cloud::fake::Ledger;

/// Where in the story a journey is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The IPv4 Infrastructure is created.
    CreateInfrastructure,
    /// VMs, Nodes and their routes are created.
    CreateNodes {
        /// How many.
        nodes: u32,
    },
    /// Objects of others are put into the same VPC.
    AddForeignObjects,
    /// The families have grown by IPv6.
    Migrate,
    /// The ControlPlane is reconciled.
    ReconcileControlPlane,
    /// One more reconcile, and a look at everything.
    Verify,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CreateInfrastructure => f.write_str("create the IPv4 infrastructure"),
            Self::CreateNodes { nodes } => write!(f, "create {nodes} nodes with their routes"),
            Self::AddForeignObjects => f.write_str("add objects of others to the VPC"),
            Self::Migrate => f.write_str("switch to IPv4 and IPv6"),
            Self::ReconcileControlPlane => f.write_str("reconcile the control plane"),
            Self::Verify => f.write_str("reconcile once more and verify"),
        }
    }
}

/// One look at a shoot that is waited for.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// Seconds since the wait began.
    pub seconds: f64,
    /// `status.lastOperation.description`, or what is wrong.
    pub description: String,
    /// The data plane.
    pub ledger: Ledger,
}

/// Somebody who follows a journey. Calls come in order, from one task at a time, and must not block.
pub trait Observer: Send + Sync {
    /// A stage begins.
    fn stage(&self, stage: Stage);
    /// A look during a wait, every few seconds.
    fn progress(&self, progress: &Progress);
}

/// Nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quiet;

impl Observer for Quiet {
    fn stage(&self, _: Stage) {}
    fn progress(&self, _: &Progress) {}
}
