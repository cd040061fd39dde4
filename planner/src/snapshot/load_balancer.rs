//! Load balancers of a VPC, as far as their number matters.

/// How many rules of internal passthrough load balancers there are in a VPC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PassthroughRules {
    /// Nothing depends on their number.
    #[default]
    Unread,
    /// The credentials may not list them.
    Denied,
    /// The number that was listed.
    Counted(usize),
}
