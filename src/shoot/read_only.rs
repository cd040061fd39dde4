//! The layer that lets nothing be written to a shoot's API: every verb but GET is refused, and so is a GET that asks for another
//! protocol, by which commands are run in pods.

use std::task::{Context, Poll};

use futures::future::{BoxFuture, Either, Ready};
use http::header::UPGRADE;
use http::{Method, Request};
use thiserror::Error;
use tower::{BoxError, Layer, Service};

/// A layer that refuses whatever could write.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReadOnly;

/// The refusal.
#[derive(Debug, Error)]
#[error("{method} is not sent: nothing is ever written to a shoot's API")]
pub(super) struct Writes {
    method: Method,
}

impl<S> Layer<S> for ReadOnly {
    type Service = Reader<S>;

    fn layer(&self, inner: S) -> Reader<S> {
        Reader(inner)
    }
}

/// The service that [`ReadOnly`] makes.
#[derive(Clone, Debug)]
pub(super) struct Reader<S>(S);

impl<S, B, A> Service<Request<B>> for Reader<S>
where
    S: Service<Request<B>, Response = A, Error = BoxError>,
    S::Future: Send + 'static,
{
    type Response = A;
    type Error = BoxError;
    type Future = Either<Ready<Result<A, BoxError>>, BoxFuture<'static, Result<A, BoxError>>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        if request.method() == Method::GET && !request.headers().contains_key(UPGRADE) {
            return Either::Right(Box::pin(self.0.call(request)));
        }
        let method = request.method().clone();
        Either::Left(futures::future::ready(Err(Writes { method }.into())))
    }
}
