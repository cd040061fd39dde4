//! What of the shoot's configuration helps against a policy of the organisation, where anything of it does.

use crate::gcp::Error;
use crate::plan::StepId;
use crate::vocabulary::Purpose;

/// Every subnet must have flow logs, of at least some sampling.
const REQUIRE_FLOW_LOGS: &str = "constraints/compute.requireVpcFlowLogs";

/// What helps where `error` refuses `step` for a policy; none: nothing is known that would.
pub(super) fn of(step: &StepId, error: &Error) -> Option<&'static str> {
    (error.constraint()? == REQUIRE_FLOW_LOGS).then(|| match subnet(step) {
        Purpose::Nodes => {
            "set networks.flowLogs in the infrastructure configuration of the shoot, with a flowSampling that the policy takes"
        }
        Purpose::Internal => {
            "no setting gives this subnet flow logs (networks.flowLogs is for the subnet of the nodes): leave networks.internal out, \
             or have the project exempted"
        }
        Purpose::Services => {
            "no setting gives this subnet flow logs (networks.flowLogs is for the subnet of the nodes), and no dual-stack shoot can \
             do without it: have the project exempted"
        }
    })
}

/// Which subnet `step` is about. What a migration changes is the subnet of the nodes.
fn subnet(step: &StepId) -> Purpose {
    let name = step.as_str().strip_prefix("subnet/").unwrap_or_default();
    let called = |purpose: &Purpose| name.split('/').next() == Some(purpose.as_str());
    Purpose::ALL.into_iter().find(called).unwrap_or(Purpose::Nodes)
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, StatusCode};

    use super::*;
    use crate::gcp::error::ApiError;

    #[test]
    fn the_setting_that_helps_is_named_for_each_subnet_and_for_that_constraint_only() {
        let refused = |constraint: &str| {
            let message = format!("Constraint {constraint} violated for projects/1.");
            let body = serde_json::json!({ "error": { "code": 412, "message": message } }).to_string();
            let error =
                ApiError::read("x", StatusCode::PRECONDITION_FAILED, &HeaderMap::new(), body.as_bytes());
            Error::Api(Box::new(error))
        };
        let error = refused(REQUIRE_FLOW_LOGS);
        for (step, part) in [
            ("subnet/nodes", "set networks.flowLogs"),
            ("subnet/nodes/flow-logs", "set networks.flowLogs"),
            ("M11", "set networks.flowLogs"),
            ("subnet/internal", "leave networks.internal out"),
            ("subnet/services", "have the project exempted"),
        ] {
            let text = of(&StepId::new(step), &error).unwrap();
            assert!(text.contains(part), "{step}: {text}");
        }
        assert_eq!(
            of(&StepId::new("subnet/nodes"), &refused("constraints/compute.disableVpcExternalIpv6")),
            None
        );
    }
}
