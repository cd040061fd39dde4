//! The log's two lines about an API server that cannot be reached: one when that begins, and one when it has ended.
//!
//! Everybody who talks to it fails while it is away, each on its own and time and again. So it is told here, at the wire, and whoever
//! only failed for that says nothing more.

use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use http::{Response, StatusCode};
use tokio::time::Instant;
use tower::{BoxError, Layer, Service};

use planner::text::chain;

/// A layer that finds out whether the API server can be reached, and since when it cannot. Clones share what they know.
#[derive(Clone, Debug, Default)]
pub struct Reach(Arc<Mutex<Option<Instant>>>);

impl Reach {
    fn answered(&self) {
        let away = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(since) = away {
            tracing::info!("the API server of the seed answers again, after {} s", since.elapsed().as_secs());
        }
    }

    fn failed(&self, problem: &str) {
        let mut away = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if away.is_none() {
            *away = Some(Instant::now());
            tracing::warn!(
                error = problem,
                "the API server of the seed cannot be reached; it is tried again until it can"
            );
        }
    }
}

/// Whether a call failed only because the API server, or what stands before it, cannot be reached now.
pub fn is_away(error: &kube::Error) -> bool {
    match error {
        kube::Error::Service(_) | kube::Error::HyperError(_) => true,
        kube::Error::Api(status) => StatusCode::from_u16(status.code).is_ok_and(is_of_gateway),
        _ => false,
    }
}

/// Whether `status` is the answer of a proxy before an API server that it cannot reach.
fn is_of_gateway(status: StatusCode) -> bool {
    matches!(status, StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT)
}

impl<S> Layer<S> for Reach {
    type Service = Reaching<S>;

    fn layer(&self, inner: S) -> Reaching<S> {
        Reaching { inner, reach: self.clone() }
    }
}

/// The service that [`Reach`] makes.
#[derive(Clone, Debug)]
pub struct Reaching<S> {
    inner: S,
    reach: Reach,
}

impl<S, R, A> Service<R> for Reaching<S>
where
    S: Service<R, Response = Response<A>, Error = BoxError>,
    S::Future: Send + 'static,
    A: 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<S::Response, BoxError>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let (reach, answer) = (self.reach.clone(), self.inner.call(request));
        Box::pin(async move {
            let answer = answer.await;
            match &answer {
                Ok(response) if is_of_gateway(response.status()) => reach.failed(response.status().as_str()),
                Ok(_) => reach.answered(),
                Err(error) => reach.failed(&chain(error.as_ref())),
            }
            answer
        })
    }
}
