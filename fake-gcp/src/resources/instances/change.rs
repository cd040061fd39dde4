//! The methods that change one thing of an instance beside its interfaces: labels, tags, metadata, status, and what is only kept.

use serde_json::{Value, json};

use super::machine::{GUEST_IP_ALIASES, machine_type};
use crate::api::error::ApiError;
use crate::model::ids::same_fingerprint;
use crate::model::instances::Instance;
use crate::model::scope::{Scope, Scoped};
use crate::resources::call::{Answer, Call, Mutation};
use crate::resources::labels;
use crate::state::{Context, Effect, State};

/// Checks `setLabels`.
pub(crate) fn set_labels(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let instance = target(state, call)?;
    let labels = labels::read(call, &instance.label_fingerprint())?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let labels = labels.iter().map(|(name, value)| (name.clone(), text(value))).collect();
    start(instance, "setLabels", move |instance| {
        instance.labels = std::collections::BTreeMap::clone(&labels);
        instance.label_revision += 1;
    })
}

/// Checks `setTags`.
pub(crate) fn set_tags(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let (instance, body) = (target(state, call)?, call.body()?);
    body.only(&["kind", "items", "fingerprint"])?;
    check_fingerprint(body.require("fingerprint")?, &instance.tag_fingerprint())?;
    let tags = body.strings("items")?.unwrap_or_default();
    start(instance, "setTags", move |instance| {
        instance.tags.clone_from(&tags);
        instance.tag_revision += 1;
    })
}

/// Checks `setMetadata`. A fingerprint that is sent must be the present one.
pub(crate) fn set_metadata(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let (instance, body) = (target(state, call)?, call.body()?);
    body.only(&["kind", "items", "fingerprint"])?;
    if let Some(fingerprint) = body.string("fingerprint")? {
        check_fingerprint(fingerprint, &instance.metadata_fingerprint())?;
    }
    let mut guest_ip_aliases = instance.guest_ip_aliases;
    for item in body.objects("items")?.unwrap_or_default() {
        item.require("key")?;
        if item.string("key")? == Some(GUEST_IP_ALIASES) {
            guest_ip_aliases = item.string("value")? == Some("true");
        }
    }
    let items = body.raw("items").cloned();
    start(instance, "setMetadata", move |instance| {
        let metadata = items.clone().map_or_else(|| json!({}), |items| json!({ "items": items }));
        instance.extra.insert("metadata".to_owned(), metadata);
        instance.metadata_revision += 1;
        instance.guest_ip_aliases = guest_ip_aliases;
    })
}

/// Checks `start`.
pub(crate) fn power_on(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    power(state, call, "start", "RUNNING")
}

/// Checks `stop`.
pub(crate) fn power_off(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    power(state, call, "stop", "TERMINATED")
}

/// Another status makes the fingerprints of the interfaces stale.
fn power(
    state: &State,
    call: &Call<'_>,
    operation_type: &'static str,
    status: &'static str,
) -> Result<Answer, ApiError> {
    call.query.only(&["requestId", "discardLocalSsd"])?;
    call.body()?.only(&[])?;
    start(target(state, call)?, operation_type, move |instance| {
        if instance.status != status {
            status.clone_into(&mut instance.status);
            instance.nics.iter_mut().for_each(|nic| nic.revision += 1);
        }
    })
}

/// Checks `setMachineType`, which needs an instance that is stopped.
pub(crate) fn set_machine_type(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let (instance, body) = (stopped(state, call)?, call.body()?);
    body.only(&["machineType"])?;
    let machine_type = machine_type(&body, call.project, call.param("zone"))?
        .ok_or_else(|| ApiError::required(&body.path("machineType")))?;
    keep(instance, "setMachineType", "machineType", machine_type.into())
}

/// Checks `setServiceAccount`, which needs an instance that is stopped. Without an address it takes the account away.
pub(crate) fn set_service_account(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let (instance, body) = (stopped(state, call)?, call.body()?);
    body.only(&["email", "scopes"])?;
    let scopes = body.strings("scopes")?.unwrap_or_default();
    let accounts = body.string("email")?.map(|email| json!({ "email": email, "scopes": scopes }));
    keep(instance, "setServiceAccount", "serviceAccounts", accounts.into_iter().collect())
}

/// Checks `setScheduling`.
pub(crate) fn set_scheduling(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let scheduling = call.body()?.into_map();
    keep(target(state, call)?, "setScheduling", "scheduling", Value::Object(scheduling))
}

/// Starts the change of a field that is only kept.
fn keep(
    instance: &Instance,
    operation_type: &'static str,
    field: &'static str,
    value: Value,
) -> Result<Answer, ApiError> {
    start(instance, operation_type, move |instance| {
        instance.extra.insert(field.to_owned(), value.clone());
    })
}

/// The instance of a call, with no operation on it under way.
pub(super) fn target<'a>(state: &'a State, call: &Call<'_>) -> Result<&'a Instance, ApiError> {
    let instance = super::read::find(state, call)?;
    state.operations.require_idle(&instance.path())?;
    Ok(instance)
}

fn stopped<'a>(state: &'a State, call: &Call<'_>) -> Result<&'a Instance, ApiError> {
    let instance = target(state, call)?;
    if instance.is_running() {
        let why = "Must be stopped before this can be changed.";
        return Err(ApiError::invalid("resource.status", &instance.status, why));
    }
    Ok(instance)
}

fn check_fingerprint(sent: &str, present: &str) -> Result<(), ApiError> {
    match same_fingerprint(sent, present) {
        true => Ok(()),
        false => Err(ApiError::condition_not_met(
            "Supplied fingerprint does not match current metadata fingerprint.",
        )),
    }
}

fn start(
    instance: &Instance,
    operation_type: &'static str,
    change: impl Fn(&mut Instance) + Send + Sync + 'static,
) -> Result<Answer, ApiError> {
    let place = (instance.zone.clone(), instance.name.clone());
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Zone(instance.zone.clone()),
        operation_type,
        target: instance.path(),
        target_id: Some(instance.id),
        effect: Effect::new(move |state, context| apply(state, context, &place, &change)),
    })))
}

/// Changes an instance and tells the data plane if it sees another one.
pub(super) fn apply(
    state: &mut State,
    context: &Context,
    place: &Scoped,
    change: &impl Fn(&mut Instance),
) -> Result<(), ApiError> {
    let fact = state.store.project_mut(&context.project).instances.change(place, |instance| {
        let before = (instance.is_running(), instance.guest_ip_aliases);
        change(instance);
        instance.revision += 1;
        let changed = before != (instance.is_running(), instance.guest_ip_aliases);
        instance.nics.first().filter(|_| changed).map(|nic| instance.fact(nic))
    });
    if let Some(fact) = fact.flatten() {
        state.record(context, fact);
    }
    Ok(())
}
