//! Tests of what the loop shows of its health. Time is paused.

use std::future::{Ready, pending, ready};

use futures::future::Either;
use http::{Request, Response};
use kube::client::Body;
use planner::snapshot::Settings;
use serde_json::json;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tower::Layer;
use tower::layer::util::Identity;

use super::super::{CloudAccess, Dependencies, Limits, LogRecorder};
use super::*;
use crate::environment::{SystemClock, SystemRng};
use crate::extension::Heartbeat;
use crate::gcp::credentials::CredentialError;
use crate::gcp::{Clients, Error};
use crate::kubernetes::{LeaseClient, Reach, Secret, Seed};
use crate::leader::{Elector, Gate, Timing};
use crate::shoot::{Shoots, Sockets};
use crate::test_log::Log;

type Answer = Result<Response<Body>, std::io::Error>;

/// An access to no cloud: there is nothing to be done in one here.
struct NoCloud;

impl CloudAccess for NoCloud {
    fn clients(&self, _: &Seed, _: &Secret) -> Result<Arc<Clients>, Error> {
        Err(CredentialError::NoCredentials.into())
    }
}

/// A controller on a seed that answers requests by `answer`, or never.
fn controller(
    telemetry: &Telemetry,
    answer: impl Fn(&str) -> Option<Ready<Answer>> + Clone + Send + 'static,
) -> Controller {
    let service = tower::service_fn(move |request: Request<Body>| match answer(&request.uri().to_string()) {
        Some(answer) => Either::Left(answer),
        None => Either::Right(pending()),
    });
    controller_on(telemetry, kube::Client::new(service, "default"))
}

/// A controller on the seed behind `client`.
fn controller_on(telemetry: &Telemetry, client: kube::Client) -> Controller {
    let reconciler = Reconciler::new(Dependencies {
        seed: Seed::new(client),
        access: Arc::new(NoCloud),
        shoots: Shoots::new(Arc::new(Sockets(Identity::new())), None),
        clock: Arc::new(SystemClock),
        recorder: Arc::new(LogRecorder),
        settings: Settings::default(),
        limits: Limits::default(),
        service_accounts: false,
        stop: CancellationToken::new(),
    });
    let scope =
        Scope { classes: vec!["shoot".to_owned()], ignore_operation_annotation: false, concurrency: 1 };
    Controller::new(Arc::new(reconciler), scope, telemetry.clone())
}

/// The oldest that the last round was, looked at once a second for ten minutes.
async fn oldest_round(telemetry: &Telemetry) -> Duration {
    let mut oldest = Duration::ZERO;
    for _ in 0..600 {
        sleep(Duration::from_secs(1)).await;
        oldest = oldest.max(telemetry.liveness.age().unwrap());
    }
    oldest
}

#[tokio::test(start_paused = true)]
async fn while_the_seed_does_not_answer_the_loop_comes_round_and_has_seen_nothing() {
    let telemetry = Telemetry::default();
    assert_eq!(telemetry.liveness.age(), None, "it has not begun");
    let controller = controller(&telemetry, |_| None);
    tokio::select! {
        () = controller.run() => panic!("it ended"),
        oldest = oldest_round(&telemetry) => assert!(oldest <= ROUND, "{oldest:?}"),
    }
    assert!(!telemetry.synced.is_raised());
}

#[tokio::test(start_paused = true)]
async fn once_the_seed_has_answered_everything_was_seen() {
    let telemetry = Telemetry::default();
    let controller = controller(&telemetry, |uri| {
        let list = json!({
            "apiVersion": "extensions.gardener.cloud/v1alpha1", "kind": "InfrastructureList",
            "metadata": { "resourceVersion": "1" }, "items": [],
        });
        let answer = Response::new(Body::from(list.to_string().into_bytes()));
        (!uri.contains("watch=true")).then(|| ready(Ok(answer)))
    });
    assert!(!telemetry.synced.is_raised());
    assert!(timeout(Duration::from_secs(60), controller.run()).await.is_err(), "it goes on");
    assert!(telemetry.synced.is_raised());
    assert!(telemetry.liveness.age().unwrap() <= ROUND);
    // Whatever wedges the loop wedges this too: here it is not polled any more.
    sleep(Duration::from_secs(120)).await;
    assert!(telemetry.liveness.age().unwrap() >= Duration::from_secs(120));
}

#[tokio::test(start_paused = true)]
async fn a_loop_that_was_told_to_end_is_not_taken_for_wedged() {
    let telemetry = Telemetry::default();
    let controller = controller(&telemetry, |_| None);
    let stop = controller.worker.reconciler.stop().clone();
    let stopped = async {
        sleep(Duration::from_secs(10)).await;
        stop.cancel();
    };
    tokio::join!(controller.run(), stopped);
    assert_eq!(telemetry.liveness.age(), None);
}

/// Objects of others, each of which no decoder would read as a whole, before one of ours.
#[tokio::test(start_paused = true)]
async fn no_object_keeps_another_from_being_served_and_nothing_of_it_is_logged() {
    let (log, _logging) = Log::start();
    let deep = "[".repeat(10_000) + "\"sesame\"" + &"]".repeat(10_000);
    let object = |name: &str, extension_type: &str, more: &str| {
        format!(
            r#"{{"metadata":{{"name":"{name}","namespace":"n"{more}}},"spec":{{"type":{extension_type},"providerConfig":{deep}}},"status":{{"state":{deep}}}}}"#
        )
    };
    let managed = format!(r#","managedFields":{deep}"#);
    let items = [
        object("other", "\"aws\"", &managed),
        object("odd", "{\"a\":\"sesame\"}", ""),
        object("ours", "\"gcp\"", &managed),
    ];
    let list = format!(r#"{{"metadata":{{"resourceVersion":"1"}},"items":[{}]}}"#, items.join(","));
    let (telemetry, asked) = (Telemetry::default(), Arc::new(std::sync::Mutex::new(Vec::new())));
    let paths = asked.clone();
    let controller = controller(&telemetry, move |uri| {
        paths.lock().unwrap().push(uri.split('?').next().unwrap_or_default().to_owned());
        let lists = uri.contains("/infrastructures?") && !uri.contains("watch=true");
        lists.then(|| ready(Ok(Response::new(Body::from(list.clone().into_bytes())))))
    });
    assert!(timeout(Duration::from_secs(60), controller.run()).await.is_err(), "it goes on");
    assert!(telemetry.synced.is_raised());
    let asked = asked.lock().unwrap().join("\n");
    assert!(asked.contains("/api/v1/namespaces/n") || asked.contains("/infrastructures/ours"), "{asked}");
    let log = log.to_string();
    assert!(log.contains("n/odd") && !log.contains("sesame"), "{log}");
    assert!(log.lines().all(|line| line.len() < 400), "{log}");
}

#[tokio::test]
async fn a_task_at_rest_is_small() {
    let controller = controller(&Telemetry::default(), |_| None);
    let (_, triggers) = mpsc::channel(1);
    let task =
        controller.worker.clone().serve(Key { namespace: "n".to_owned(), name: "a".to_owned() }, triggers);
    assert!(size_of_val(&task) < 1024, "{} bytes", size_of_val(&task));
}

/// A watch, a heartbeat and an election over an API server that nobody can reach for ten minutes, and then somebody can.
#[tokio::test(start_paused = true)]
async fn an_api_server_that_is_away_is_one_line_and_its_return_another() {
    let (log, _logging) = Log::start();
    let away = Arc::new(std::sync::atomic::AtomicBool::new(true));
    let is_away = away.clone();
    let service = tower::service_fn(move |request: Request<Body>| {
        let (away, watches) = (
            is_away.load(std::sync::atomic::Ordering::SeqCst),
            request.uri().query().is_some_and(|query| query.contains("watch=true")),
        );
        async move {
            if away {
                return Err(tower::BoxError::from("connection refused"));
            }
            if watches {
                return pending().await;
            }
            let kind = json!({ "apiVersion": "v1", "kind": "List", "metadata": { "resourceVersion": "1" }, "items": [], "spec": {} });
            Ok(Response::new(Body::from(kind.to_string().into_bytes())))
        }
    });
    let client = kube::Client::new(Reach::default().layer(service), "default");
    let clock = Arc::new(SystemClock);
    let timing = Timing {
        lease: Duration::from_secs(15),
        renew: Duration::from_secs(10),
        retry: Duration::from_secs(2),
    };
    let lease = LeaseClient::new(client.clone(), "n", "l");
    let mut elector = Elector::new(
        lease,
        "a".to_owned(),
        timing,
        Gate::new(timing.renew),
        clock.clone(),
        Arc::new(SystemRng),
    );
    let heartbeat = Heartbeat::new(client.clone(), "n", Duration::from_secs(30), clock);
    let controller = controller_on(&Telemetry::default(), client);
    let script = async {
        sleep(Duration::from_secs(600)).await;
        let text = log.to_string();
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(text.contains("cannot be reached") && text.contains("connection refused"), "{text}");
        away.store(false, std::sync::atomic::Ordering::SeqCst);
        sleep(Duration::from_secs(600)).await;
        let text = log.to_string();
        assert!(text.lines().nth(1).is_some_and(|line| line.contains("answers again")), "{text}");
        assert_eq!(text.lines().filter(|line| line.contains("API server")).count(), 2, "{text}");
    };
    tokio::select! {
        () = controller.run() => panic!("it ended"),
        never = heartbeat.run() => match never {},
        () = async { elector.acquire().await; pending::<()>().await } => {}
        () = script => {}
    }
}
