//! HTTP in front of a world: requests are answered in the order of their arrival, at the instant that the clock shows.
//! Whoever sends them lives in real time, whatever that clock is.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use bytes::Bytes;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpListener;

use super::Clock;
use super::proxy::destination::{self, Asked, Astray};
use super::proxy::{Proxy, tunnel};
use crate::World;
use crate::api::wire::{ConnectionBreaks, json_response};
use crate::auth::CallersTime;

/// Largest request body, in bytes.
const MAX_BODY: usize = 16 << 20;

/// A world with a clock.
#[derive(Debug, Clone)]
pub struct Server {
    inner: Arc<Mutex<Inner>>,
    proxy: Option<Proxy>,
}

#[derive(Debug)]
struct Inner {
    world: World,
    clock: Clock,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance: SignedDuration,
}

impl Server {
    /// Puts a clock beside a world.
    pub fn new(world: World, clock: Clock) -> Self {
        Self { inner: Arc::new(Mutex::new(Inner { world, clock })), proxy: None }
    }

    /// Makes the server an HTTPS proxy too.
    #[must_use]
    pub fn with_proxy(self, proxy: Proxy) -> Self {
        Self { proxy: Some(proxy), ..self }
    }

    /// Serves until the listener fails.
    pub async fn serve(self, listener: TcpListener) -> std::io::Result<()> {
        let router = Router::new().fallback(answer).with_state(self);
        axum::serve(listener, router).await
    }

    /// The world and its clock. The engine does not panic; were it to, answering on is of more use than answering nothing.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a request that is for this server.
    pub(super) async fn reply(&self, request: Request) -> Response {
        let (parts, body) = request.into_parts();
        let reply = match axum::body::to_bytes(body, MAX_BODY).await {
            Ok(body) => self.handle(http::Request::from_parts(parts, body)).await,
            Err(error) => {
                let status = unreadable(&error);
                json_response(status, &json!({ "error": { "code": status, "message": error.to_string() } }))
            }
        };
        if reply.extensions().get::<ConnectionBreaks>().is_none() {
            return reply.map(Body::from);
        }
        // A body that cannot be read to its end makes the server close the connection.
        let broken = futures::stream::once(async { Err::<Bytes, _>(std::io::Error::other("a fault")) });
        reply.map(|_| Body::from_stream(broken))
    }

    async fn handle(&self, mut request: http::Request<Bytes>) -> http::Response<Bytes> {
        if request.method() == http::Method::POST && request.uri().path() == "/_fake/clock" {
            return self.advance_clock(request.body());
        }
        request.extensions_mut().insert(CallersTime(Clock::wall()));
        if let Some(delay) = self.wait(&request) {
            tokio::time::sleep(delay).await;
        }
        let mut inner = self.lock();
        let now = inner.clock.now();
        inner.world.handle(now, &request)
    }

    /// Time for which `operations.wait` is held. It is a millisecond more than the operation takes, so that timers that fire
    /// early do not find it unfinished.
    fn wait(&self, request: &http::Request<Bytes>) -> Option<Duration> {
        let inner = self.lock();
        let ends = inner.world.wait_ends_at(inner.clock.now(), request)?;
        inner.clock.until(ends).map(|delay| delay.saturating_add(Duration::from_millis(1)))
    }

    fn advance_clock(&self, body: &[u8]) -> http::Response<Bytes> {
        let refuse =
            |message: String| json_response(400, &json!({ "error": { "code": 400, "message": message } }));
        let Advance { advance } = match crate::admin::decode(body) {
            Ok(advance) => advance,
            Err(error) => return refuse(error.to_string()),
        };
        let Ok(by) = Duration::try_from(advance) else { return refuse("time does not go back".to_owned()) };
        let mut inner = self.lock();
        if !inner.clock.advance(by) {
            return refuse("only a manual clock can be advanced: start with --clock manual".to_owned());
        }
        let now = inner.clock.now();
        inner.world.advance_to(now);
        json_response(200, &json!({ "now": now }))
    }
}

/// The status for a body that could not be read to its end: it is too large, or it broke off.
fn unreadable(error: &axum::Error) -> u16 {
    let mut causes = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    if causes.any(|error| error.is::<http_body_util::LengthLimitError>()) { 413 } else { 400 }
}

async fn answer(State(server): State<Server>, request: Request) -> Response {
    let proxy = server.proxy.clone();
    match (destination::of(request.method(), request.uri(), proxy.is_some()), proxy) {
        (Ok(Asked::Answer), _) => server.reply(request).await,
        (Ok(Asked::Tunnel(host)), Some(proxy)) => {
            let answer = move |request| {
                let server = server.clone();
                async move { server.reply(request).await }
            };
            tunnel::open(answer, proxy, request, host)
        }
        (Ok(Asked::Tunnel(_)), None) => refuse(&Astray::NoProxy),
        (Err(astray), _) => refuse(&astray),
    }
}

/// Refuses what is not for this server. The reason stands in the first line too, which is all that most clients show of a proxy.
fn refuse(astray: &Astray) -> Response {
    let (status, message) = (astray.status(), astray.to_string());
    let body = json!({ "error": { "code": status.as_u16(), "message": message } });
    let mut response = json_response(status.as_u16(), &body).map(Body::from);
    if let Ok(reason) = hyper::ext::ReasonPhrase::try_from(message.into_bytes()) {
        response.extensions_mut().insert(reason);
    }
    response
}
