//! The time of one attempt: it begins where the request is about to leave, below everything that may hold it up.

use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use http::{Request, Response};
use tokio::time::timeout;
use tower::{Layer, Service};

use super::countdown::{Countdown, Hold};
use super::transport::{Sent, TransportError};

/// The terms of one attempt, which travel with its request as an extension.
#[derive(Clone)]
pub(super) struct Attempt {
    limit: Duration,
    /// Countdowns that stand still until the attempt begins, or is dropped before.
    held: Arc<[Hold]>,
}

impl Attempt {
    /// An attempt that is given up `limit` after it began. Until then `clocks` stand still.
    pub(super) fn within(limit: Duration, clocks: &[Countdown]) -> Self {
        Self { limit, held: clocks.iter().map(Countdown::hold).collect() }
    }

    /// Begins the attempt, and returns the time that it may take.
    fn begin(self) -> Duration {
        drop(self.held);
        self.limit
    }
}

/// A layer that begins the attempt of each request, and gives it up when its time is over.
#[derive(Clone, Copy, Debug)]
pub(super) struct AttemptLayer;

impl<S> Layer<S> for AttemptLayer {
    type Service = Attempted<S>;

    fn layer(&self, inner: S) -> Attempted<S> {
        Attempted { inner }
    }
}

/// The service that [`AttemptLayer`] makes.
#[derive(Clone, Debug)]
pub(super) struct Attempted<S> {
    inner: S,
}

impl<S> Service<Request<Bytes>> for Attempted<S>
where
    S: Service<Request<Bytes>, Response = Response<Bytes>, Error = TransportError>,
    S::Future: Send + 'static,
{
    type Response = Response<Bytes>;
    type Error = TransportError;
    type Future = BoxFuture<'static, Result<Response<Bytes>, TransportError>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<Bytes>) -> Self::Future {
        let attempt = request.extensions_mut().remove::<Attempt>();
        let uri = request.uri().clone();
        let answer = self.inner.call(request);
        Box::pin(async move {
            // Not before this is polled: a layer above may call first and wait then.
            let limit = attempt.map_or(Duration::MAX, Attempt::begin);
            let lost = |elapsed| Err(TransportError::new(Sent::Maybe, elapsed).at(&uri));
            timeout(limit, answer).await.unwrap_or_else(lost)
        })
    }
}
