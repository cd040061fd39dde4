//! Load balancers of a VPC, as far as their number matters.

/// The number of rules of internal passthrough load balancers in a VPC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PassthroughRules {
    /// The rules were not read, because nothing depends on their number.
    #[default]
    Unread,
    /// The credentials may not list the rules.
    Denied,
    /// The number that was listed.
    Counted(usize),
}
