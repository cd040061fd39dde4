//! The settings of a shoot that help against a policy of the organisation.

use planner::plan::StepId;
use planner::text::chain;
use planner::vocabulary::Purpose;

use crate::apply::ApplyError;
use crate::gcp::Error;

/// The constraint by which every subnet must have flow logs, with at least some sampling.
const REQUIRE_FLOW_LOGS: &str = "constraints/compute.requireVpcFlowLogs";

/// The text of `error`, with the advice to somebody whose `step` a policy refuses with it.
pub(crate) fn beside(step: &StepId, error: &ApplyError) -> String {
    let text = chain(error).to_string();
    let helps = match error {
        ApplyError::Cloud(error) => of(step, error),
        _ => None,
    };
    helps.map_or(text.clone(), |helps| format!("{text}; {helps}"))
}

/// The advice to somebody whose `step` a policy refuses with `error`; `None`: nothing is known to help.
fn of(step: &StepId, error: &Error) -> Option<&'static str> {
    (error.constraint()? == REQUIRE_FLOW_LOGS).then(|| match step.subnet().unwrap_or(Purpose::Nodes) {
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

#[cfg(test)]
mod tests {
    use http::{HeaderMap, StatusCode};

    use super::*;
    use crate::gcp::error::ApiError;
    use planner::vocabulary::Milestone;

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
            (StepId::Subnet(Purpose::Nodes), "set networks.flowLogs"),
            (StepId::FlowLogs, "set networks.flowLogs"),
            (StepId::milestone(Milestone::Ipv6), "set networks.flowLogs"),
            (StepId::Subnet(Purpose::Internal), "leave networks.internal out"),
            (StepId::Subnet(Purpose::Services), "have the project exempted"),
        ] {
            let text = of(&step, &error).unwrap();
            assert!(text.contains(part), "{step}: {text}");
        }
        assert_eq!(
            of(&StepId::Subnet(Purpose::Nodes), &refused("constraints/compute.disableVpcExternalIpv6")),
            None
        );
    }
}
