//! The writer of the events of Infrastructures, which `kubectl describe` shows.
//!
//! The recorder of the client library is not used: it takes events of one object and reason for one, whatever they say, so that
//! only the first of several texts would be read by anybody.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::events::v1::Event;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::MicroTime;
use kube::api::{ObjectMeta, Patch, PatchParams, PostParams};
use kube::{Api, Resource};
use planner::text::line;
use serde_json::json;

use super::{Error, Seed};
use crate::api::infrastructure::{Infrastructure, infrastructure_resource};
use crate::environment::Clock;

/// The time within which an event that repeats an earlier one is counted with it, and not written anew.
const REPEATED_WITHIN: SignedDuration = SignedDuration::from_mins(6);

/// A writer of events. An event that repeats an earlier one word for word within minutes is counted, not written again.
pub struct EventWriter {
    client: kube::Client,
    controller: String,
    clock: Arc<dyn Clock>,
    said: Mutex<BTreeMap<Saying, Said>>,
}

/// The content of an event, by which a repetition is found.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Saying {
    /// The UID of the Infrastructure that the event is about.
    about: String,
    warning: bool,
    reason: String,
    text: String,
}

/// An event as it was written.
#[derive(Clone)]
struct Said {
    name: String,
    times: i32,
    last: Timestamp,
}

impl EventWriter {
    /// A writer of events on `seed`, which `controller` reports.
    pub fn new(seed: &Seed, controller: &str, clock: Arc<dyn Clock>) -> Self {
        Self { client: seed.client.clone(), controller: controller.to_owned(), clock, said: Mutex::default() }
    }

    /// Writes an event about `infrastructure`.
    ///
    /// # Errors
    /// [`Error::Call`] and its kin.
    pub async fn write(
        &self,
        infrastructure: &Infrastructure,
        warning: bool,
        reason: &str,
        text: &str,
    ) -> Result<(), Error> {
        let metadata = &infrastructure.metadata;
        let object = format!("an event of Infrastructure {}", metadata.name.as_deref().unwrap_or_default());
        let api = Api::namespaced(self.client.clone(), metadata.namespace.as_deref().unwrap_or("default"));
        let about = metadata.uid.clone().unwrap_or_default();
        let saying = Saying { about, warning, reason: reason.to_owned(), text: line(text) };
        let now = self.clock.now();
        let said = match self.earlier(&saying, now) {
            Some(said) => {
                let times = said.times.saturating_add(1);
                let series = json!({ "series": { "count": times, "lastObservedTime": MicroTime(now) } });
                let patched = api.patch(&said.name, &PatchParams::default(), &Patch::Merge(&series)).await;
                patched.map_err(Error::call("count", object))?;
                Said { times, last: now, ..said }
            }
            None => {
                let event = self.event(infrastructure, &saying, now);
                let written = api.create(&PostParams::default(), &event).await;
                let written = written.map_err(Error::call("write", object))?;
                Said { name: written.metadata.name.unwrap_or_default(), times: 1, last: now }
            }
        };
        self.said.lock().unwrap_or_else(PoisonError::into_inner).insert(saying, said);
        Ok(())
    }

    /// The event with the same content that was written a short time ago; older ones are forgotten.
    fn earlier(&self, saying: &Saying, now: Timestamp) -> Option<Said> {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.retain(|_, said| now.duration_since(said.last) < REPEATED_WITHIN);
        said.get(saying).cloned()
    }

    fn event(&self, infrastructure: &Infrastructure, saying: &Saying, now: Timestamp) -> Event {
        let metadata = ObjectMeta {
            generate_name: infrastructure.metadata.name.as_ref().map(|name| format!("{name}-")),
            namespace: infrastructure.metadata.namespace.clone(),
            ..ObjectMeta::default()
        };
        Event {
            metadata,
            event_time: Some(MicroTime(now)),
            type_: Some(if saying.warning { "Warning" } else { "Normal" }.to_owned()),
            reason: Some(saying.reason.clone()),
            note: Some(saying.text.clone()),
            action: Some("Reconcile".to_owned()),
            regarding: Some(infrastructure.object_ref(&infrastructure_resource())),
            reporting_controller: Some(self.controller.clone()),
            reporting_instance: Some(self.controller.clone()),
            ..Event::default()
        }
    }
}
