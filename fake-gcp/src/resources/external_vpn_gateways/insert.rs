//! The method `externalVpnGateways.insert`.

use std::net::Ipv4Addr;

use serde_json::Map;

use super::gateway::{self, Gateway};
use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::model::scope::Scope;
use crate::resources::call::{Answer, Call, Mutation};
use crate::resources::checks;
use crate::state::{Effect, State};

/// Fields that are modelled.
const FIELDS: [&str; 6] = ["kind", "name", "description", "redundancyType", "interfaces", "labels"];

/// Words for the number of addresses.
const REDUNDANCY: [(&str, usize); 3] =
    [("SINGLE_IP_INTERNALLY_REDUNDANT", 1), ("TWO_IPS_REDUNDANCY", 2), ("FOUR_IPS_REDUNDANCY", 4)];

/// Checks the request, and gives the mutation that may start.
pub(super) fn check(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let body = call.body()?;
    body.only(&FIELDS)?;
    let name = checks::name(&body)?;
    let target = gateway::path(call.project, &name);
    checks::require_new(state, &target, state.other::<Gateway>(call.project, "", &name).is_some())?;
    body.require("redundancyType")?;
    let redundancy = body.one_of("redundancyType", &REDUNDANCY.map(|(word, _)| word))?.unwrap_or_default();
    let addresses = addresses(&body)?;
    if !REDUNDANCY.contains(&(redundancy, addresses.len())) {
        return Err(body.invalid("interfaces", "Their number must be that of the redundancyType."));
    }
    let gateway = Gateway {
        id: 0,
        name: name.clone(),
        description: body.string("description")?.unwrap_or_default().to_owned(),
        redundancy: redundancy.to_owned(),
        addresses,
        labels: body.object("labels")?.map(Body::into_map).unwrap_or_else(Map::new),
        label_revision: 0,
        created: state.now(),
    };
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Global,
        operation_type: "compute.externalVpnGateways.insert",
        target,
        target_id: None,
        effect: Effect::new(move |state, context| {
            let made = Gateway { id: context.target_id, created: context.started, ..gateway.clone() };
            let others = &mut state.store.project_mut(&context.project).others;
            others.insert((String::new(), name.clone()), made);
            Ok(())
        }),
    })))
}

/// The addresses of the interfaces, in order of their ids, which count from 0.
fn addresses(body: &Body) -> Result<Vec<String>, ApiError> {
    let mut numbered = Vec::new();
    for interface in body.objects("interfaces")?.unwrap_or_default() {
        interface.only(&["id", "ipAddress"])?;
        interface.require("ipAddress")?;
        let address: Option<Ipv4Addr> = interface.parsed("ipAddress", "Must be a valid IPV4 address.")?;
        numbered.push((interface.integer("id")?.unwrap_or(0), address));
    }
    numbered.sort_unstable();
    let ids = (0..).zip(&numbered);
    if ids.into_iter().any(|(id, numbered)| id != numbered.0) {
        return Err(body.invalid("interfaces", "Their ids must count from 0."));
    }
    Ok(numbered.into_iter().filter_map(|(_, address)| address).map(|address| address.to_string()).collect())
}
