//! The way to the cloud, by credentials that are looked at as the real ones are.

use std::sync::Arc;

use gardener_extension_infra_gcp::environment::SystemRng;
use gardener_extension_infra_gcp::extension::{ApiEndpoints, CloudAccess, GoogleAccess};
use gardener_extension_infra_gcp::gcp::credentials::Endpoints;
use gardener_extension_infra_gcp::gcp::transport::{Sent, TransportError};
use gardener_extension_infra_gcp::gcp::{Clients, Error, Policy, Transport};
use gardener_extension_infra_gcp::kubernetes::{Secret, Seed};

/// What stands in Secrets that are right.
pub(super) const RIGHT: &[u8] = b"{}";

/// Refuses what the real one refuses; all else goes by the test's.
pub(super) struct Checked {
    real: GoogleAccess,
    otherwise: Arc<dyn CloudAccess>,
}

impl Checked {
    pub(super) fn new(otherwise: Arc<dyn CloudAccess>) -> Self {
        let (apis, tokens) = (ApiEndpoints::default(), Endpoints::default());
        let real = GoogleAccess::new(Arc::new(Nobody), apis, tokens, Policy::default(), Arc::new(SystemRng));
        Self { real, otherwise }
    }
}

impl CloudAccess for Checked {
    fn clients(&self, seed: &Seed, secret: &Secret) -> Result<Arc<Clients>, Error> {
        if secret.data.get("serviceaccount.json").is_none_or(|document| document != RIGHT) {
            self.real.clients(seed, secret)?;
        }
        self.otherwise.clients(seed, secret)
    }
}

/// No credentials are used here, only read.
struct Nobody;

impl Transport for Nobody {
    fn call(
        &self,
        _: http::Request<bytes::Bytes>,
    ) -> futures::future::BoxFuture<'_, Result<http::Response<bytes::Bytes>, TransportError>> {
        Box::pin(std::future::ready(Err(TransportError::new(Sent::No, "nobody is there"))))
    }
}
