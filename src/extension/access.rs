//! From a Secret to a client of Google.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::gcp::client::Config;
use crate::gcp::credentials::ServiceAccountKey;
use crate::gcp::transport::{HttpTransport, Timeouts};
use crate::gcp::{Compute, Error, Policy};
use crate::seams::Rng;

/// The key of a Secret that holds a service account's key.
const SERVICE_ACCOUNT: &str = "serviceaccount.json";
/// The scope of all calls.
const SCOPE: &str = "https://www.googleapis.com/auth/compute";

/// A way to the cloud with the credentials of a Secret.
pub trait CloudAccess: Send + Sync {
    /// A client for the project that the credentials name.
    ///
    /// # Errors
    /// If the credentials cannot be used.
    fn compute(&self, secret: &BTreeMap<String, Vec<u8>>) -> Result<Compute, Error>;
}

/// The way to Google, or to whatever answers at `endpoint`.
pub struct GoogleAccess {
    transport: Arc<HttpTransport>,
    endpoint: String,
    policy: Policy,
    rng: Arc<dyn Rng>,
}

impl GoogleAccess {
    /// One pool of connections for all shoots.
    ///
    /// # Errors
    /// If TLS cannot be set up.
    pub fn new(endpoint: String, policy: Policy, rng: Arc<dyn Rng>) -> anyhow::Result<Self> {
        let transport = Arc::new(HttpTransport::new(Timeouts::default())?);
        Ok(Self { transport, endpoint, policy, rng })
    }
}

impl CloudAccess for GoogleAccess {
    fn compute(&self, secret: &BTreeMap<String, Vec<u8>>) -> Result<Compute, Error> {
        let key = secret.get(SERVICE_ACCOUNT).map(Vec::as_slice).unwrap_or_default();
        let key = ServiceAccountKey::from_json(key)?;
        let config = Config {
            project: key.project_id().to_owned(),
            endpoint: self.endpoint.clone(),
            policy: self.policy,
        };
        let tokens = Arc::new(key.token_source(SCOPE));
        Compute::new(config, self.transport.clone(), tokens, self.rng.clone())
    }
}
