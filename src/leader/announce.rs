//! Events on the Lease that tell people who leads.

use std::time::Duration;

use k8s_openapi::api::core::v1::ObjectReference;
use kube::Client;
use kube::runtime::events::{Event, EventType, Recorder, Reporter};

use planner::text::chain;

/// The longest wait for the write of an event, which must not hold up the work.
const PATIENCE: Duration = Duration::from_secs(2);
/// The reason of such events, as client-go has it.
const REASON: &str = "LeaderElection";

/// A writer of events on one Lease.
pub struct Announcer {
    recorder: Recorder,
    lease: ObjectReference,
    identity: String,
}

impl Announcer {
    /// An announcer for the candidate `identity` for the Lease `namespace/name`; `component` reports the events.
    pub fn new(client: Client, component: &str, identity: String, namespace: &str, name: &str) -> Self {
        let lease = ObjectReference {
            api_version: Some("coordination.k8s.io/v1".to_owned()),
            kind: Some("Lease".to_owned()),
            namespace: Some(namespace.to_owned()),
            name: Some(name.to_owned()),
            ..ObjectReference::default()
        };
        let reporter = Reporter { controller: component.to_owned(), instance: Some(identity.clone()) };
        Self { recorder: Recorder::new(client, reporter), lease, identity }
    }

    /// Announces that this candidate leads.
    pub async fn leads(&self) {
        self.tell("became leader").await;
    }

    /// Announces that this candidate does not lead any more.
    pub async fn stopped(&self) {
        self.tell("stopped leading").await;
    }

    async fn tell(&self, what: &str) {
        let event = Event {
            type_: EventType::Normal,
            reason: REASON.to_owned(),
            note: Some(format!("{} {what}", self.identity)),
            action: REASON.to_owned(),
            secondary: None,
        };
        match tokio::time::timeout(PATIENCE, self.recorder.publish(&event, &self.lease)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(error = %chain(&error), "cannot write an event on the Lease"),
            Err(_) => tracing::warn!("cannot write an event on the Lease: no answer"),
        }
    }
}
