//! The layer that ends a call in time, answer included, and takes no more of the answer than is wanted.

use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use http::{Request, Response};
use http_body_util::{BodyExt, Limited};
use kube::client::Body;
use thiserror::Error;
use tower::{BoxError, Layer, Service};

/// The longest answer that is taken, in bytes: a page of a list, whose objects may have a mebibyte each, but hardly do.
const LONGEST: usize = 64 << 20;

/// What is wanted of a call; an extension of its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    /// The time within which it must have been answered, from when it is sent.
    pub(super) within: Duration,
    /// Whether the body is of interest, or the status alone.
    pub(super) body: bool,
}

/// The end of a call that took too long.
#[derive(Debug, Error)]
#[error("no answer within {} s", .0.as_secs())]
pub(super) struct Late(Duration);

/// A layer that holds calls to what their requests say is [`Wanted`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Attempt {
    /// What is wanted by a request that says nothing.
    pub(super) usual: Wanted,
}

impl<S> Layer<S> for Attempt {
    type Service = Attempting<S>;

    fn layer(&self, inner: S) -> Attempting<S> {
        Attempting { inner, usual: self.usual }
    }
}

/// The service that [`Attempt`] makes.
#[derive(Clone, Debug)]
pub(super) struct Attempting<S> {
    inner: S,
    usual: Wanted,
}

impl<S> Service<Request<Body>> for Attempting<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = BoxError>,
    S::Future: Send + 'static,
{
    type Response = Response<Bytes>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Response<Bytes>, BoxError>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let Wanted { within, body } = request.extensions().get().copied().unwrap_or(self.usual);
        let answer = self.inner.call(request);
        let whole = async move {
            let (head, content) = answer.await?.into_parts();
            let content = match body {
                true => Limited::new(content, LONGEST).collect().await?.to_bytes(),
                // Whoever wrote it may go on for ever.
                false => Bytes::new(),
            };
            Ok(Response::from_parts(head, content))
        };
        Box::pin(async move { tokio::time::timeout(within, whole).await.map_err(|_| Late(within))? })
    }
}
