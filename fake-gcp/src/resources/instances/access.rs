//! External IPv4 addresses of interfaces: access configs, and the methods `addAccessConfig` and `deleteAccessConfig`.

use std::net::Ipv4Addr;

use super::change;
use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::reference;
use crate::model::instances::{AccessConfig, Instance};
use crate::model::scope::Scope;
use crate::resources::addresses;
use crate::resources::call::{Answer, Call, Mutation};
use crate::resources::checks;
use crate::state::{Effect, State};

/// Name of an access config that is given none.
const DEFAULT_NAME: &str = "External NAT";

/// An access config as a request wants it; `None`: any address.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    name: String,
    nat_ip: Option<Ipv4Addr>,
    tier: String,
}

/// Reads one entry of `accessConfigs`.
pub(super) fn read(state: &State, project: &str, region: &str, body: &Body) -> Result<Wanted, ApiError> {
    body.only(&["kind", "name", "type", "natIP", "networkTier"])?;
    body.one_of("type", &["ONE_TO_ONE_NAT"])?;
    Ok(Wanted {
        name: body.string("name")?.unwrap_or(DEFAULT_NAME).to_owned(),
        nat_ip: address(state, project, region, body, "natIP")?,
        tier: checks::network_tier(body)?.to_owned(),
    })
}

/// Reads a field that is an address, or the URL of a reserved one.
pub(super) fn address(
    state: &State,
    project: &str,
    region: &str,
    body: &Body,
    field: &str,
) -> Result<Option<Ipv4Addr>, ApiError> {
    let Some(text) = body.string(field)? else { return Ok(None) };
    if let Ok(address) = text.parse() {
        return Ok(Some(address));
    }
    let parsed = reference::parse(text, project, "addresses").filter(|(_, place, _)| place == region);
    let (owner, place, name) = parsed.ok_or_else(|| body.invalid(field, "Must be a valid IPV4 address."))?;
    state.operations.require_idle(&reference::regional(&owner, &place, "addresses", &name))?;
    let found = state.address(&owner, &place, &name).filter(|_| owner == project);
    let found =
        found.ok_or_else(|| body.invalid(field, "The referenced address resource cannot be found."))?;
    Ok(Some(found.address))
}

/// The access config with an address that nobody else has.
pub(super) fn resolve(state: &State, wanted: &Wanted) -> Result<AccessConfig, ApiError> {
    let nat_ip = match wanted.nat_ip {
        None => addresses::insert::pick(state)?,
        Some(address) if addresses::insert::has_external(state, address) => {
            return Err(ApiError::ip_in_use(&address.to_string()));
        }
        Some(address) => address,
    };
    Ok(AccessConfig { name: wanted.name.clone(), nat_ip, tier: wanted.tier.clone() })
}

fn nic<'a>(instance: &Instance, call: &'a Call<'_>) -> Result<&'a str, ApiError> {
    let name = call.query.get("networkInterface").ok_or_else(|| ApiError::required("networkInterface"))?;
    match instance.nics.iter().any(|nic| nic.name == name) {
        true => Ok(name),
        false => {
            Err(ApiError::invalid("networkInterface", name, "The instance has no such network interface."))
        }
    }
}

/// Checks `addAccessConfig`.
pub(crate) fn check_add(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId", "networkInterface"])?;
    let instance = change::target(state, call)?;
    let nic = nic(instance, call)?.to_owned();
    if instance.nics.iter().any(|present| present.name == nic && !present.access_configs.is_empty()) {
        let why = "At most one access config currently supported.";
        return Err(ApiError::invalid("networkInterfaces[0].accessConfigs", "", why));
    }
    let region = instance.nics.iter().find(|present| present.name == nic).map(|nic| nic.region.clone());
    let wanted = read(state, call.project, &region.unwrap_or_default(), &call.body()?)?;
    let place = (instance.zone.clone(), instance.name.clone());
    let effect = Effect::new(move |state, context| {
        let config = resolve(state, &wanted)?;
        change::apply(state, context, &place, &|instance: &mut Instance| {
            for found in instance.nics.iter_mut().filter(|found| found.name == nic) {
                found.access_configs.push(config.clone());
                found.revision += 1;
            }
        })
    });
    Ok(start(instance, "addAccessConfig", effect))
}

/// Checks `deleteAccessConfig`.
pub(crate) fn check_delete(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId", "networkInterface", "accessConfig"])?;
    let instance = change::target(state, call)?;
    let nic = nic(instance, call)?.to_owned();
    let name = call.query.get("accessConfig").ok_or_else(|| ApiError::required("accessConfig"))?.to_owned();
    let present = instance.nics.iter().filter(|found| found.name == nic).flat_map(|nic| &nic.access_configs);
    if !present.clone().any(|config| config.name == name) {
        return Err(ApiError::invalid(
            "accessConfig",
            &name,
            "The network interface has no such access config.",
        ));
    }
    let place = (instance.zone.clone(), instance.name.clone());
    let effect = Effect::new(move |state, context| {
        change::apply(state, context, &place, &|instance: &mut Instance| {
            for found in instance.nics.iter_mut().filter(|found| found.name == nic) {
                found.access_configs.retain(|config| config.name != name);
                found.revision += 1;
            }
        })
    });
    Ok(start(instance, "deleteAccessConfig", effect))
}

fn start(instance: &Instance, operation_type: &'static str, effect: Effect) -> Answer {
    Answer::Start(Box::new(Mutation {
        scope: Scope::Zone(instance.zone.clone()),
        operation_type,
        target: instance.path(),
        target_id: Some(instance.id),
        effect,
    }))
}
