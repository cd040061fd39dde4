//! Flow logs: `enableFlowLogs` and `logConfig`, which must agree.

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::governance::policies::Constraint;
use crate::model::subnetworks::Subnetwork;
use crate::state::State;
use serde_json::Value;

const INTERVALS: [&str; 6] = [
    "INTERVAL_5_SEC",
    "INTERVAL_30_SEC",
    "INTERVAL_1_MIN",
    "INTERVAL_5_MIN",
    "INTERVAL_10_MIN",
    "INTERVAL_15_MIN",
];

const METADATA: [&str; 3] = ["EXCLUDE_ALL_METADATA", "INCLUDE_ALL_METADATA", "CUSTOM_METADATA"];

/// Reads both fields into a subnet. `enableFlowLogs` alone turns `logConfig.enable` along, and the other way
/// round once `enableFlowLogs` was ever set.
pub(crate) fn read(body: &Body, subnetwork: &mut Subnetwork) -> Result<(), ApiError> {
    let flag = body.bool("enableFlowLogs")?;
    let config = body.object("logConfig")?;
    let enable = match &config {
        Some(config) => config.bool("enable")?,
        None => None,
    };
    if let (Some(flag), Some(enable)) = (flag, enable)
        && flag != enable
    {
        let why = "If enable flow logging and enable in LogConfig are both set, they must also match.";
        return Err(body.invalid("enableFlowLogs", why));
    }
    if let Some(config) = config {
        config.only(&[
            "enable",
            "aggregationInterval",
            "flowSampling",
            "metadata",
            "metadataFields",
            "filterExpr",
        ])?;
        config.number_in("flowSampling", 0.0..=1.0)?;
        config.one_of("aggregationInterval", &INTERVALS)?;
        config.one_of("metadata", &METADATA)?;
        for (key, value) in config.into_map() {
            let value = if key == "flowSampling" { rounded(value) } else { value };
            subnetwork.log_config.insert(key, value);
        }
    }
    let Some(on) = flag.or(enable) else { return Ok(()) };
    if flag.is_some() || subnetwork.enable_flow_logs.is_some() {
        subnetwork.enable_flow_logs = Some(on);
    }
    subnetwork.log_config.insert("enable".to_owned(), on.into());
    if on {
        for (key, value) in [
            ("aggregationInterval", "INTERVAL_5_SEC".into()),
            ("flowSampling", 0.5.into()),
            ("metadata", "EXCLUDE_ALL_METADATA".into()),
        ] {
            subnetwork.log_config.entry(key).or_insert(value);
        }
    }
    Ok(())
}

/// Refuses a subnet without flow logs where the organisation demands them.
pub(crate) fn check_policy(state: &State, subnetwork: &Subnetwork) -> Result<(), ApiError> {
    let (constraint, project) = (Constraint::RequireVpcFlowLogs, subnetwork.project.as_str());
    let on = subnetwork.log_config.get("enable") == Some(&Value::Bool(true));
    if on || !state.governance.policies.in_force(project, constraint) {
        return Ok(());
    }
    Err(ApiError::constraint_violated(constraint.as_str(), project, "The subnetwork has no VPC Flow Logs."))
}

/// The number as the server keeps it, in 32 bits: 0.20000000298023224 reads back as 0.2.
fn rounded(value: Value) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "that is what the server does")]
    let single = value.as_f64().map(|double| double as f32);
    let printed = single.and_then(|single| single.to_string().parse::<f64>().ok());
    printed.map_or(value, Value::from)
}
