//! The clients of one project, together.

use super::{Compute, Iam};

/// The clients of one project. Tokens are fetched by the first call of each, not before.
#[derive(Clone)]
pub struct Clients {
    /// Networks and what is in them.
    pub compute: Compute,
    /// Service accounts.
    pub iam: Iam,
}
