//! Numbers of ports per VM of a NAT.

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::settings::Leftover;

/// Largest number of ports of a VM.
const MAX: i64 = 65_536;

/// Value of `minPortsPerVm` if dynamic allocation is on and nothing else is said.
const DYNAMIC_MIN: i64 = 32;

/// Whether ports are allocated as they are needed.
pub(super) fn is_dynamic(body: &Body) -> Result<bool, ApiError> {
    Ok(body.bool("enableDynamicPortAllocation")?.unwrap_or(false))
}

/// Checks the port fields of a NAT against each other. `maxPortsPerVm` says nothing while dynamic allocation is
/// off; `max_ports` says whether it is refused then.
pub(super) fn check(body: &Body, max_ports: Leftover) -> Result<(), ApiError> {
    let (min, max) = (body.integer_in("minPortsPerVm", 0..=MAX)?, body.integer_in("maxPortsPerVm", 0..=MAX)?);
    let endpoint_independent = body.bool("enableEndpointIndependentMapping")?.unwrap_or(false);
    if !is_dynamic(body)? {
        return match max.filter(|_| max_ports == Leftover::Refuse) {
            Some(_) => Err(body.invalid("maxPortsPerVm", "Requires dynamic port allocation.")),
            None => Ok(()),
        };
    }
    if endpoint_independent {
        let why = "Dynamic port allocation and endpoint-independent mapping cannot both be enabled.";
        return Err(body.invalid("enableDynamicPortAllocation", why));
    }
    for (field, ports) in [("minPortsPerVm", min), ("maxPortsPerVm", max)] {
        if ports.is_some_and(|ports| u32::try_from(ports).is_ok_and(|ports| !ports.is_power_of_two())) {
            return Err(body.invalid(field, "Must be a power of two with dynamic port allocation."));
        }
    }
    let least = min.unwrap_or(DYNAMIC_MIN);
    if max.is_some_and(|max| max <= least) {
        return Err(body.invalid("maxPortsPerVm", &format!("Must be greater than minPortsPerVm, {least}.")));
    }
    Ok(())
}
