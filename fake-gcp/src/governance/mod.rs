//! Rules above the resources of a project: what callers may do, which services are off, what policies forbid. Plain values that know no resource kind and no world.

pub mod permissions;
pub mod policies;
pub mod services;

/// The rules that stand above resources.
#[derive(Debug, Clone, Default)]
pub struct Governance {
    /// Permissions that callers lack.
    pub permissions: permissions::Permissions,
    /// Policies of the organisation.
    pub policies: policies::Policies,
    /// Services that are off.
    pub services: services::Disabled,
}
