//! From a Secret to a client of Google.

mod choice;
mod rotation;
mod workload_identity_config;

use std::sync::Arc;

use choice::Choice;
use rotation::RotatingToken;

use crate::gcp::client::Config;
use crate::gcp::credentials::{
    COMPUTE_SCOPE, CredentialError, Credentials, Endpoints, WorkloadIdentityTokens,
};
use crate::gcp::transport::{HttpTransport, Timeouts};
use crate::gcp::{Compute, Error, Policy, TokenSource};
use crate::kubernetes::{Secret, Seed};
use crate::seams::Rng;

/// A way to the cloud with the credentials of a Secret.
pub trait CloudAccess: Send + Sync {
    /// A client for the project that the credentials name. `seed` is where the Secret is read anew if its token rotates.
    ///
    /// # Errors
    /// If the credentials cannot be used.
    fn compute(&self, seed: &Seed, secret: &Secret) -> Result<Compute, Error>;
}

/// The way to Google, or to whatever answers at its endpoints.
pub struct GoogleAccess {
    transport: Arc<HttpTransport>,
    compute_endpoint: String,
    token_endpoints: Endpoints,
    policy: Policy,
    rng: Arc<dyn Rng>,
}

impl GoogleAccess {
    /// One pool of connections for all shoots.
    ///
    /// # Errors
    /// If TLS cannot be set up.
    pub fn new(
        compute_endpoint: String,
        token_endpoints: Endpoints,
        policy: Policy,
        rng: Arc<dyn Rng>,
    ) -> anyhow::Result<Self> {
        let transport = Arc::new(HttpTransport::new(Timeouts::default())?);
        Ok(Self { transport, compute_endpoint, token_endpoints, policy, rng })
    }

    fn tokens(
        &self,
        seed: &Seed,
        secret: &Secret,
        credentials: &Credentials,
    ) -> Result<Arc<dyn TokenSource>, CredentialError> {
        Ok(match credentials {
            Credentials::ServiceAccount(key) => Arc::new(key.token_source(COMPUTE_SCOPE)),
            Credentials::ExternalAccount(account) => Arc::new(WorkloadIdentityTokens::new(
                account,
                COMPUTE_SCOPE,
                &self.token_endpoints,
                Arc::new(RotatingToken::new(seed.clone(), secret)),
                self.transport.clone(),
            )?),
        })
    }
}

impl CloudAccess for GoogleAccess {
    fn compute(&self, seed: &Seed, secret: &Secret) -> Result<Compute, Error> {
        let place = || format!("Secret {}/{}", secret.namespace, secret.name);
        let Choice { credentials, project } = Choice::of(secret).map_err(|error| error.at(place()))?;
        let tokens = self.tokens(seed, secret, &credentials).map_err(|error| error.at(place()))?;
        let config = Config { project, endpoint: self.compute_endpoint.clone(), policy: self.policy };
        Compute::new(config, self.transport.clone(), tokens, self.rng.clone())
    }
}

#[cfg(test)]
mod tests;
