//! Thousands of runs, after which as much is kept as after one, and nothing once nobody holds it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures::future::BoxFuture;
use serde_json::json;
use tokio::runtime::Handle;

use super::super::*;
use super::google::{identity, secret, seed};
use super::read;
use crate::environment::SystemRng;
use crate::extension::Key;
use crate::extension::access::Holders;
use crate::gcp::transport::{Transport, TransportError};

/// The number of runs, as many as a seed with a thousand shoots has in an hour or so.
const RUNS: usize = 3000;

/// A transport that answers everything, and counts requests by their tokens.
#[derive(Default)]
struct Answering {
    tokens: Mutex<Vec<String>>,
    exchanges: AtomicUsize,
}

impl Transport for Answering {
    fn call(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        let exchange = request.uri().host() == Some("sts.googleapis.com");
        let answer = if exchange {
            let number = self.exchanges.fetch_add(1, Ordering::SeqCst);
            json!({ "access_token": format!("t{number}"), "expires_in": 3600 })
        } else {
            let token = request.headers()["authorization"].to_str().unwrap().to_owned();
            let mut tokens = self.tokens.lock().unwrap();
            if !tokens.contains(&token) {
                tokens.push(token);
            }
            json!({ "name": "n" })
        };
        Box::pin(std::future::ready(Ok(http::Response::new(Bytes::from(answer.to_string())))))
    }
}

fn access(transport: &Arc<Answering>) -> GoogleAccess {
    let (apis, endpoints) = (ApiEndpoints::default(), Endpoints::default());
    GoogleAccess::new(transport.clone(), apis, endpoints, Policy::default(), Arc::new(SystemRng))
}

/// The file of a key that signs.
fn key_file(project: &str) -> String {
    let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let der = AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&pair).unwrap();
    let pem = format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        STANDARD.encode(der.as_ref())
    );
    json!({
        "type": "service_account", "project_id": project, "client_email": "a@p.iam.gserviceaccount.com",
        "private_key_id": "1", "private_key": pem,
    })
    .to_string()
}

fn shoot(number: usize) -> Key {
    Key { namespace: format!("shoot--p--{number}"), name: "a".to_owned() }
}

fn tasks() -> usize {
    Handle::current().metrics().num_alive_tasks()
}

/// The tasks that are alive once those that end have ended: what was aborted ends when it is polled next.
async fn settled_tasks() -> usize {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    tasks()
}

/// A run of each of `shoots` shoots in turn with the credentials of `secret`.
async fn runs(access: &GoogleAccess, holders: &Holders, secret: &Secret, shoots: usize, count: usize) {
    let seed = seed(Arc::new(Mutex::new(Some("subject"))));
    for number in 0..count {
        let clients = holders.hold(&shoot(number % shoots), access.clients(&seed, secret)).unwrap();
        read(&clients.compute).await.unwrap();
    }
}

#[tokio::test]
async fn thousands_of_runs_keep_what_one_run_keeps_and_it_ends_with_the_last_shoot() {
    let transport = Arc::new(Answering::default());
    let (access, holders) = (access(&transport), Holders::default());
    let secret = secret(&[("serviceaccount.json", &key_file("p"))]);
    runs(&access, &holders, &secret, 5, 1).await;
    let after_one = (access.cache.alive(), settled_tasks().await);
    runs(&access, &holders, &secret, 5, RUNS).await;
    assert_eq!((access.cache.alive(), settled_tasks().await), after_one, "after {RUNS} runs");
    assert_eq!(after_one.0, 1, "shoots of one project share their clients");
    assert_eq!(transport.tokens.lock().unwrap().len(), 1, "one signature serves all of them");
    for number in 0..4 {
        holders.forget(&shoot(number));
    }
    assert_eq!(access.cache.alive(), 1, "one of them is there still");
    holders.forget(&shoot(4));
    assert_eq!(access.cache.alive(), 0);
    assert_eq!(settled_tasks().await, 0);
}

#[tokio::test]
async fn a_key_that_was_rotated_is_not_kept_beside_the_new_one() {
    let transport = Arc::new(Answering::default());
    let (access, holders) = (access(&transport), Holders::default());
    let mut tasks_of_one = None;
    for _ in 0..6 {
        let secret = secret(&[("serviceaccount.json", &key_file("p"))]);
        runs(&access, &holders, &secret, 1, 2).await;
        assert_eq!(access.cache.alive(), 1);
        let tasks = settled_tasks().await;
        assert_eq!(tasks, *tasks_of_one.get_or_insert(tasks));
    }
    assert_eq!(transport.tokens.lock().unwrap().len(), 6, "each signs its own");
    let broken = secret(&[("serviceaccount.json", "{}")]);
    let seed = seed(Arc::default());
    assert!(holders.hold(&shoot(0), access.clients(&seed, &broken)).is_err());
    drop(seed);
    assert_eq!(access.cache.alive(), 0, "with a Secret that names none there is none to keep");
    assert_eq!(settled_tasks().await, 0);
}

/// The token lies in a Secret of the shoot's own, so what is exchanged for it is the shoot's own too.
#[tokio::test]
async fn a_workload_identity_is_kept_for_its_own_secret_and_exchanged_once_per_token() {
    let transport = Arc::new(Answering::default());
    let (access, holders) = (access(&transport), Holders::default());
    let document = identity(json!({}));
    let mut secret = secret(&[("credentialsConfig", &document), ("projectID", "p"), ("token", "stale")]);
    runs(&access, &holders, &secret, 1, RUNS).await;
    assert_eq!((access.cache.alive(), transport.exchanges.load(Ordering::SeqCst)), (1, 1));
    secret.data.insert("token".to_owned(), b"newer".to_vec());
    runs(&access, &holders, &secret, 1, 2).await;
    assert_eq!((access.cache.alive(), transport.exchanges.load(Ordering::SeqCst)), (1, 2));
    secret.name = "another".to_owned();
    let other = access.clients(&seed(Arc::default()), &secret).unwrap();
    assert_eq!(access.cache.alive(), 2);
    assert_ne!(
        Arc::as_ptr(&other),
        Arc::as_ptr(&access.clients(&seed(Arc::default()), &secret_of_p(&document)).unwrap())
    );
}

fn secret_of_p(document: &str) -> Secret {
    secret(&[("credentialsConfig", document), ("projectID", "p")])
}

/// Clients, and with them tokens, are never given for another's credentials or another project.
#[tokio::test]
async fn what_differs_in_credentials_or_project_shares_nothing() {
    let access = access(&Arc::default());
    let seed = seed(Arc::default());
    let (key, document) = (key_file("p"), identity(json!({})));
    let secrets = [
        secret(&[("serviceaccount.json", &key)]),
        secret(&[("serviceaccount.json", &key_file("p"))]),
        secret(&[("serviceaccount.json", &key.replace("\"p\"", "\"q\""))]),
        secret(&[("credentialsConfig", &document), ("projectID", "p")]),
        secret(&[("credentialsConfig", &document), ("projectID", "q")]),
        secret(&[("credentialsConfig", &identity(json!({ "audience": "another" }))), ("projectID", "p")]),
    ];
    let clients: Vec<_> = secrets.iter().map(|secret| access.clients(&seed, secret).unwrap()).collect();
    assert_eq!(access.cache.alive(), clients.len());
    for (secret, clients) in secrets.iter().zip(&clients) {
        assert!(Arc::ptr_eq(clients, &access.clients(&seed, secret).unwrap()));
    }
    let shown = format!("{:?}", ClientId::of(&Choice::of(&secrets[0]).unwrap(), &secrets[0]));
    assert_eq!(shown, "ClientId { credentials: Digest, project: \"p\", token: None }");
}
