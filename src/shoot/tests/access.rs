//! Which Secret leads to a shoot, and how long its client lives.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use futures::future::BoxFuture;
use k8s_openapi::ByteString;
use kube::Client;
use planner::snapshot::Obstacle;
use serde_json::json;

use super::script::{Answer, Script, list, refusal};
use crate::kubernetes::Seed;
use crate::shoot::{Access, Connect, Shoots};
use crate::test_log::Log;

/// The kubeconfigs in the seed, by path of their Secret; `None`: the Secret has none.
type Secrets = Arc<Mutex<BTreeMap<String, Option<String>>>>;

/// Connections to nowhere, which note to which servers.
#[derive(Clone, Default)]
struct Noted(Arc<Mutex<Vec<String>>>);

impl Connect for Noted {
    fn connect(&self, access: Access) -> BoxFuture<'_, Result<Client, kube::Error>> {
        self.0.lock().unwrap().push(access.server().to_owned());
        Box::pin(std::future::ready(Ok(Script::default().client(|_| list(&[], "")))))
    }
}

struct World {
    secrets: Secrets,
    seed: Seed,
    noted: Noted,
    shoots: Shoots,
}

impl World {
    fn new() -> Self {
        let (secrets, noted) = (Secrets::default(), Noted::default());
        let stored = secrets.clone();
        let seed = Script::default().client(move |target| match stored.lock().unwrap().get(target) {
            None => refusal(404),
            Some(kubeconfig) => {
                let data =
                    kubeconfig.iter().map(|text| ("kubeconfig", ByteString(text.clone().into_bytes())));
                Answer::Status(200, json!({ "data": data.collect::<BTreeMap<_, _>>() }).to_string())
            }
        });
        let shoots = Shoots::new(Arc::new(noted.clone()), None);
        Self { secrets, seed: Seed::new(seed), noted, shoots }
    }

    fn put(&self, name: &str, kubeconfig: Option<String>) {
        let path = format!("/api/v1/namespaces/control-plane/secrets/{name}");
        self.secrets.lock().unwrap().insert(path, kubeconfig);
    }

    async fn open(&self) -> Result<Arc<crate::shoot::Shoot>, Obstacle> {
        self.shoots.open(&self.seed, "cluster", "control-plane").await
    }

    fn servers(&self) -> Vec<String> {
        std::mem::take(&mut *self.noted.0.lock().unwrap())
    }
}

fn kubeconfig(server: &str, token: &str) -> Option<String> {
    Some(format!(
        "{{current-context: c, contexts: [{{name: c, context: {{cluster: c, user: c}}}}], clusters: [{{name: c, cluster: \
         {{server: 'https://{server}'}}}}], users: [{{name: c, user: {{token: {token}}}}}]}}"
    ))
}

#[tokio::test]
async fn the_way_in_the_seed_counts_before_the_public_one() {
    let world = World::new();
    assert_eq!(world.open().await.err(), Some(Obstacle::NoAccess));
    world.put("gardener", kubeconfig("public", "a"));
    world.open().await.unwrap();
    world.put("gardener-internal", kubeconfig("internal", "a"));
    world.open().await.unwrap();
    assert_eq!(world.servers(), ["https://public", "https://internal"]);
    for nothing in [None, Some(String::new()), Some("exec: {}".to_owned())] {
        world.put("gardener-internal", nothing.clone());
        assert_eq!(world.open().await.err(), Some(Obstacle::Silent), "{nothing:?}");
    }
    assert!(world.servers().is_empty());
}

#[tokio::test]
async fn a_client_stays_as_long_as_its_secret_says_the_same() {
    let world = World::new();
    world.put("gardener-internal", kubeconfig("a", "first"));
    let first = world.open().await.unwrap();
    assert!(Arc::ptr_eq(&first, &world.open().await.unwrap()));
    world.put("gardener-internal", kubeconfig("a", "second"));
    let second = world.open().await.unwrap();
    assert!(!Arc::ptr_eq(&first, &second));
    assert_eq!(Arc::strong_count(&first), 1, "nobody keeps the client of credentials that were replaced");
    assert_eq!((world.shoots.kept(), world.servers().len()), (1, 2));

    world.shoots.forget("cluster");
    assert_eq!((world.shoots.kept(), Arc::strong_count(&second)), (0, 1));
    world.open().await.unwrap();
    world.put("gardener-internal", None);
    world.open().await.err();
    assert_eq!(world.shoots.kept(), 0, "a way that is gone keeps no client");
}

#[tokio::test]
async fn what_keeps_a_shoot_from_being_reached_is_logged_when_it_begins() {
    let (log, _logging) = Log::start();
    let world = World::new();
    let told = async |times: usize| {
        for _ in 0..times {
            world.open().await.err().unwrap();
        }
        log.to_string().matches("cannot be reached").count()
    };
    assert_eq!(told(3).await, 1, "no Secret");
    world.put("gardener", Some("exec: {}".to_owned()));
    assert_eq!(told(3).await, 2, "another reason");
    world.put("gardener", kubeconfig("a", "a"));
    world.open().await.unwrap();
    world.put("gardener", Some("exec: {}".to_owned()));
    assert_eq!(told(2).await, 3, "the same once more, after it was reached");
    world.shoots.forget("cluster");
    assert_eq!(told(2).await, 4, "nothing is known of one that was forgotten");
}

#[tokio::test(start_paused = true)]
async fn a_seed_that_does_not_answer_is_a_value_too() {
    let seed = Seed::new(Script::default().client(|_| Answer::Silence));
    let shoots = Shoots::new(Arc::new(Noted::default()), None);
    let begun = tokio::time::Instant::now();
    assert_eq!(shoots.open(&seed, "cluster", "n").await.err(), Some(Obstacle::Silent));
    assert_eq!(begun.elapsed().as_secs(), 10);
}
