//! The service account of a shoot's VMs.

/// A service account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceAccount {
    /// Its e-mail address.
    pub email: String,
    /// What it is called; ours are called by the Cluster's name.
    pub display_name: String,
}
