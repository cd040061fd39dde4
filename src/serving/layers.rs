//! Counting at both wires.

use std::task::{Context, Poll};

use bytes::Bytes;
use futures::future::BoxFuture;
use http::{Request, Response};
use tower::{Layer, Service};

use super::Metrics;
use crate::gcp::Transport;
use crate::gcp::transport::TransportError;

/// A layer over the wire to Google.
#[derive(Clone, Debug)]
pub struct MeteredTransport<T> {
    inner: T,
    metrics: Metrics,
}

impl<T> MeteredTransport<T> {
    /// `inner`, counted in `metrics`.
    pub fn new(inner: T, metrics: Metrics) -> Self {
        Self { inner, metrics }
    }
}

impl<T: Transport> Transport for MeteredTransport<T> {
    fn call(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(async move {
            let method = request.method().clone();
            let host = request.uri().authority().map(ToString::to_string).unwrap_or_default();
            let answer = self.inner.call(request).await;
            self.metrics.requested(&method, &host, answer.as_ref().ok().map(Response::status));
            answer
        })
    }
}

/// A layer over the wire to the seed.
#[derive(Clone, Debug)]
pub struct MeterLayer {
    metrics: Metrics,
    host: String,
}

impl MeterLayer {
    /// Counts in `metrics` what goes to `host`, which requests do not bear yet where they are counted.
    pub fn new(metrics: Metrics, host: String) -> Self {
        Self { metrics, host }
    }
}

impl<S> Layer<S> for MeterLayer {
    type Service = MeteredService<S>;

    fn layer(&self, inner: S) -> MeteredService<S> {
        MeteredService { inner, with: self.clone() }
    }
}

/// What [`MeterLayer`] makes of a service.
#[derive(Clone, Debug)]
pub struct MeteredService<S> {
    inner: S,
    with: MeterLayer,
}

impl<S, B, A> Service<Request<B>> for MeteredService<S>
where
    S: Service<Request<B>, Response = Response<A>>,
    S::Future: Send + 'static,
    S::Error: 'static,
    A: 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<S::Response, S::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (method, with) = (request.method().clone(), self.with.clone());
        let answer = self.inner.call(request);
        Box::pin(async move {
            let answer = answer.await;
            with.metrics.requested(&method, &with.host, answer.as_ref().ok().map(Response::status));
            answer
        })
    }
}
