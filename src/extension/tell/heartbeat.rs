//! The heartbeat, a Lease that the leader renews, and by which gardenlet judges the extension as a whole.

use std::sync::Arc;
use std::time::Duration;

use k8s_openapi::api::coordination::v1::LeaseSpec;
use kube::Client;
use planner::documents::names::{EXTENSION_NAME, HEARTBEAT_LEASE};
use planner::text::chain;

use crate::environment::Clock;
use crate::kubernetes::LeaseClient;

/// The duration in the Lease, in seconds.
const LEASE_SECONDS: i32 = 30;
/// The longest wait after a failure.
const AGAIN: Duration = Duration::from_secs(5);

/// The heartbeat of this extension.
pub struct Heartbeat {
    lease: LeaseClient,
    interval: Duration,
    clock: Arc<dyn Clock>,
}

impl Heartbeat {
    /// A heartbeat in `namespace`, once per `interval`.
    pub fn new(client: Client, namespace: &str, interval: Duration, clock: Arc<dyn Clock>) -> Self {
        Self { lease: LeaseClient::new(client, namespace, HEARTBEAT_LEASE), interval, clock }
    }

    /// Renews the Lease until dropped. A renewal that fails is tried again soon.
    pub async fn run(&self) -> std::convert::Infallible {
        loop {
            let spec = LeaseSpec {
                holder_identity: Some(EXTENSION_NAME.to_owned()),
                lease_duration_seconds: Some(LEASE_SECONDS),
                renew_time: Some(self.clock.now().into()),
                ..LeaseSpec::default()
            };
            let wait = match self.lease.write(spec).await {
                Ok(()) => self.interval,
                Err(error) => {
                    if !error.is_away() {
                        tracing::warn!(error = %chain(&error), "cannot renew the heartbeat");
                    }
                    self.interval.min(AGAIN)
                }
            };
            tokio::time::sleep(wait).await;
        }
    }
}
