//! The gate at both wires: requests that change something pass only while it is open.

use std::future::ready;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures::future::BoxFuture;
use http::{Method, Request, Response};
use kube::client::Body;
use tower::{BoxError, Layer, Service};

use super::{Gate, NotLeader};
use crate::gcp::Transport;
use crate::gcp::transport::{Sent, TransportError};

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
        Box::pin(async move {
            self.gate.pass(self.inner.call(request)).await.unwrap_or_else(|refused| {
                let sent = if refused.begun { Sent::Maybe } else { Sent::No };
                Err(TransportError::new(sent, refused))
            })
        })
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
    S::Error: Into<BoxError>,
    S::Future: Send + 'static,
    S::Response: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<S::Response, BoxError>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let reads = reads(request.method());
        let gate = self.gate.clone();
        if !reads && !gate.is_open() {
            return Box::pin(ready(Err(NotLeader { begun: false }.into())));
        }
        let answer = self.inner.call(request);
        Box::pin(async move {
            let answer = if reads { answer.await } else { gate.pass(answer).await? };
            answer.map_err(Into::into)
        })
    }
}

fn reads(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}
