//! The gate at both wires: requests that change something pass only while it is open; others are held back, without an answer.

use std::future::pending;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures::future::BoxFuture;
use http::{Method, Request, Response};
use kube::client::Body;
use tower::{Layer, Service};

use super::Gate;
use crate::gcp::Transport;
use crate::gcp::transport::TransportError;

/// A layer over the wire to Google.
#[derive(Clone, Debug)]
pub struct GatedTransport<T> {
    inner: T,
    gate: Gate,
}

impl<T> GatedTransport<T> {
    /// `inner` behind `gate`.
    pub fn new(inner: T, gate: Gate) -> Self {
        Self { inner, gate }
    }
}

impl<T: Transport> Transport for GatedTransport<T> {
    fn call(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        if reads(request.method()) {
            return self.inner.call(request);
        }
        Box::pin(async move { self.gate.pass(self.inner.call(request)).await })
    }
}

/// A layer over the wire to the seed.
#[derive(Clone, Debug)]
pub struct GateLayer(pub Gate);

impl<S> Layer<S> for GateLayer {
    type Service = GatedService<S>;

    fn layer(&self, inner: S) -> GatedService<S> {
        GatedService { inner, gate: self.0.clone() }
    }
}

/// What [`GateLayer`] makes of a service.
#[derive(Clone, Debug)]
pub struct GatedService<S> {
    inner: S,
    gate: Gate,
}

impl<S> Service<Request<Body>> for GatedService<S>
where
    S: Service<Request<Body>>,
    S::Error: Send + 'static,
    S::Future: Send + 'static,
    S::Response: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<S::Response, S::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        if reads(request.method()) {
            return Box::pin(self.inner.call(request));
        }
        let gate = self.gate.clone();
        if !gate.is_open() {
            return Box::pin(pending());
        }
        let answer = self.inner.call(request);
        Box::pin(async move { gate.pass(answer).await })
    }
}

fn reads(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}
