//! The service account of a shoot's VMs.

/// A service account.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ServiceAccount {
    /// The e-mail address, by which it is named everywhere.
    pub email: String,
    /// The name for people; accounts made here bear the Cluster's name.
    pub display_name: String,
}

/// The reason why it is not known whether there is a service account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unread {
    /// The credentials may not look, or IAM is switched off.
    Denied,
    /// IAM did not answer, or not as it should.
    Late,
}
