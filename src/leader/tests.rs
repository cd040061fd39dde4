//! The gate at both wires.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response};
use kube::client::Body;
use tokio::time::{Instant, advance, sleep, timeout};
use tower::{BoxError, Layer, Service, ServiceExt};

use super::*;
use crate::environment::{SystemClock, SystemRng};
use crate::kubernetes::LeaseClient;

const ALLOWED: Duration = Duration::from_secs(10);
const TAKES: Duration = Duration::from_secs(1);

/// A server that counts what arrives; an answer takes [`TAKES`].
#[derive(Clone, Default)]
struct Server(Arc<AtomicU32>);

impl Server {
    async fn answer(self) {
        self.0.fetch_add(1, Ordering::SeqCst);
        sleep(TAKES).await;
    }

    fn arrived(&self) -> u32 {
        self.0.load(Ordering::SeqCst)
    }
}

/// Whether there was an answer over a wire of such requests and answers, within an hour.
async fn answered<B: 'static>(server: &Server, gate: &Gate, method: Method, body: B) -> bool {
    let server = server.clone();
    let inner = tower::service_fn(move |_: Request<B>| {
        let server = server.clone();
        async move {
            server.answer().await;
            Ok::<_, BoxError>(Response::new(()))
        }
    });
    let mut service = GateLayer(gate.clone()).layer(inner);
    let request = Request::builder().method(method).uri("https://x.test/").body(body).unwrap();
    let answer = service.ready().await.unwrap().call(request);
    timeout(Duration::from_secs(3600), answer).await.is_ok_and(|answer| answer.is_ok())
}

async fn to_google(server: &Server, gate: &Gate, method: Method) -> bool {
    answered(server, gate, method, Bytes::new()).await
}

async fn to_the_seed(server: &Server, gate: &Gate, method: Method) -> bool {
    answered(server, gate, method, Body::empty()).await
}

const CHANGES: [Method; 4] = [Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

#[tokio::test(start_paused = true)]
async fn a_gate_shuts_when_the_renewal_is_too_old_whether_or_not_anybody_looks() {
    let gate = Gate::new(ALLOWED);
    assert!(!gate.is_open(), "nobody leads from the start");
    gate.renew(Instant::now());
    advance(ALLOWED - Duration::from_millis(1)).await;
    assert!(gate.is_open() && !gate.is_overdue());
    gate.renew(Instant::now());
    advance(ALLOWED).await;
    assert!(!gate.is_open() && gate.is_overdue());
    gate.shut();
    assert!(!gate.is_overdue(), "who gave it back owes nothing");
    assert!(Gate::unguarded().is_open());
}

#[tokio::test(start_paused = true)]
async fn while_shut_only_reads_pass_to_google_and_to_the_seed() {
    let (server, gate) = (Server::default(), Gate::new(ALLOWED));
    for method in CHANGES {
        assert!(!to_google(&server, &gate, method.clone()).await, "{method}");
        assert!(!to_the_seed(&server, &gate, method.clone()).await, "{method}");
    }
    assert_eq!(server.arrived(), 0);
    for reads in [Method::GET, Method::HEAD] {
        assert!(to_google(&server, &gate, reads.clone()).await);
        assert!(to_the_seed(&server, &gate, reads).await);
    }
    assert_eq!(server.arrived(), 4);
    for method in CHANGES {
        gate.renew(Instant::now());
        assert!(to_google(&server, &gate, method.clone()).await);
        assert!(to_the_seed(&server, &gate, method).await);
    }
    assert_eq!(server.arrived(), 12);
}

/// The caller does not hear that it failed, because it would have something to tell, to put right or to try again.
#[tokio::test(start_paused = true)]
async fn what_is_under_way_when_the_gate_shuts_goes_no_further() {
    let (server, gate) = (Server::default(), Gate::new(ALLOWED));
    for (method, answered) in [(Method::PATCH, false), (Method::GET, true)] {
        gate.renew(Instant::now());
        advance(ALLOWED - TAKES / 2).await;
        assert_eq!(to_google(&server, &gate, method.clone()).await, answered, "{method}");
        gate.renew(Instant::now());
        advance(ALLOWED - TAKES / 2).await;
        assert_eq!(to_the_seed(&server, &gate, method.clone()).await, answered, "{method}");
    }
    assert_eq!(server.arrived(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_candidate_whom_nobody_answers_beats_and_stands_for_nothing() {
    let silent =
        tower::service_fn(|_: Request<Body>| std::future::pending::<Result<Response<Body>, BoxError>>());
    let lease = LeaseClient::new(kube::Client::new(silent, "default"), "n", "l");
    let timing = Timing { lease: Duration::from_secs(15), renew: ALLOWED, retry: Duration::from_secs(2) };
    let (gate, clock, rng) = (Gate::new(ALLOWED), Arc::new(SystemClock), Arc::new(SystemRng));
    let mut elector = Elector::new(lease, "a".to_owned(), timing, gate.clone(), clock, rng);
    let (liveness, standing) = (elector.liveness(), elector.standing());
    let oldest = async {
        let mut oldest = Duration::ZERO;
        for _ in 0..600 {
            sleep(Duration::from_secs(1)).await;
            oldest = oldest.max(liveness.age().unwrap());
        }
        oldest
    };
    tokio::select! {
        () = elector.acquire() => panic!("nobody gave it the Lease"),
        oldest = oldest => assert!(oldest < timing.lease + timing.renew, "{oldest:?}"),
    }
    assert!(!standing.is_raised() && !gate.is_open());
    // Wedged, which is here: not polled any more.
    sleep(Duration::from_secs(600)).await;
    assert!(liveness.age().unwrap() >= Duration::from_secs(600));
}
