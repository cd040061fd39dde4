//! An API in the same process that answers as a test says.

use std::future::ready;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures::future::BoxFuture;
use http::{Request, Response};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use kube::Client;
use kube::client::Body;
use serde_json::{Value, json};
use tower::BoxError;

use crate::shoot::Shoot;

/// A request as it arrived: method, path and query, and user agent.
pub(super) type Arrived = (String, String, String);

/// What an API does with a request.
pub(super) enum Answer {
    /// An answer with this status and body.
    Status(u16, String),
    /// No answer, ever.
    Silence,
    /// Success, with a body that never ends.
    Endless,
    /// A connection that breaks.
    Broken,
}

/// An API that notes what arrives.
#[derive(Clone, Default)]
pub(super) struct Script {
    pub(super) arrived: Arc<Mutex<Vec<Arrived>>>,
}

impl Script {
    /// A client of an API that answers a path and query as `answer` says.
    pub(super) fn client(&self, answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Client {
        let arrived = self.arrived.clone();
        let service = tower::service_fn(move |request: Request<Body>| {
            let target = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
            let agent = request.headers().get(http::header::USER_AGENT);
            let agent = agent.map(|agent| agent.to_str().unwrap().to_owned()).unwrap_or_default();
            let note = (request.method().to_string(), target.clone(), agent);
            arrived.lock().unwrap().push(note);
            let whole = |text: String| Full::new(Bytes::from(text)).map_err(|never| match never {}).boxed();
            let body = match answer(&target) {
                Answer::Status(status, text) => Ok((status, whole(text))),
                Answer::Silence => Err(None),
                Answer::Endless => Ok((200, Endless.boxed())),
                Answer::Broken => Err(Some(std::io::Error::other("broken"))),
            };
            let future: BoxFuture<'static, Result<Response<BoxBody<Bytes, BoxError>>, BoxError>> = match body
            {
                Ok((status, body)) => {
                    Box::pin(ready(Ok(Response::builder().status(status).body(body).unwrap())))
                }
                Err(None) => Box::pin(std::future::pending()),
                Err(Some(error)) => Box::pin(ready(Err(error.into()))),
            };
            future
        });
        Client::new(service, "default")
    }

    /// A shoot behind such an API.
    pub(super) fn shoot(&self, answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Shoot {
        Shoot::new(self.client(answer), None)
    }

    /// The paths and queries that arrived since the last time that somebody asked.
    pub(super) fn targets(&self) -> Vec<String> {
        std::mem::take(&mut *self.arrived.lock().unwrap()).into_iter().map(|(_, target, _)| target).collect()
    }
}

/// A body that goes on for ever.
struct Endless;

impl http_body::Body for Endless {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, BoxError>>> {
        Poll::Ready(Some(Ok(http_body::Frame::data(vec![b'x'; 1 << 20].into()))))
    }
}

/// A list with these items and a token for the next page, if there is one.
pub(super) fn list(items: &[Value], next: &str) -> Answer {
    let list = json!({ "kind": "List", "metadata": { "continue": next }, "items": items });
    Answer::Status(200, list.to_string())
}

/// A refusal, as API servers write it.
pub(super) fn refusal(status: u16) -> Answer {
    let body =
        json!({ "kind": "Status", "status": "Failure", "code": status, "message": "as the test wants it" });
    Answer::Status(status, body.to_string())
}
