//! The service account of a shoot's VMs.

/// A service account.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ServiceAccount {
    /// Its e-mail address.
    pub email: String,
    /// What it is called; ours are called by the Cluster's name.
    pub display_name: String,
}

/// Why it is not known whether there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unread {
    /// The credentials may not look, or IAM is switched off.
    Denied,
    /// IAM did not answer, or not as it should.
    Late,
}
