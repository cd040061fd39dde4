//! A controller that is killed while it takes a request up: its successor does what was asked for.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use landscape::neighbours::gardenlet::Gardenlet;
use landscape::neighbours::objects::{Kind, Objects};
use landscape::processes::fake_gcp::Latency;
use landscape::processes::{Child, RunDir, controller};
use landscape::setting::{Setting, SettingOptions};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::time::timeout;

use crate::support::{SOON, SPEED};

/// Which write the controller does not survive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Write {
    /// That work is under way.
    Processing,
    /// That the request is taken up.
    NoAnnotation,
}

impl Write {
    fn is(self, body: &Value) -> bool {
        match self {
            Self::Processing => body["status"]["lastOperation"]["state"] == "Processing",
            Self::NoAnnotation => body["metadata"]["annotations"]
                .as_object()
                .is_some_and(|all| all.get("gardener.cloud/operation").is_some_and(Value::is_null)),
        }
    }
}

/// Between the controller and the seed: all passes, but the answer to one write never comes.
struct Between {
    seed: kube::Client,
    fatal: Mutex<Option<(Write, bool)>>,
    struck: Notify,
}

impl Between {
    /// Starts it, and tells where.
    async fn start(seed: kube::Client) -> (Arc<Self>, String) {
        let between = Arc::new(Self { seed, fatal: Mutex::default(), struck: Notify::new() });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(pass).with_state(between.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (between, format!("http://{address}"))
    }

    /// Whether this is the write that is waited for, and if so, whether it arrives.
    fn strikes(&self, body: &[u8]) -> Option<bool> {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let mut fatal = self.fatal.lock().unwrap();
        let (write, arrives) = *fatal.as_ref()?;
        write.is(&body).then(|| fatal.take())?;
        Some(arrives)
    }
}

async fn pass(State(between): State<Arc<Between>>, request: Request) -> axum::response::Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let fate = between.strikes(&body);
    let mut onwards =
        http::Request::builder().method(parts.method).uri(parts.uri.path_and_query().unwrap().as_str());
    for name in [http::header::CONTENT_TYPE, http::header::ACCEPT] {
        if let Some(value) = parts.headers.get(&name) {
            onwards = onwards.header(name, value);
        }
    }
    if fate != Some(false) {
        let answer =
            between.seed.send(onwards.body(kube::client::Body::from(body.to_vec())).unwrap()).await.unwrap();
        if fate.is_none() {
            return answer.map(Body::new);
        }
    }
    between.struck.notify_one();
    std::future::pending().await
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_it_takes_a_request_up_it_does_what_was_asked_for_once_it_is_back() {
    let run_dir = RunDir::create("killed").unwrap();
    let options = SettingOptions { speed: SPEED, latency: Latency::None, random_seed: 7 };
    let setting = Setting::start(&options, &run_dir).await.unwrap();
    let world = setting.world();
    let (between, address) = Between::start(world.seed.clone()).await;
    let start = async |number: usize| -> Child {
        let mut options = setting.controller();
        options.name = format!("controller-{number}");
        options.args.push(format!("--master={address}").into());
        controller::start(&options, &run_dir).await.unwrap()
    };
    let gardenlet = Gardenlet::new(&world);
    gardenlet.prepare(&setting.given(&world).await.unwrap()).await.unwrap();
    gardenlet.deploy_infrastructure().await.unwrap();
    let until_done = async |what: &str| {
        let done = async {
            loop {
                let object = gardenlet.infrastructure().await.unwrap();
                let asked = object["metadata"]["annotations"].get("gardener.cloud/operation");
                let status = &object["status"];
                let observed = status["observedGeneration"] == object["metadata"]["generation"];
                if asked.is_none() && observed && status["lastOperation"]["state"] == "Succeeded" {
                    return;
                }
                tokio::task::yield_now().await;
            }
        };
        timeout(SOON, done).await.unwrap_or_else(|_| panic!("{what}: it is never done"));
    };
    let mut child = start(0).await;
    until_done("created").await;

    let name = &world.shoot.name;
    let infrastructures = Objects::within(&world.seed, Kind::Infrastructure, name);
    let internal = format!("regions/{}/subnetworks/{name}-internal", world.shoot.region);
    let table = [
        (Write::Processing, false),
        (Write::Processing, true),
        (Write::NoAnnotation, false),
        (Write::NoAnnotation, true),
    ];
    for (number, (write, arrives)) in table.into_iter().enumerate() {
        let wanted = number % 2 == 1;
        *between.fatal.lock().unwrap() = Some((write, arrives));
        // Nobody says when, so that nothing but the order of the writes tells the successor that something was asked for.
        let networks = json!({ "internal": wanted.then_some(&world.shoot.internal) });
        let asks = json!({
            "metadata": { "annotations": { "gardener.cloud/operation": "reconcile", "gardener.cloud/timestamp": null } },
            "spec": { "providerConfig": { "networks": networks } },
        });
        infrastructures.merge(world.shoot.object_name(), &asks).await.unwrap();
        timeout(SOON, between.struck.notified()).await.expect("it takes the request up");
        child.kill().await.unwrap();
        child = start(number + 1).await;
        let what = format!("{write:?}, which arrives: {arrives}");
        until_done(&what).await;
        assert_eq!(world.cloud.get(&internal).await.unwrap().is_some(), wanted, "{what}");
    }
    timeout(Duration::from_secs(1), between.struck.notified()).await.expect_err("each write was fatal once");
}
