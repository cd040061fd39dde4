//! Gardener's error codes, which decide whether gardenlet goes on retrying.

use crate::gcp::Class;

/// The code of credentials that are not accepted.
const UNAUTHENTICATED: &str = "ERR_INFRA_UNAUTHENTICATED";
/// The code of a missing permission.
const UNAUTHORIZED: &str = "ERR_INFRA_UNAUTHORIZED";
/// The code of a quota that is used up.
const QUOTA_EXCEEDED: &str = "ERR_INFRA_QUOTA_EXCEEDED";
/// The code of an obstacle that this controller may not remove.
pub(crate) const DEPENDENCIES: &str = "ERR_INFRA_DEPENDENCIES";
/// The code of a configuration that cannot be carried out.
pub(crate) const CONFIGURATION_PROBLEM: &str = "ERR_CONFIGURATION_PROBLEM";

/// The codes of an error of Google's, sorted. All of them end gardenlet's retries, so what may pass by itself has none.
pub(crate) fn of_cloud(class: Class) -> &'static [&'static str] {
    match class {
        Class::Unauthenticated => &[UNAUTHENTICATED, UNAUTHORIZED],
        Class::Forbidden => &[UNAUTHORIZED],
        Class::ApiDisabled | Class::InUse => &[DEPENDENCIES],
        Class::Quota => &[QUOTA_EXCEEDED],
        Class::Invalid | Class::Policy => &[CONFIGURATION_PROBLEM],
        _ => &[],
    }
}
