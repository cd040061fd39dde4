//! A workload identity from its Secret to calls, over sockets.

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use url::{Url, form_urlencoded};

use super::super::*;
use super::{network, read};
use crate::environment::SystemRng;

const AUDIENCE: &str = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/g";
const IMPERSONATION: &str =
    "/v1/projects/-/serviceAccounts/infra@p.iam.gserviceaccount.com:generateAccessToken";

pub(super) fn secret(data: &[(&str, &str)]) -> Secret {
    let labels = [
        ("security.gardener.cloud/purpose", "workload-identity-token-requestor"),
        ("workloadidentity.security.gardener.cloud/provider", "gcp"),
    ];
    Secret {
        namespace: "shoot--p--a".to_owned(),
        name: "cloudprovider".to_owned(),
        data: data.iter().map(|(key, value)| ((*key).to_owned(), value.as_bytes().to_vec())).collect(),
        labels: labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
    }
}

pub(super) fn identity(more: Value) -> String {
    let mut document = json!({
        "type": "external_account", "audience": AUDIENCE, "universe_domain": "googleapis.com",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": "https://sts.googleapis.com/v1/token",
        "credential_source": { "file": "/TOPSECRET", "format": { "type": "text" } },
    });
    for (member, value) in more.as_object().unwrap() {
        document[member] = value.clone();
    }
    document.to_string()
}

/// A request as it came over the wire.
#[derive(Debug)]
struct Seen {
    call: String,
    authorization: Option<String>,
    body: String,
}

impl Seen {
    fn form(&self) -> BTreeMap<String, String> {
        form_urlencoded::parse(self.body.as_bytes()).into_owned().collect()
    }
}

/// Plays the Security Token Service, the impersonation and Compute on one port of loopback. Tokens are numbered by the
/// exchange; each ends at once, so that each call needs a new one.
struct Google {
    base: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Google {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let log = seen.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let log = log.clone();
                tokio::spawn(serve(socket, log));
            }
        });
        Self { base, seen }
    }

    fn access(&self) -> GoogleAccess {
        let url = |path: &str| Some(Url::parse(&format!("{}{path}", self.base)).unwrap());
        let endpoints = Endpoints { sts: url("/sts/"), iam: url("/iam") };
        let api = |path: &str| format!("{}{path}", self.base);
        let apis = ApiEndpoints {
            compute: api("/compute/v1/"),
            iam: api("/v1/"),
            resource_manager: api("/v1/"),
            network_connectivity: api("/v1/"),
        };
        GoogleAccess::new(network(), apis, endpoints, Policy::default(), Arc::new(SystemRng))
    }

    fn take(&self) -> Vec<Seen> {
        std::mem::take(&mut self.seen.lock().unwrap())
    }
}

/// Answers the requests of one connection.
async fn serve(socket: TcpStream, log: Arc<Mutex<Vec<Seen>>>) {
    let mut socket = BufReader::new(socket);
    let mut exchanges = 0;
    loop {
        let mut head = Vec::new();
        while head.last().is_none_or(|line: &String| line != "\r\n") {
            let mut line = String::new();
            if socket.read_line(&mut line).await.unwrap_or_default() == 0 {
                return;
            }
            head.push(line);
        }
        let header = |name: &str| {
            let mut pairs = head.iter().filter_map(|line| line.split_once(": "));
            pairs.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_owned())
        };
        let length = header("content-length").map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        socket.read_exact(&mut body).await.unwrap();
        let mut words = head[0].split(' ');
        let (method, target) = (words.next().unwrap(), words.next().unwrap());
        let call = format!("{method} {}", target.split('?').next().unwrap());
        let answer = if call.starts_with("POST /sts/") {
            exchanges += 1;
            json!({ "access_token": format!("federated-{exchanges}"), "expires_in": 0,
                    "issued_token_type": "urn:ietf:params:oauth:token-type:access_token", "token_type": "Bearer" })
        } else if call.starts_with("POST /iam/") {
            json!({ "accessToken": "impersonated", "expireTime": "2030-01-01T00:00:00Z" })
        } else {
            json!({ "name": "n", "selfLink": "https://www.googleapis.com/compute/v1/projects/p/global/networks/n" })
        };
        let body = String::from_utf8(body).unwrap();
        log.lock().unwrap().push(Seen { call, authorization: header("authorization"), body });
        let answer = answer.to_string();
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", answer.len());
        socket.write_all(format!("{head}{answer}").as_bytes()).await.unwrap();
    }
}

/// A seed that has one Secret, whose token can be replaced.
pub(super) fn seed(token: Arc<Mutex<Option<&'static str>>>) -> Seed {
    let service = tower::service_fn(move |request: http::Request<kube::client::Body>| {
        assert_eq!(request.uri().path(), "/api/v1/namespaces/shoot--p--a/secrets/cloudprovider");
        let token = *token.lock().unwrap();
        let data = token.map(|token| k8s_openapi::ByteString(token.as_bytes().to_vec()));
        let secret = json!({
            "apiVersion": "v1", "kind": "Secret", "metadata": { "name": "cloudprovider" },
            "data": data.map(|data| json!({ "token": data })),
        });
        std::future::ready(Ok::<_, std::convert::Infallible>(http::Response::new(kube::client::Body::from(
            secret.to_string().into_bytes(),
        ))))
    });
    Seed::new(kube::Client::new(service, "default"))
}

#[tokio::test]
async fn the_token_of_the_secret_becomes_the_bearer_of_a_call_and_is_read_anew_at_each_exchange() {
    let google = Google::start().await;
    let token = Arc::new(Mutex::new(Some("subject-1")));
    let document = identity(json!({}));
    let secret = secret(&[("credentialsConfig", &document), ("projectID", "p"), ("token", "stale")]);
    let compute = google.access().clients(&seed(token.clone()), &secret).unwrap().compute.clone();
    assert_eq!(compute.project(), "p");
    for subject in ["subject-1", "subject-2"] {
        *token.lock().unwrap() = Some(subject);
        assert!(read(&compute).await.unwrap().is_some());
        let seen = google.take();
        let [exchange, call] = seen.as_slice() else { panic!("{seen:?}") };
        assert_eq!((exchange.call.as_str(), &exchange.authorization), ("POST /sts/v1/token", &None));
        let expected = [
            ("audience", AUDIENCE),
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
            ("requested_token_type", "urn:ietf:params:oauth:token-type:access_token"),
            ("scope", "https://www.googleapis.com/auth/compute"),
            ("subject_token", subject),
            ("subject_token_type", "urn:ietf:params:oauth:token-type:jwt"),
        ];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(exchange.form(), BTreeMap::from(expected));
        assert_eq!(call.call, "GET /compute/v1/projects/p/global/networks/n");
        assert!(call.authorization.as_ref().unwrap().starts_with("Bearer federated-"), "{call:?}");
    }
    *token.lock().unwrap() = None;
    let error = read(&compute).await.unwrap_err();
    let place = "Secret shoot--p--a/cloudprovider".to_owned();
    assert!(
        matches!(&error, Error::Auth(CredentialError::NoSubjectToken { place: found }) if *found == place),
        "{error}"
    );
    assert!(google.take().is_empty());
}

#[tokio::test]
async fn a_service_account_is_impersonated_with_a_token_for_the_platform() {
    let google = Google::start().await;
    let url = format!("https://iamcredentials.googleapis.com{IMPERSONATION}");
    let document = identity(json!({ "service_account_impersonation_url": url }));
    let secret = secret(&[("credentialsConfig", &document), ("projectID", "p")]);
    let token = Arc::new(Mutex::new(Some("subject")));
    let compute = google.access().clients(&seed(token), &secret).unwrap().compute.clone();
    for _ in 0..2 {
        assert!(read(&compute).await.unwrap().is_some());
    }
    let seen = google.take();
    let [exchange, impersonation, first, second] = seen.as_slice() else { panic!("{seen:?}") };
    assert_eq!(exchange.form()["scope"], "https://www.googleapis.com/auth/cloud-platform");
    assert_eq!(exchange.form()["subject_token"], "subject");
    assert_eq!(impersonation.call, format!("POST /iam{IMPERSONATION}"));
    assert_eq!(impersonation.authorization.as_deref(), Some("Bearer federated-1"));
    assert_eq!(
        serde_json::from_str::<Value>(&impersonation.body).unwrap(),
        json!({ "lifetime": "3600s", "scope": ["https://www.googleapis.com/auth/compute"] })
    );
    for call in [first, second] {
        assert_eq!(call.authorization.as_deref(), Some("Bearer impersonated"));
    }
}

/// Each reconciliation reads the Secret and asks for clients: nothing of the former ones may be left.
#[tokio::test]
async fn a_rotated_secret_counts_from_the_next_time_on() {
    let google = Google::start().await;
    let (access, seed) = (google.access(), seed(Arc::new(Mutex::new(Some("subject")))));
    for (audience, project) in [("first", "p-1"), ("second", "p-1"), ("second", "p-2")] {
        let document = identity(json!({ "audience": audience }));
        let secret = secret(&[("credentialsConfig", &document), ("projectID", project)]);
        let clients = access.clients(&seed, &secret).unwrap();
        read(&clients.compute).await.unwrap();
        let seen = google.take();
        let [exchange, call] = seen.as_slice() else { panic!("{seen:?}") };
        assert_eq!(exchange.form()["audience"], audience);
        assert_eq!(call.call, format!("GET /compute/v1/projects/{project}/global/networks/n"));
    }
}

#[tokio::test]
async fn service_accounts_are_asked_for_with_a_token_for_the_platform() {
    let google = Google::start().await;
    let secret = secret(&[("credentialsConfig", &identity(json!({}))), ("projectID", "p")]);
    let token = Arc::new(Mutex::new(Some("subject")));
    let clients = google.access().clients(&seed(token), &secret).unwrap();
    assert!(google.take().is_empty(), "nothing is sent before the first call");
    clients.iam.service_account::<Value>("a@p.iam.gserviceaccount.com").await.unwrap();
    let seen = google.take();
    let [exchange, call] = seen.as_slice() else { panic!("{seen:?}") };
    assert_eq!(exchange.form()["scope"], "https://www.googleapis.com/auth/cloud-platform");
    assert_eq!(call.call, "GET /v1/projects/p/serviceAccounts/a@p.iam.gserviceaccount.com");
    assert_eq!(call.authorization.as_deref(), Some("Bearer federated-1"));
}

#[tokio::test]
async fn what_is_wrong_with_a_secret_is_told_with_its_name() {
    let access = GoogleAccess::new(
        network(),
        ApiEndpoints::default(),
        Endpoints::default(),
        Policy::default(),
        Arc::new(SystemRng),
    );
    let document = identity(json!({ "token_url": "https://topsecret.test/v1/token" }));
    let token = Arc::new(Mutex::new(None));
    for secret in [secret(&[]), secret(&[("credentialsConfig", &document), ("projectID", "p")])] {
        let error = access.clients(&seed(token.clone()), &secret).err().unwrap().to_string();
        assert!(error.starts_with("Secret shoot--p--a/cloudprovider: "), "{error}");
        assert!(!error.contains("topsecret"), "{error}");
    }
}
