//! The connections to a shoot's API server; where tests put one that answers in the same process.

use std::time::Duration;

use futures::future::BoxFuture;
use kube::client::ClientBuilder;
use kube::config::KubeConfigOptions;
use kube::{Client, Config};
use tower::Layer;
use tower::layer::util::Identity;

use super::Access;
use crate::kubernetes::{Link, Part};

/// The longest time until a connection stands, encrypted.
const CONNECT: Duration = Duration::from_secs(5);

/// A way to make connections to API servers.
pub trait Connect: Send + Sync {
    /// A client that reaches the API server that `access` names, without layers of this program's own.
    fn connect(&self, access: Access) -> BoxFuture<'_, Result<Client, kube::Error>>;
}

/// Connections over sockets, whose requests `M` counts. Redirects are not followed, and nothing is tried twice.
#[derive(Clone, Copy, Debug)]
pub struct Sockets<M = Identity>(pub M);

impl<M> Connect for Sockets<M>
where
    M: Layer<Part, Service: Link> + Send + Sync,
{
    fn connect(&self, access: Access) -> BoxFuture<'_, Result<Client, kube::Error>> {
        Box::pin(async move {
            let options = KubeConfigOptions::default();
            let mut config = Config::from_custom_kubeconfig(access.into_document(), &options)
                .await
                .map_err(kube::Error::InferKubeconfig)?;
            config.connect_timeout = Some(CONNECT);
            // What does not answer is a finding here, and no reason to ask again.
            config.default_retry = false;
            Ok(ClientBuilder::try_from(config)?.with_layer(&self.0).build())
        })
    }
}
