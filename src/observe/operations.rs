//! Operations that are under way, begun by anyone.

use planner::desired::Target;
use planner::snapshot::Cloud;
use planner::vocabulary::Region;

use super::error::if_listed;
use crate::gcp::types::{Operation, OperationStatus};
use crate::gcp::{Compute, Error, Extent, Filter, Query};

/// The fields of the list of operations.
const FIELDS: &str = "items/*/operations(name,status,operationType,targetLink),\
    items/*/warning,nextPageToken,unreachables,warning";

/// The length at which the cloud-controller-manager cuts the cluster's name in a route's name.
const CCM_NAME_LIMIT: usize = 26;

/// Puts the operations under way into `cloud`; or nothing, if they cannot be listed and are `dispensable`.
///
/// # Errors
/// If the list cannot be had whole.
pub(super) async fn read(
    target: &Target,
    compute: &Compute,
    dispensable: bool,
    cloud: &mut Cloud,
) -> Result<(), Error> {
    let operations = in_flight(compute, &target.region).await;
    let operations = match dispensable {
        true => if_listed(operations, "cannot see what is under way")?.unwrap_or_default(),
        false => operations?,
    };
    cloud.route_inserts_in_flight =
        operations.iter().filter(|operation| may_make_our_route(target, operation)).count();
    let objects = operations.into_iter().filter_map(|operation| {
        let path = operation.target_link?.path().to_owned();
        let (_, object) = path.strip_prefix("projects/")?.split_once('/')?;
        Some((object.to_owned(), operation.operation_type))
    });
    cloud.in_flight = objects.collect();
    Ok(())
}

/// The operations that are not over yet on what is global or in one region or its zones. They can be had while other regions do not
/// answer.
///
/// # Errors
/// If the list cannot be had whole.
pub(super) async fn in_flight(compute: &Compute, region: &Region) -> Result<Vec<Operation>, Error> {
    let query = Query { fields: Some(FIELDS), ..Query::of(Filter::of_words("status ne DONE")) };
    let mut list: Vec<Operation> = compute.aggregated("operations", &query, Extent::Region(region)).await?;
    list.retain(|operation| operation.status != OperationStatus::Done);
    Ok(list)
}

/// Whether an operation may be an insert of a route by this shoot's cloud-controller-manager: its routes bear the cluster's name,
/// cut at 26 characters. An operation does not tell the VPC, and in a busy project some shoot inserts a route all the time.
fn may_make_our_route(target: &Target, operation: &Operation) -> bool {
    let cluster: String = target.cluster.chars().take(CCM_NAME_LIMIT).collect();
    let prefix = format!("{cluster}-");
    let link = operation.target_link.as_ref();
    operation.operation_type == "insert"
        && link.is_none_or(|link| link.path().contains("/routes/") && link.name().starts_with(&prefix))
}
