//! The description and the codes of a failure, as `lastError` and `lastOperation` show them.

use planner::desired::TargetError;
use planner::documents::infrastructure::OperationType;
use planner::plan::{Blame, NAT_ADDRESS};
use planner::text::{listed, message};

use super::Failure;
use crate::apply::ApplyError;
use crate::extension::contract::{codes, messages};
use crate::observe::ObserveError;

/// The description of `failure`: first what was tried, in the reference's words, and then why it failed.
pub(crate) fn description(operation: OperationType, failure: &Failure) -> String {
    let checks = !matches!(operation, OperationType::Delete | OperationType::Migrate);
    match of_configuration(failure).filter(|_| checks) {
        Some(text) => message(&format!("Error checking infrastructure config: {text}")),
        None => message(&format!("{}: {failure}", messages::of(operation).failed)),
    }
}

/// Gardener's codes for `failure`, sorted.
pub(crate) fn codes(failure: &Failure) -> Vec<String> {
    let mut codes: Vec<&str> = match failure {
        Failure::Refused { .. } | Failure::Target(_) => vec![codes::CONFIGURATION_PROBLEM],
        Failure::Kubernetes(error) | Failure::Secret(error) if error.is_of_content() => {
            vec![codes::CONFIGURATION_PROBLEM]
        }
        Failure::Credentials(error)
        | Failure::Cloud(error)
        | Failure::Observe(ObserveError::Cloud(error) | ObserveError::Addresses(error)) => {
            codes::of_cloud(error.class()).to_vec()
        }
        Failure::Stuck { blame: Blame::Dependency, .. } => vec![codes::DEPENDENCIES],
        Failure::Stuck { blame: Blame::Recorded(codes), .. } => codes.iter().map(String::as_str).collect(),
        Failure::Steps(steps) => steps.iter().flat_map(|(_, error)| of_step(error)).copied().collect(),
        Failure::Quota { failure, .. }
        | Failure::Advised { failure, .. }
        | Failure::InTheWay { failure, .. } => return self::codes(failure),
        Failure::Kubernetes(_)
        | Failure::Secret(_)
        | Failure::State(_)
        | Failure::Observe(ObserveError::Kubernetes(_) | ObserveError::NotUnderstood { .. })
        | Failure::Violation(_)
        | Failure::Stuck { blame: Blame::Nobody, .. }
        | Failure::NoEffect { .. }
        | Failure::Deadline { .. } => Vec::new(),
    };
    codes.sort_unstable();
    codes.dedup();
    codes.into_iter().map(str::to_owned).collect()
}

/// The codes of a step that failed.
pub(crate) fn of_step(error: &ApplyError) -> &'static [&'static str] {
    match error {
        ApplyError::Cloud(error) => codes::of_cloud(error.class()),
        ApplyError::Elsewhere { .. } => &[codes::CONFIGURATION_PROBLEM],
        ApplyError::Kubernetes(_)
        | ApplyError::NoCloud
        | ApplyError::RouterChanged { .. }
        | ApplyError::RouterBusy { .. } => &[],
    }
}

/// The message of the check of the configuration, if that is what failed: before anything is done the configuration is decoded,
/// a client is made of the credentials, and the addresses that it names are looked up.
fn of_configuration(failure: &Failure) -> Option<String> {
    match failure {
        Failure::Target(
            error @ (TargetError::NoConfig | TargetError::Config(_) | TargetError::Kind { .. }),
        ) => Some(format!("<nil>: Internal error: {error}")),
        Failure::Secret(_) | Failure::Credentials(_) => Some(format!("<nil>: Internal error: {failure}")),
        Failure::Observe(ObserveError::Addresses(_)) => Some(failure.to_string()),
        Failure::Refused { findings, .. } => {
            let wrong = findings.iter().filter(|finding| finding.rule == NAT_ADDRESS);
            match wrong.map(|finding| finding.message.as_str()).collect::<Vec<_>>().as_slice() {
                [] => None,
                [one] => Some((*one).to_owned()),
                several => Some(format!("[{}]", listed(several, ", "))),
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_tried_is_said_before_what_came_of_it() {
        let object = "Secret n/cloudprovider".to_owned();
        let missing = Failure::Secret(crate::kubernetes::Error::Missing { object });
        assert_eq!(
            description(OperationType::Create, &missing),
            "Error checking infrastructure config: <nil>: Internal error: no client of Google Cloud can be made: \
             Secret n/cloudprovider does not exist"
        );
        assert_eq!(
            description(OperationType::Delete, &missing),
            "Error deleting Infrastructure: no client of Google Cloud can be made: Secret n/cloudprovider does not exist"
        );
    }
}
