//! From classes of errors to Gardener's error codes, which decide whether gardenlet goes on retrying.

use crate::gcp::Class;

/// The credentials are not accepted.
const UNAUTHENTICATED: &str = "ERR_INFRA_UNAUTHENTICATED";
/// A permission is missing.
const UNAUTHORIZED: &str = "ERR_INFRA_UNAUTHORIZED";
/// A quota is used up.
const QUOTA_EXCEEDED: &str = "ERR_INFRA_QUOTA_EXCEEDED";
/// Something outside this controller's reach is in the way.
pub(crate) const DEPENDENCIES: &str = "ERR_INFRA_DEPENDENCIES";
/// The user's configuration cannot be carried out.
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
