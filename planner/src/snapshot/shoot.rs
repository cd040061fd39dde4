//! The shoot as its own API shows it. Its users can write all of it: what counts is the planner's to judge.

use super::{Node, Pods, Reading, Window};

/// The shoot as it was seen. What was not read, or could not be, is a value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Shoot {
    /// All Nodes; read only where something depends on them, after the VMs.
    pub nodes: Reading<Vec<Node>>,
    /// The pods; read only where a canary is to be chosen, after the Nodes. Where there is no access to them no canary is measured.
    pub pods: Reading<Pods>,
    /// What was seen of the canaries since they got their aliases.
    pub window: Window,
}
