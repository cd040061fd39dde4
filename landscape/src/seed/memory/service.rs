//! The wire to the seed in memory: a tower service in place of a connection.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures::future::BoxFuture;
use futures::{StreamExt as _, TryStreamExt as _};
use http::{Request, Response};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use kube::client::Body;
use serde_json::Value;
use tower::BoxError;

use super::failure::Failure;
use super::faults::{Broken, Call, Verdict};
use super::proxy::{Destination, Passed};
use super::server::{Answer, Server};
use super::{target, watch};

/// Body of an answer: one piece, or a watch that goes on.
pub type ReplyBody = UnsyncBoxBody<Bytes, Infallible>;

/// A connection to the seed; all are alike.
#[derive(Clone)]
pub struct Connection {
    pub(super) server: Arc<Server>,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Connection")
    }
}

impl tower::Service<Request<Body>> for Connection {
    type Response = Response<ReplyBody>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        Box::pin(serve(Arc::clone(&self.server), request))
    }
}

async fn serve(server: Arc<Server>, request: Request<Body>) -> Result<Response<ReplyBody>, BoxError> {
    let (parts, body) = request.into_parts();
    let bytes = body.collect_bytes().await?;
    let content_type = parts.headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let content_type = content_type.unwrap_or_default().split(';').next().unwrap_or_default().to_owned();
    let body = match bytes.is_empty() {
        true => Ok(Value::Null),
        false => serde_json::from_slice(&bytes),
    };
    let call = Call {
        at: server.now(),
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: target::query(parts.uri.query().unwrap_or_default()),
        body: body.as_ref().cloned().unwrap_or_default(),
    };
    let (verdict, place) = server.arrived(call.clone());
    let answer = match verdict {
        Verdict::Hang => std::future::pending().await,
        Verdict::DropRequest => return Err(Broken { sent: false }.into()),
        Verdict::Fail(code, ref reason) => Err(Failure::new(code, reason, "refused on demand of a test")),
        Verdict::Pass | Verdict::Deny | Verdict::DropReply => match body {
            Ok(_) if let Some(answer) = server.review(&call, verdict != Verdict::Deny) => Ok(answer),
            Ok(_) if let Some(destination) = Destination::parse(&call.path) => {
                passed_on(&server, &call, destination).await
            }
            Ok(_) => server.handle(&call, &content_type),
            Err(cause) => Err(Failure::bad_request(format!("the body is not JSON: {cause}"))),
        },
    };
    if verdict == Verdict::DropReply {
        return Err(Broken { sent: true }.into());
    }
    let (status, body) = match answer {
        Ok(Answer::Object(status, object)) => (status, whole(&object)),
        Ok(Answer::Passed(status)) => (status, whole(&Value::Null)),
        Ok(Answer::Watch(watch)) => {
            let frames = watch::stream(*watch).map_ok(http_body::Frame::data).boxed();
            (200, StreamBody::new(frames).boxed_unsync())
        }
        Err(failure) => (failure.code, whole(&failure.status())),
    };
    server.answered(place, status);
    Ok(Response::builder()
        .status(status)
        .header(http::header::CONTENT_TYPE, "application/json")
        .body(body)?)
}

/// What comes of a request to a pod or a kubelet.
async fn passed_on(server: &Server, call: &Call, destination: Destination) -> Result<Answer, Failure> {
    if call.method != "GET" {
        return Err(Failure::method_not_allowed());
    }
    let Some(network) = server.network() else { return Ok(Answer::Passed(503)) };
    match network.pass(destination).await {
        Passed::Status(status) => Ok(Answer::Passed(status)),
        Passed::Silence => std::future::pending().await,
    }
}

fn whole(object: &Value) -> ReplyBody {
    Full::new(Bytes::from(object.to_string())).boxed_unsync()
}
