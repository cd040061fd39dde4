//! The wire to Google: its service stack, assembled here and nowhere else.
//!
//! A request enters at the top and leaves at the bottom.
//!
//! | layer | why it is there |
//! |---|---|
//! | permission | all that may hold a request up before it is sent: the leader's gate |
//! | attempt | the attempt's time begins here |
//! | user agent | nothing leaves without the name of this program |
//! | meter | counts what leaves, and the answer that it gets in its time |
//! | transport | sockets, or an engine in the same process |
//!
//! A governor of the request rate belongs to the permission, below the gate: the gate is asked whenever the request may go on, hence
//! again after each wait. It has to be above the attempt, because what waits for its turn has not left. As a part of the attempt's time
//! the wait would end as a request that may have arrived and got no answer, and as a part of the time of a mutation as one whose outcome
//! is not known. So until an attempt begins neither clock runs; nor does the time for which a call is tried again.
//!
//! The token is fetched above the stack ([`call`](super::call)), before the attempt as well, but within the time of the mutation: that can
//! fail, and has limits of its own.

use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures::future::BoxFuture;
use http::header::{HeaderValue, USER_AGENT};
use http::{Request, Response};
use tower::layer::util::Identity;
use tower::util::BoxCloneSyncService;
use tower::{Layer, Service, ServiceBuilder, ServiceExt};

use super::attempt::{Attempt, AttemptLayer};
use super::transport::{Transport, TransportError};

/// The name of this program and its version, as servers are told them.
pub(super) const PRODUCT: &str = concat!("gardener-extension-infra-gcp/", env!("CARGO_PKG_VERSION"));

/// A part of the stack, whatever it is made of.
pub type Part = BoxCloneSyncService<Request<Bytes>, Response<Bytes>, TransportError>;

/// A service that can be a part of the stack.
pub trait Link:
    Service<Request<Bytes>, Response = Response<Bytes>, Error = TransportError, Future: Send + 'static>
    + Clone
    + Send
    + Sync
    + 'static
{
}

impl<S> Link for S where
    S: Service<Request<Bytes>, Response = Response<Bytes>, Error = TransportError, Future: Send + 'static>
        + Clone
        + Send
        + Sync
        + 'static
{
}

/// The way to Google. Clones share it.
#[derive(Clone, Debug)]
pub struct Wire(Part);

impl Wire {
    /// The whole stack over `transport`.
    pub fn new<T>(
        permission: impl Layer<Part, Service: Link>,
        meter: impl Layer<Part, Service: Link>,
        transport: T,
    ) -> Self
    where
        T: Transport + Clone + 'static,
    {
        let stack = ServiceBuilder::new()
            .layer(permission)
            .layer(Part::layer())
            .layer(AttemptLayer)
            .map_request(named)
            .layer(meter)
            .layer(Part::layer())
            .service(Bottom(transport));
        Self(Part::new(stack))
    }

    /// Gets `request` answered, by one `attempt`.
    pub(super) async fn send(
        &self,
        mut request: Request<Bytes>,
        attempt: Attempt,
    ) -> Result<Response<Bytes>, TransportError> {
        request.extensions_mut().insert(attempt);
        self.0.clone().oneshot(request).await
    }
}

/// The wire over a transport that nobody guards and nobody watches, for commands that change nothing and for tests.
impl<T: Transport + ?Sized + 'static> From<Arc<T>> for Wire {
    fn from(transport: Arc<T>) -> Self {
        Self::new(Identity::new(), Identity::new(), transport)
    }
}

fn named(mut request: Request<Bytes>) -> Request<Bytes> {
    request.headers_mut().insert(USER_AGENT, HeaderValue::from_static(PRODUCT));
    request
}

/// A transport as the service at the bottom of the stack.
#[derive(Clone)]
struct Bottom<T>(T);

impl<T: Transport + Clone + 'static> Service<Request<Bytes>> for Bottom<T> {
    type Response = Response<Bytes>;
    type Error = TransportError;
    type Future = BoxFuture<'static, Result<Response<Bytes>, TransportError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let transport = self.0.clone();
        Box::pin(async move { transport.call(request).await })
    }
}
