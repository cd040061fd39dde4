//! The methods `insert`, `patch`, `update` and `delete` of kinds that are kept as they were sent.

use serde_json::{Map, Value};

use super::document::{Document, path, place};
use super::read::{find, scope};
use super::{Kept, Place};
use crate::api::body::{Body, means_nothing};
use crate::api::error::ApiError;
use crate::model::ids::{fingerprint, same_fingerprint};
use crate::model::placed::Key;
use crate::model::scope::Scope;
use crate::resources::call::{Answer, Call, Mutation};
use crate::resources::{checks, fixed};
use crate::state::{Effect, State};

/// Fields that every kind shows and nobody sets: they are accepted, and do nothing.
const SHOWN: [&str; 6] = ["kind", "id", "selfLink", "creationTimestamp", "region", "zone"];

/// Checks an insert.
pub(crate) fn insert<K: Kept>(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let (body, scope) = (call.body()?, scope(call));
    let name = checks::name(&body)?;
    let target = path::<K>(call.project, &scope, &name);
    let exists = state.other::<Document<K>>(call.project, place(&scope), &name).is_some();
    checks::require_new(state, &target, exists)?;
    let fields = read::<K>(state, call.project, &scope, &body)?;
    check_kept::<K>(&body, &fields)?;
    let created = state.now();
    let document =
        Document { id: 0, scope: scope.clone(), name, fields, revision: 0, own: K::default(), created };
    Ok(Answer::Start(Box::new(Mutation {
        scope,
        operation_type: "insert",
        target,
        target_id: None,
        effect: Effect::new(move |state, context| {
            K::check_uses(state, &document.fields)?;
            let document = Document { id: context.target_id, created: context.started, ..document.clone() };
            state.store.project_mut(&context.project).others.insert(document.place(), document);
            Ok(())
        }),
    })))
}

/// Checks a patch: fields that are not sent stay.
pub(crate) fn patch<K: Kept>(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    replace::<K>(state, call, "patch", |_| true)
}

/// Checks an update: fields that are not sent get their defaults, save those that never change.
pub(crate) fn update<K: Kept>(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    replace::<K>(state, call, "update", |field| field == "name" || K::FIXED.contains(&field))
}

/// Puts what the body makes of the fields that `stay` in place of the present ones.
fn replace<K: Kept>(
    state: &State,
    call: &Call<'_>,
    operation_type: &'static str,
    stay: fn(&str) -> bool,
) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let present = find::<K>(state, call)?;
    let target = present.path(call.project);
    state.operations.require_idle(&target)?;
    let (sent, mut shown) = (call.body()?, present.to_json(state, call.project));
    fixed::check(&sent, &shown, K::FIXED, call.project)?;
    check_fingerprint::<K>(&sent, present)?;
    if let Value::Object(shown) = &mut shown {
        shown.retain(|field, _| is_known::<K>(field) && stay(field));
    }
    let fields = read::<K>(state, call.project, &present.scope, &call.merged(shown)?)?;
    check_kept::<K>(&sent, &fields)?;
    let place = present.place();
    Ok(Answer::Start(Box::new(Mutation {
        scope: present.scope.clone(),
        operation_type,
        target,
        target_id: Some(present.id),
        effect: Effect::new(move |state, context| {
            K::check_uses(state, &fields)?;
            let others = &mut state.store.project_mut(&context.project).others;
            others.change(&place, |document: &mut Document<K>| {
                document.fields.clone_from(&fields);
                document.revision += 1;
            });
            Ok(())
        }),
    })))
}

fn check_fingerprint<K: Kept>(sent: &Body, present: &Document<K>) -> Result<(), ApiError> {
    let now = fingerprint(present.id, present.revision);
    match sent.string("fingerprint")? {
        Some(sent) if K::FINGERPRINTED && !same_fingerprint(sent, &now) => {
            Err(ApiError::condition_not_met("Invalid fingerprint."))
        }
        _ => Ok(()),
    }
}

/// Refuses a field that was sent and is not kept: it does not fit the others, and must not be lost in silence.
fn check_kept<K: Kept>(sent: &Body, fields: &Map<String, Value>) -> Result<(), ApiError> {
    let lost = |field: &&&str| sent.raw(field).is_some_and(|value| !means_nothing(value));
    let lost = K::FIELDS.iter().filter(|field| !fields.contains_key(**field)).find(lost);
    lost.map_or(Ok(()), |field| Err(sent.invalid(field, "It does not fit the other fields.")))
}

/// Checks a deletion. Users are looked for when the request arrives, and when the operation ends.
pub(crate) fn delete<K: Kept>(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let document = find::<K>(state, call)?;
    let target = document.path(call.project);
    state.operations.require_idle(&target)?;
    check_unused(state, call.project, document)?;
    let place = document.place();
    Ok(Answer::Start(Box::new(Mutation {
        scope: document.scope.clone(),
        operation_type: "delete",
        target,
        target_id: Some(document.id),
        effect: Effect::new(move |state, context| {
            if let Some(document) = state.other::<Document<K>>(&context.project, &place.0, &place.1) {
                check_unused(state, &context.project, document)?;
            }
            state.store.project_mut(&context.project).others.remove::<Document<K>>(&place);
            Ok(())
        }),
    })))
}

fn check_unused<K: Kept>(state: &State, project: &str, document: &Document<K>) -> Result<(), ApiError> {
    let path = document.path(project);
    let Some(resources) = state.store.project(project) else { return Ok(()) };
    let used = Key::Uses(path.clone());
    let rule = resources.forwarding_rules.with(&used).next().map(|rule| rule.path(project));
    match rule.or_else(|| resources.others.user(&used, project)) {
        Some(user) => Err(ApiError::in_use(K::NOUN, &path, &user)),
        None => Ok(()),
    }
}

fn is_known<K: Kept>(field: &str) -> bool {
    field == "name" || field == "description" || K::FIELDS.contains(&field)
}

/// The fields of a body with their defaults. The description is printed even if it is empty.
fn read<K: Kept>(
    state: &State,
    project: &str,
    scope: &Scope,
    body: &Body,
) -> Result<Map<String, Value>, ApiError> {
    let mut known: Vec<&str> = SHOWN.into_iter().chain(["name", "description"]).collect();
    known.extend(K::FIELDS);
    if K::FINGERPRINTED {
        known.push("fingerprint");
    }
    body.only(&known)?;
    let mut fields = K::complete(&Place { state, project, scope: scope.clone() }, body)?;
    let description = body.string("description")?.unwrap_or_default();
    fields.insert("description".to_owned(), description.into());
    Ok(fields)
}
