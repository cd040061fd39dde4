//! Options that every command has: how to reach the seed and Google.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use kube::config::{KubeConfigOptions, Kubeconfig};
use url::Url;

use super::duration;
use crate::environment::SystemRng;
use crate::extension::{ApiEndpoints, GoogleAccess};
use crate::gcp::credentials::Endpoints;
use crate::gcp::transport::{HttpTransport, Timeouts};
use crate::gcp::{Policy, Wire};
use crate::kubernetes::{self, Layers, Seed};

/// The error message if a configuration was found but no client can be made of it.
pub(super) const NO_CLIENT: &str = "cannot set up a client of the seed";

/// The error message if no configuration was found.
const NO_SEED: &str = "no seed to talk to: give --kubeconfig or set $KUBECONFIG";
/// The error message if no configuration was found, and the user may take --master to be enough.
const ONLY_MASTER: &str = "no seed to talk to: --master only replaces the URL in a kubeconfig, so give --kubeconfig or set $KUBECONFIG \
                           too";

/// The options by which the seed is reached.
#[derive(Debug, Args)]
pub(super) struct SeedConnection {
    /// Kubeconfig of the seed. Without it: $KUBECONFIG, the pod's own service account, or ~/.kube/config.
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    /// URL of the seed's API server, in place of the one in the kubeconfig, which is needed all the same.
    #[arg(long, value_name = "URL", value_parser = endpoint)]
    master: Option<Url>,
}

/// The options by which the seed and Google are reached.
#[derive(Debug, Args)]
pub(super) struct Connection {
    #[command(flatten)]
    seed: SeedConnection,
    /// Base URL of the Compute API.
    #[arg(long, value_name = "URL", default_value = crate::gcp::client::ENDPOINT, value_parser = endpoint)]
    compute_endpoint: Url,
    /// Base URL of the IAM API, by which service accounts are made and deleted.
    #[arg(long, value_name = "URL", default_value = crate::gcp::iam::ENDPOINT, value_parser = endpoint)]
    iam_service_accounts_endpoint: Url,
    /// Base URL of the Cloud Resource Manager API, which says before a migration what the credentials may do.
    #[arg(long, value_name = "URL", default_value = crate::gcp::resource_manager::ENDPOINT, value_parser = endpoint)]
    resource_manager_endpoint: Url,
    /// Base URL of the Network Connectivity API, which says before a migration what is reserved or routed by policy.
    #[arg(long, value_name = "URL", default_value = crate::gcp::network_connectivity::ENDPOINT, value_parser = endpoint)]
    network_connectivity_endpoint: Url,
    /// URL of the IAM Service Account Credentials API, by which a workload identity takes on a service account. Its
    /// scheme, host and port take the place of those in service_account_impersonation_url. Default: what the credentials
    /// say, which must be a host iamcredentials of googleapis.com or of their universe domain.
    #[arg(long, value_name = "URL", value_parser = endpoint)]
    iam_endpoint: Option<Url>,
    /// URL of the Security Token Service, by which a workload identity exchanges its token. Its scheme, host and port take
    /// the place of those in token_url. Default: what the credentials say, which must be a host sts of googleapis.com or of
    /// their universe domain.
    #[arg(long, value_name = "URL", value_parser = endpoint)]
    sts_endpoint: Option<Url>,
    /// The longest pause between two looks at operations in flight.
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = duration::parse)]
    poll_interval: Duration,
}

/// The number of steps in which the pause between two looks at an operation grows to its longest.
const POLL_STEPS: u32 = 5;

impl SeedConnection {
    /// A client of the seed, which is neither limited nor counted.
    pub(super) async fn seed(&self) -> anyhow::Result<Seed> {
        Ok(Seed::new(kubernetes::client(self.config().await?, Layers::default()).context(NO_CLIENT)?))
    }

    /// The configuration by which the seed is reached.
    pub(super) async fn config(&self) -> anyhow::Result<kube::Config> {
        let no_seed = if self.master.is_some() { ONLY_MASTER } else { NO_SEED };
        let mut config = match &self.kubeconfig {
            Some(file) => {
                let kubeconfig = Kubeconfig::read_from(file)
                    .with_context(|| format!("cannot read the kubeconfig {}", file.display()))?;
                kube::Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default())
                    .await
                    .with_context(|| format!("cannot use the kubeconfig {}", file.display()))?
            }
            // In a pod its own service account counts before a file that happens to lie in its home.
            None if std::env::var_os("KUBECONFIG").is_none() && kube::Config::incluster().is_ok() => {
                kube::Config::incluster().context(no_seed)?
            }
            None => kube::Config::infer().await.context(no_seed)?,
        };
        if let Some(master) = &self.master {
            config.cluster_url =
                master.as_str().parse().with_context(|| format!("--master {master} is no URL"))?;
        }
        Ok(config)
    }
}

impl Connection {
    /// A client of the seed, which is neither limited nor counted.
    pub(super) async fn seed(&self) -> anyhow::Result<Seed> {
        self.seed.seed().await
    }

    /// The configuration by which the seed is reached.
    pub(super) async fn config(&self) -> anyhow::Result<kube::Config> {
        self.seed.config().await
    }

    /// The access to Google over connections that nobody guards or counts.
    pub(super) fn access(&self) -> anyhow::Result<GoogleAccess> {
        Ok(self.access_by(Arc::new(Self::network()?)))
    }

    /// A new pool of connections.
    pub(super) fn network() -> anyhow::Result<HttpTransport> {
        HttpTransport::new(Timeouts::default()).context("cannot set up connections to Google")
    }

    /// The access to Google over `wire`.
    pub(super) fn access_by(&self, wire: impl Into<Wire>) -> GoogleAccess {
        let defaults = Policy::default();
        let policy = Policy {
            poll_interval: self.poll_interval,
            poll_first: defaults.poll_first.min(self.poll_interval / POLL_STEPS),
            ..defaults
        };
        let endpoints = Endpoints { sts: self.sts_endpoint.clone(), iam: self.iam_endpoint.clone() };
        let apis = ApiEndpoints {
            compute: self.compute_endpoint.to_string(),
            iam: self.iam_service_accounts_endpoint.to_string(),
            resource_manager: self.resource_manager_endpoint.to_string(),
            network_connectivity: self.network_connectivity_endpoint.to_string(),
        };
        GoogleAccess::new(wire, apis, endpoints, policy, Arc::new(SystemRng))
    }
}

/// An example of a base URL, for error messages.
const EXAMPLE: &str = "write it like https://host.example:8443/path/";

/// Reads the base URL of a service.
fn endpoint(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("{error}; {EXAMPLE}"))?;
    let base = url.has_host() && url.query().is_none() && url.fragment().is_none();
    match url.scheme() {
        "https" | "http" if base => Ok(url),
        _ => Err(format!("not the base URL of an https or http server; {EXAMPLE}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_the_base_of_an_http_server() {
        for text in ["https://sts.example.test", "http://127.0.0.1:8080/prefix/"] {
            assert_eq!(endpoint(text).unwrap(), Url::parse(text).unwrap());
        }
        for text in [
            "",
            "sts.example.test",
            "file:///etc",
            "sts:token",
            "https://sts.example.test/?a=b",
            "https://s.test/#f",
        ] {
            let error = endpoint(text).unwrap_err();
            assert!(error.ends_with(EXAMPLE), "{text}: {error}");
        }
    }
}
