//! Rules above the resources of a project: what callers may do. Plain values that know no resource kind and no world.

pub mod permissions;

/// The rules that stand above resources.
#[derive(Debug, Clone, Default)]
pub struct Governance {
    /// Permissions that callers lack.
    pub permissions: permissions::Permissions,
}
