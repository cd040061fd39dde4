//! The metrics of requests as a layer, the same for every wire.

use std::task::{Context, Poll};

use futures::future::BoxFuture;
use http::{Request, Response};
use tower::{Layer, Service};

use super::Metrics;

/// A layer that counts requests by method, host and outcome.
#[derive(Clone, Debug)]
pub struct MeterLayer {
    metrics: Metrics,
    host: Option<String>,
}

impl MeterLayer {
    /// A layer that counts in `metrics`, under the hosts that the requests bear.
    pub fn new(metrics: Metrics) -> Self {
        Self { metrics, host: None }
    }

    /// The layer with all requests counted under one `host`, with its port if it has one: for a wire whose requests bear no host yet
    /// where they are counted.
    #[must_use]
    pub fn to(self, host: String) -> Self {
        Self { host: Some(host), ..self }
    }

    fn host<B>(&self, request: &Request<B>) -> String {
        let borne = || request.uri().authority().map(ToString::to_string).unwrap_or_default();
        self.host.clone().unwrap_or_else(borne)
    }
}

impl<S> Layer<S> for MeterLayer {
    type Service = Metered<S>;

    fn layer(&self, inner: S) -> Metered<S> {
        Metered { inner, meter: self.clone() }
    }
}

/// The service that [`MeterLayer`] makes.
#[derive(Clone, Debug)]
pub struct Metered<S> {
    inner: S,
    meter: MeterLayer,
}

impl<S, B, A> Service<Request<B>> for Metered<S>
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
        let (method, host) = (request.method().clone(), self.meter.host(&request));
        let (metrics, answer) = (self.meter.metrics.clone(), self.inner.call(request));
        Box::pin(async move {
            let answer = answer.await;
            metrics.requested(&method, &host, answer.as_ref().ok().map(Response::status));
            answer
        })
    }
}
