//! The access to Google: from a Secret to clients.
//!
//! Whoever asks anew, as each reconciliation does, gets clients for what the Secret says then: those that somebody holds for the same
//! credentials and project, or new ones. What a token is exchanged for is read from the Secret at each exchange.

mod choice;
mod client_cache;
mod holders;
mod rotation;
mod workload_identity_config;

use std::sync::Arc;

use choice::Choice;
use client_cache::{ClientCache, ClientId};
pub(crate) use holders::Holders;
use rotation::RotatingToken;

use crate::environment::Rng;
use crate::gcp::client;
use crate::gcp::credentials::{
    COMPUTE_SCOPE, CredentialError, Credentials, Endpoints, IAM_SCOPE, WorkloadIdentityTokens,
};
use crate::gcp::{
    Clients, Compute, Config, Error, Iam, NetworkConnectivity, Policy, ResourceManager, TokenSource, Wire,
    iam, network_connectivity, resource_manager,
};
use crate::kubernetes::{Secret, Seed};

/// A way to the cloud with the credentials of a Secret.
pub trait CloudAccess: Send + Sync {
    /// Clients for the project that the credentials name, the same for the same credentials as long as somebody holds them: they share
    /// tokens and pollers, and end when they are dropped. `seed` is where the Secret is read anew if its token rotates.
    ///
    /// # Errors
    /// If the credentials cannot be used.
    fn clients(&self, seed: &Seed, secret: &Secret) -> Result<Arc<Clients>, Error>;
}

/// The base URLs of the APIs, versions included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiEndpoints {
    /// The base URL of Compute Engine, such as `https://compute.googleapis.com/compute/v1/`.
    pub compute: String,
    /// The base URL of IAM, such as `https://iam.googleapis.com/v1/`.
    pub iam: String,
    /// The base URL of Cloud Resource Manager, such as `https://cloudresourcemanager.googleapis.com/v1/`.
    pub resource_manager: String,
    /// The base URL of Network Connectivity, such as `https://networkconnectivity.googleapis.com/v1/`.
    pub network_connectivity: String,
}

impl Default for ApiEndpoints {
    fn default() -> Self {
        Self {
            compute: client::ENDPOINT.to_owned(),
            iam: iam::ENDPOINT.to_owned(),
            resource_manager: resource_manager::ENDPOINT.to_owned(),
            network_connectivity: network_connectivity::ENDPOINT.to_owned(),
        }
    }
}

/// The way to Google, or to whatever answers at its endpoints.
pub struct GoogleAccess {
    wire: Wire,
    apis: ApiEndpoints,
    token_endpoints: Endpoints,
    policy: Policy,
    rng: Arc<dyn Rng>,
    cache: ClientCache,
}

impl GoogleAccess {
    /// The way over `wire`, which all shoots share.
    pub fn new(
        wire: impl Into<Wire>,
        apis: ApiEndpoints,
        token_endpoints: Endpoints,
        policy: Policy,
        rng: Arc<dyn Rng>,
    ) -> Self {
        Self { wire: wire.into(), apis, token_endpoints, policy, rng, cache: ClientCache::default() }
    }

    /// New clients for `choice`.
    fn make(&self, seed: &Seed, secret: &Secret, choice: &Choice) -> Result<Clients, Error> {
        let tokens = |scope| {
            self.tokens(seed, secret, &choice.credentials, scope).map_err(|error| error.at(place(secret)))
        };
        let config = |endpoint: &String| Config {
            project: choice.project.clone(),
            endpoint: endpoint.clone(),
            policy: self.policy,
        };
        let (wire, rng) = (|| self.wire.clone(), || self.rng.clone());
        // The one scope that all APIs but Compute accept.
        let (broad, apis) = (tokens(IAM_SCOPE)?, &self.apis);
        Ok(Clients {
            compute: Compute::new(config(&apis.compute), wire(), tokens(COMPUTE_SCOPE)?, rng())?,
            iam: Iam::new(config(&apis.iam), wire(), broad.clone(), rng())?,
            resource_manager: ResourceManager::new(
                config(&apis.resource_manager),
                wire(),
                broad.clone(),
                rng(),
            )?,
            network_connectivity: NetworkConnectivity::new(
                config(&apis.network_connectivity),
                wire(),
                broad.clone(),
                rng(),
            )?,
        })
    }

    /// A source of tokens for `scope`.
    fn tokens(
        &self,
        seed: &Seed,
        secret: &Secret,
        credentials: &Credentials,
        scope: &str,
    ) -> Result<Arc<dyn TokenSource>, CredentialError> {
        Ok(match credentials {
            Credentials::ServiceAccount(key) => Arc::new(key.token_source(scope)),
            Credentials::ExternalAccount(account) => Arc::new(WorkloadIdentityTokens::new(
                account,
                scope,
                &self.token_endpoints,
                Arc::new(RotatingToken::new(seed.clone(), secret)),
                self.wire.clone(),
            )?),
        })
    }
}

impl CloudAccess for GoogleAccess {
    fn clients(&self, seed: &Seed, secret: &Secret) -> Result<Arc<Clients>, Error> {
        let choice = Choice::of(secret).map_err(|error| error.at(place(secret)))?;
        self.cache.get_or(ClientId::of(&choice, secret), || self.make(seed, secret, &choice))
    }
}

fn place(secret: &Secret) -> String {
    format!("Secret {}/{}", secret.namespace, secret.name)
}

#[cfg(test)]
mod tests;
