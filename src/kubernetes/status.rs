//! The one writer of an Infrastructure's status, and of the words that are taken from it.
//!
//! The state is written with optimistic lock and read back from the reply; all else is written without lock. A write of the
//! one kind must not hide a change that somebody else made from the other: whoever changed the state in between wins.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use kube::Api;
use kube::api::{Patch, PatchParams};
use planner::documents::infrastructure::{Finished, LastOperation, OperationState, OperationType};
use planner::documents::names::{MIGRATION_ANNOTATION, TIMESTAMP_ANNOTATION};
use planner::vocabulary::Words;
use serde_json::{Map, Value, json};
use tokio::sync::Mutex;

use super::merge_patch::merge_patch;
use super::{Error, Seed};
use crate::api::infrastructure::Infrastructure;

/// The most that gardenlet's clock may be ahead of ours.
const SKEW: SignedDuration = SignedDuration::from_mins(10);

/// A writer of the status of one Infrastructure.
pub struct StatusWriter {
    api: Api<Infrastructure>,
    object: String,
    name: String,
    last: Mutex<Infrastructure>,
    /// The generation that was worked on, that of the object as last read. The reply to a write may show a later one, which nobody has
    /// looked at.
    generation: AtomicI64,
}

impl StatusWriter {
    /// A writer for `infrastructure`, which has just been read.
    pub fn new(seed: &Seed, infrastructure: Infrastructure) -> Self {
        let namespace = infrastructure.metadata.namespace.clone().unwrap_or_default();
        let name = infrastructure.metadata.name.clone().unwrap_or_default();
        Self {
            api: seed.infrastructures_in(&namespace),
            object: format!("Infrastructure {namespace}/{name}"),
            name,
            generation: AtomicI64::new(generation_of(&infrastructure)),
            last: Mutex::new(infrastructure),
        }
    }

    /// Reads the object anew, to work on what it asks for.
    ///
    /// # Errors
    /// [`Error::Missing`] or [`Error::Call`].
    pub async fn refresh(&self) -> Result<Infrastructure, Error> {
        let read = self.reread().await?;
        self.generation.store(generation_of(&read), Ordering::Relaxed);
        Ok(read)
    }

    /// Reads the object anew, for somebody who does not work on what it asks for.
    ///
    /// # Errors
    /// [`Error::Missing`] or [`Error::Call`].
    pub async fn reread(&self) -> Result<Infrastructure, Error> {
        let mut last = self.last.lock().await;
        *last = self.api.get(&self.name).await.map_err(Error::call("get", &self.object))?;
        Ok(last.clone())
    }

    /// Takes over `object` as another part of this process has just written it.
    pub async fn saw(&self, object: Infrastructure) {
        keep(&mut *self.last.lock().await, object);
    }

    /// The object as last read or written.
    pub async fn last(&self) -> Infrastructure {
        self.last.lock().await.clone()
    }

    /// Replaces `status.state`, which must still be `before`, by `next`; the reply confirms it.
    ///
    /// # Errors
    /// [`Error::Changed`] if somebody else changed the object; [`Error::NotKept`] if the reply does not show `next`.
    pub async fn write_state(&self, before: &Value, next: &Value) -> Result<(), Error> {
        let mut last = self.last.lock().await;
        if state_of(&last) != *before {
            return Err(Error::Changed { object: self.object.clone() });
        }
        let Some(change) = merge_patch(before, next) else { return Ok(()) };
        let patch = json!({
            "metadata": { "resourceVersion": last.metadata.resource_version },
            "status": { "state": change },
        });
        *last = self.send("write the state of", &patch).await?;
        self.is_kept(&last, next)
    }

    /// Removes `words` from the annotation with words about the migration, with optimistic lock; all else in it stays.
    ///
    /// # Errors
    /// [`Error::Changed`] if somebody else changed the object, [`Error::Missing`] or [`Error::Call`].
    pub async fn take_words(&self, words: &Words) -> Result<(), Error> {
        let mut last = self.last.lock().await;
        let Some(said) = words_of(&last) else { return Ok(()) };
        let patch = json!({ "metadata": {
            "resourceVersion": last.metadata.resource_version,
            "annotations": { MIGRATION_ANNOTATION: words.struck_from(said) },
        } });
        let patched = self.api.patch(&self.name, &PatchParams::default(), &Patch::Merge(&patch)).await;
        *last = patched.map_err(Error::call("annotate", &self.object))?;
        Ok(())
    }

    /// Whether `reply` shows the `state` that was written.
    fn is_kept(&self, reply: &Infrastructure, state: &Value) -> Result<(), Error> {
        if state_of(reply) == *state {
            Ok(())
        } else {
            Err(Error::NotKept { object: self.object.clone(), field: "status.state" })
        }
    }

    /// Reports an operation under way. `progress` never falls during one operation.
    ///
    /// # Errors
    /// [`Error::Missing`] or [`Error::Call`].
    pub async fn processing(
        &self,
        operation: OperationType,
        description: &str,
        progress: i32,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut last = self.last.lock().await;
        let before = last.status.as_ref().and_then(|status| status.last_operation.as_ref());
        let reached = before
            .filter(|before| matches!(before.state, OperationState::Processing | OperationState::Error))
            .filter(|before| before.operation_type == operation)
            .map_or(0, |before| before.progress);
        let progress = progress.max(reached);
        let operation = LastOperation {
            description: description.to_owned(),
            last_update_time: now,
            progress,
            state: OperationState::Processing,
            operation_type: operation,
        };
        self.write(&mut last, json!({ "lastOperation": operation })).await
    }

    /// Reports an operation that failed.
    ///
    /// # Errors
    /// [`Error::Missing`] or [`Error::Call`].
    pub async fn failed(
        &self,
        operation: OperationType,
        description: &str,
        codes: Vec<String>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut last = self.last.lock().await;
        let before = last.status.as_ref().and_then(|status| status.last_operation.as_ref());
        let progress = before
            .filter(|before| before.operation_type == operation && before.state != OperationState::Succeeded)
            .map_or(50, |before| before.progress.max(50));
        // A merge patch keeps what it does not name: codes of an earlier error would end gardenlet's retries of this one.
        let codes = Some(codes).filter(|codes| !codes.is_empty());
        let error =
            json!({ "description": description, "codes": codes, "lastUpdateTime": now, "taskID": null });
        let operation = LastOperation {
            description: description.to_owned(),
            last_update_time: now,
            progress,
            state: OperationState::Error,
            operation_type: operation,
        };
        let generation = self.generation.load(Ordering::Relaxed);
        let status =
            json!({ "lastOperation": operation, "lastError": error, "observedGeneration": generation });
        self.write(&mut last, status).await
    }

    /// Reports an operation that reached its goal, with `finished` where there is something to report. A `state` is written in the same
    /// call, and then nobody else may have changed the object.
    ///
    /// # Errors
    /// [`Error::Changed`], [`Error::NotKept`], [`Error::Missing`] or [`Error::Call`].
    pub async fn succeeded(
        &self,
        operation: OperationType,
        description: &str,
        finished: Option<&Finished>,
        state: Option<&Value>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut last = self.last.lock().await;
        let operation = LastOperation {
            description: description.to_owned(),
            last_update_time: now.max(asked(&last).filter(|asked| *asked <= now + SKEW).unwrap_or(now)),
            progress: 100,
            state: OperationState::Succeeded,
            operation_type: operation,
        };
        let mut status = finished.map_or_else(Map::new, |finished| report(&last, finished));
        status.insert("lastOperation".to_owned(), json!(operation));
        status.insert("lastError".to_owned(), Value::Null);
        status.insert("observedGeneration".to_owned(), json!(self.generation.load(Ordering::Relaxed)));
        let Some((state, change)) =
            state.and_then(|state| Some((state, merge_patch(&state_of(&last), state)?)))
        else {
            return self.write(&mut last, Value::Object(status)).await;
        };
        status.insert("state".to_owned(), change);
        let version = &last.metadata.resource_version;
        let patch = json!({ "metadata": { "resourceVersion": version }, "status": status });
        *last = self.send("write the status of", &patch).await?;
        self.is_kept(&last, state)
    }

    async fn write(&self, last: &mut Infrastructure, status: Value) -> Result<(), Error> {
        let reply = self.send("write the status of", &json!({ "status": status })).await?;
        keep(last, reply);
        Ok(())
    }

    async fn send(&self, verb: &'static str, patch: &Value) -> Result<Infrastructure, Error> {
        self.api
            .patch_status(&self.name, &PatchParams::default(), &Patch::Merge(patch))
            .await
            .map_err(Error::call(verb, &self.object))
    }
}

/// Takes over the object that was read, but neither a state nor words about the migration that somebody else has changed: the next
/// write of the state must find that out. Or the point of no return could be recorded after somebody has said `undo`.
fn keep(last: &mut Infrastructure, read: Infrastructure) {
    let words = words_of(last).map(str::to_owned);
    if state_of(&read) == state_of(last) && words_of(&read) == words.as_deref() {
        *last = read;
        return;
    }
    let version = last.metadata.resource_version.take();
    let state = last.status.as_mut().and_then(|status| status.state.take());
    *last = read;
    last.metadata.resource_version = version;
    if let Some(status) = last.status.as_mut() {
        status.state = state;
    }
    let annotations = last.metadata.annotations.get_or_insert_default();
    match words {
        Some(words) => annotations.insert(MIGRATION_ANNOTATION.to_owned(), words),
        None => annotations.remove(MIGRATION_ANNOTATION),
    };
}

/// The fields of the status that report `finished`.
fn report(last: &Infrastructure, finished: &Finished) -> Map<String, Value> {
    let before = last.status.as_ref().and_then(|status| status.provider_status.clone());
    let provider_status = merge_patch(&before.unwrap_or_default(), &finished.provider_status);
    let egress = Some(&finished.egress_cidrs).filter(|egress| !egress.is_empty());
    let fields = [
        // A merge patch keeps what it does not name: fields that are no longer written must be named.
        ("providerStatus", provider_status.unwrap_or_else(|| json!({}))),
        ("networking", json!(finished.networking)),
        ("egressCIDRs", json!(egress)),
    ];
    fields.into_iter().map(|(field, value)| (field.to_owned(), value)).collect()
}

/// The generation, `metadata.generation`, which the API server counts from 1; 0: there is none.
fn generation_of(infrastructure: &Infrastructure) -> i64 {
    infrastructure.metadata.generation.unwrap_or_default()
}

/// The instant of gardenlet's last request, by its clock, which may be ahead of ours. Gardenlet waits for a success that is not before it.
fn asked(infrastructure: &Infrastructure) -> Option<Timestamp> {
    infrastructure.metadata.annotations.as_ref()?.get(TIMESTAMP_ANNOTATION)?.parse().ok()
}

/// The words about the migration on the object, as they are written there.
fn words_of(infrastructure: &Infrastructure) -> Option<&str> {
    infrastructure.metadata.annotations.as_ref()?.get(MIGRATION_ANNOTATION).map(String::as_str)
}

fn state_of(infrastructure: &Infrastructure) -> Value {
    infrastructure.status.as_ref().and_then(|status| status.state.clone()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kube::client::Body;

    use super::*;

    fn object(generation: i64) -> Value {
        json!({
            "apiVersion": "extensions.gardener.cloud/v1alpha1", "kind": "Infrastructure",
            "metadata": { "name": "a", "namespace": "n", "generation": generation },
            "spec": { "type": "gcp", "region": "r", "secretRef": { "name": "s", "namespace": "n" } },
        })
    }

    #[tokio::test]
    async fn a_change_that_came_in_between_is_not_reported_as_observed() {
        let written = Arc::new(std::sync::Mutex::new(Vec::new()));
        let log = written.clone();
        // Somebody has changed the spec since the object was read: whatever is asked shows the next generation.
        let service = tower::service_fn(move |request: http::Request<Body>| {
            let log = log.clone();
            async move {
                let body = request.into_body().collect_bytes().await.unwrap();
                let patch: Option<Value> = serde_json::from_slice(&body).ok();
                log.lock().unwrap().extend(patch.map(|patch| patch["status"]["observedGeneration"].clone()));
                let reply = Body::from(object(2).to_string().into_bytes());
                Ok::<_, std::convert::Infallible>(http::Response::new(reply))
            }
        });
        let seed = Seed::new(kube::Client::new(service, "n"));
        let status = StatusWriter::new(&seed, serde_json::from_value(object(1)).unwrap());
        let (operation, now) = (OperationType::Reconcile, Timestamp::UNIX_EPOCH);
        status.processing(operation, "", 1, now).await.unwrap();
        status.succeeded(operation, "", None, None, now).await.unwrap();
        status.failed(operation, "", Vec::new(), now).await.unwrap();
        status.refresh().await.unwrap();
        status.succeeded(operation, "", None, None, now).await.unwrap();
        assert_eq!(*written.lock().unwrap(), [Value::Null, json!(1), json!(1), json!(2)]);
    }

    #[tokio::test]
    async fn words_that_came_since_the_look_keep_the_state_from_being_written() {
        let written = Arc::new(std::sync::Mutex::new(Vec::new()));
        let log = written.clone();
        // Somebody has said a word since the object was read: whatever is asked shows it, with its version.
        let service = tower::service_fn(move |request: http::Request<Body>| {
            let log = log.clone();
            async move {
                let body = request.into_body().collect_bytes().await.unwrap();
                let patch: Option<Value> = serde_json::from_slice(&body).ok();
                let patched = patch.is_some_and(|patch| {
                    log.lock().unwrap().push(patch["metadata"]["resourceVersion"].clone());
                    !patch["status"]["state"].is_null()
                });
                let mut object = object(1);
                object["metadata"]["resourceVersion"] = json!("2");
                object["metadata"]["annotations"] = json!({ MIGRATION_ANNOTATION: "undo" });
                if patched {
                    object["status"] = json!({ "state": { "a": 1 } });
                }
                Ok::<_, std::convert::Infallible>(http::Response::new(Body::from(
                    object.to_string().into_bytes(),
                )))
            }
        });
        let seed = Seed::new(kube::Client::new(service, "n"));
        let mut read = object(1);
        read["metadata"]["resourceVersion"] = json!("1");
        let status = StatusWriter::new(&seed, serde_json::from_value(read).unwrap());
        let (operation, now) = (OperationType::Reconcile, Timestamp::UNIX_EPOCH);
        for progress in [1, 2] {
            status.processing(operation, "", progress, now).await.unwrap();
        }
        status.write_state(&Value::Null, &json!({ "a": 1 })).await.unwrap();
        status.refresh().await.unwrap();
        status.write_state(&Value::Null, &json!({ "a": 1 })).await.unwrap();
        assert_eq!(*written.lock().unwrap(), [Value::Null, Value::Null, json!("1"), json!("2")]);
    }
}
