//! The gate as a layer, the same for every wire: requests that change something pass only while it is open.
//!
//! Others are held back, without an answer.

use std::future::pending;
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use http::{Method, Request};
use tower::{Layer, Service};

use super::Gate;

/// A layer that asks a gate.
#[derive(Clone, Debug)]
pub struct GateLayer(pub Gate);

impl<S> Layer<S> for GateLayer {
    type Service = Gated<S>;

    fn layer(&self, inner: S) -> Gated<S> {
        Gated { inner, gate: self.0.clone() }
    }
}

/// The service that [`GateLayer`] makes.
#[derive(Clone, Debug)]
pub struct Gated<S> {
    inner: S,
    gate: Gate,
}

impl<S, B> Service<Request<B>> for Gated<S>
where
    S: Service<Request<B>>,
    S::Future: Send + 'static,
    S::Response: Send + 'static,
    S::Error: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<S::Response, S::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        if reads(request.method()) {
            return Box::pin(self.inner.call(request));
        }
        // Whoever is below may begin as soon as it is called.
        if !self.gate.is_open() {
            return Box::pin(pending());
        }
        let (gate, answer) = (self.gate.clone(), self.inner.call(request));
        Box::pin(async move { gate.pass(answer).await })
    }
}

fn reads(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}
