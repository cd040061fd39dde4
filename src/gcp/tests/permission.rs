//! Time limits that stand still while a request waits for the permission to be sent.

use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use http::{HeaderValue, Request, Response};
use serde_json::json;
use tokio::time::{Instant, sleep};
use tower::layer::util::Identity;
use tower::{Layer, Service};

use super::script::{
    Counting, Named, POLICY, Reply, Script, client_with, delete_route, error, network, ok, operation,
};
use crate::gcp::client::{Compute, ENDPOINT};
use crate::gcp::config::Config;
use crate::gcp::error::Error;
use crate::gcp::stack::Wire;
use crate::gcp::token::{StaticToken, TokenSource};
use crate::gcp::transport::TransportError;

/// A wait longer than anything else may take.
const WAIT: Duration = Duration::from_secs(1000);

/// A permission that each request waits [`WAIT`] for, as a governor of the rate would have it.
#[derive(Clone)]
struct Slow<S>(S);

struct SlowLayer;

impl<S> Layer<S> for SlowLayer {
    type Service = Slow<S>;

    fn layer(&self, inner: S) -> Slow<S> {
        Slow(inner)
    }
}

impl<S> Service<Request<Bytes>> for Slow<S>
where
    S: Service<Request<Bytes>, Response = Response<Bytes>, Error = TransportError>,
    S::Future: Send + 'static,
{
    type Response = Response<Bytes>;
    type Error = TransportError;
    type Future = BoxFuture<'static, Result<Response<Bytes>, TransportError>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let answer = self.0.call(request);
        Box::pin(async move {
            sleep(WAIT).await;
            answer.await
        })
    }
}

fn slow_client(script: &Arc<Script>) -> Compute {
    let config = Config { policy: POLICY, ..Config::new("p", ENDPOINT) };
    let wire = Wire::new(SlowLayer, Identity::new(), script.clone());
    let tokens = Arc::new(StaticToken::new("t0ken").unwrap());
    Compute::new(config, wire, tokens, Arc::new(Counting::default())).unwrap()
}

/// The time that passed since `began`, without the permissions that were waited for.
fn beyond(began: Instant, permissions: u32) -> Duration {
    began.elapsed() - permissions * WAIT
}

#[tokio::test(start_paused = true)]
async fn waiting_for_permission_is_no_part_of_an_attempt_nor_of_the_tries_nor_of_a_mutation() {
    assert!(WAIT > POLICY.deadline && WAIT > POLICY.retry_for && WAIT > POLICY.attempt_timeout);
    let script = Script::of([
        Reply::Never,
        error(503, "backendError"),
        ok(operation("o", "RUNNING")),
        ok(operation("o", "RUNNING")),
        ok(operation("o", "DONE")),
    ]);
    let began = Instant::now();
    slow_client(&script).run(&delete_route("r")).await.unwrap();
    // The first attempt had all of its time, and the pauses between attempts and between looks are what they always are.
    assert_eq!(beyond(began, 5), Duration::from_secs(10 + 1 + 2 + 1 + 2));
    let ids: Vec<_> = script.seen()[..3].iter().map(|seen| seen.query["requestId"].clone()).collect();
    assert_eq!(ids, vec![ids[0].clone(); 3]);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_spent_on_waiting_for_permission_ends_as_it_always_does() {
    let script = Script::new(|_| error(503, "backendError"));
    let began = Instant::now();
    slow_client(&script).get::<Named>(&network()).await.unwrap_err();
    assert_eq!(beyond(began, 4), Duration::from_secs(1 + 2 + 4));

    let script = Script::new(|_| ok(operation("o", "RUNNING")));
    let began = Instant::now();
    let failed = slow_client(&script).run(&delete_route("r")).await.unwrap_err();
    assert!(matches!(&failed, Error::Deadline { operation: Some(o), .. } if o == "o"), "{failed}");
    assert_eq!(beyond(began, script.calls().len().try_into().unwrap()), POLICY.deadline);
}

/// A token that takes longer than an attempt may.
struct LateToken;

impl TokenSource for LateToken {
    fn authorization(&self) -> BoxFuture<'_, Result<HeaderValue, Error>> {
        Box::pin(async {
            sleep(POLICY.attempt_timeout).await;
            Ok(HeaderValue::from_static("Bearer late"))
        })
    }

    fn rejected(&self) {}
}

#[tokio::test(start_paused = true)]
async fn fetching_a_token_is_no_part_of_an_attempt() {
    let script = Script::of([Reply::Never, ok(json!({ "name": "n" }))]);
    client_with(&script, Arc::new(LateToken)).get::<Named>(&network()).await.unwrap();
    let fetching = POLICY.attempt_timeout.as_millis();
    assert_eq!(script.times(), [fetching, fetching + 11_000 + fetching]);
}
