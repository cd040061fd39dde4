//! Secrets and the clients or errors that they give, as data in `testdata/credentials/`. Nothing of a Secret is ever shown.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use planner::text::chain;
use serde::Deserialize;
use serde_json::Value;

use super::super::*;
use super::google::seed;
use super::read;
use crate::environment::SystemRng;
use crate::gcp::Class;

/// The text that stands in the data wherever something secret does.
const CANARY: &str = "topsecret";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    about: String,
    #[serde(default = "for_workload_identity")]
    labels: BTreeMap<String, String>,
    /// Objects stand in the Secret as JSON.
    data: BTreeMap<String, Value>,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    project: Option<String>,
    /// A part of the error.
    #[serde(default)]
    error: Option<String>,
}

fn for_workload_identity() -> BTreeMap<String, String> {
    let labels = [
        ("security.gardener.cloud/purpose", "workload-identity-token-requestor"),
        ("workloadidentity.security.gardener.cloud/provider", "gcp"),
    ];
    labels.into_iter().map(|(label, value)| (label.to_owned(), value.to_owned())).collect()
}

impl Case {
    fn secret(&self) -> Secret {
        let bytes =
            |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned).into_bytes();
        Secret {
            namespace: "shoot--p--a".to_owned(),
            name: "cloudprovider".to_owned(),
            data: self.data.iter().map(|(key, value)| (key.clone(), bytes(value))).collect(),
            labels: self.labels.clone(),
        }
    }
}

fn cases() -> Vec<Case> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/credentials/secrets.yaml");
    let cases: Vec<Case> = serde_saphyr::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    assert!(cases.len() > 50, "only {} cases", cases.len());
    cases
}

fn access() -> GoogleAccess {
    let (apis, endpoints) = (ApiEndpoints::default(), Endpoints::default());
    GoogleAccess::new(super::network(), apis, endpoints, Policy::default(), Arc::new(SystemRng))
}

fn assert_no_secret(shown: &str, about: &str) {
    assert!(!shown.to_lowercase().contains(CANARY), "{about}: {shown}");
}

/// All texts in which an error is shown.
fn shown(error: &Error) -> String {
    format!("{error} {error:?} {error:#?} {}", chain(error))
}

#[tokio::test]
async fn each_secret_gives_its_credentials_or_an_error_that_names_what_to_put_right() {
    let (access, seed) = (access(), seed(Arc::new(Mutex::new(None))));
    let mut wrong = Vec::new();
    for case in cases() {
        let secret = case.secret();
        assert_no_secret(&format!("{secret:?} {secret:#?}"), &case.about);
        let found = access.clients(&seed, &secret);
        let right = match (&found, &case.error) {
            (Ok(clients), None) => {
                let choice = Choice::of(&secret).unwrap();
                assert_no_secret(&format!("{choice:?} {choice:#?}"), &case.about);
                let kind = match choice.credentials {
                    Credentials::ServiceAccount(_) => "service_account",
                    Credentials::ExternalAccount(_) => "external_account",
                };
                case.kind.as_deref() == Some(kind)
                    && case.project.as_deref() == Some(clients.compute.project())
            }
            (Err(error), Some(wanted)) => {
                assert_no_secret(&shown(error), &case.about);
                assert_eq!(error.class(), Class::Unauthenticated, "{}: {error}", case.about);
                let text = error.to_string();
                text.starts_with("Secret shoot--p--a/cloudprovider: ") && text.contains(wanted)
            }
            _ => false,
        };
        if !right {
            let found = found.map(|clients| clients.compute.project().to_owned());
            wrong.push(format!("{}: wanted {:?} {:?}, got {found:?}", case.about, case.project, case.error));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// An error shows nothing of a Secret, wherever that is cut off, and whatever stands in the place of whatever else.
#[tokio::test]
async fn nothing_secret_is_shown_of_a_secret_that_is_damaged() {
    let mut errors = 0;
    let mut look = |about: &str, secret: &Secret| {
        let choice = Choice::of(secret);
        assert_no_secret(&format!("{secret:?} {choice:?}"), about);
        if let Err(error) = choice {
            errors += 1;
            assert_no_secret(&shown(&error.at("Secret a/b").into()), about);
        }
    };
    for case in cases() {
        let whole = case.secret();
        for (key, value) in &whole.data {
            for length in 0..value.len() {
                let mut cut = whole.clone();
                cut.data.insert(key.clone(), value.iter().copied().take(length).collect());
                look(&case.about, &cut);
            }
            let Ok(Value::Object(members)) = serde_json::from_slice::<Value>(value) else { continue };
            for member in members.keys() {
                for instead in [Value::Null, 7.into(), "TOPSECRET".into(), vec!["TOPSECRET"].into()] {
                    let mut changed = members.clone();
                    changed.insert(member.clone(), instead);
                    let mut secret = whole.clone();
                    secret.data.insert(key.clone(), Value::Object(changed).to_string().into_bytes());
                    look(&case.about, &secret);
                }
            }
        }
    }
    assert!(errors > 1000, "only {errors} errors were looked at");
}

/// A key that is well formed but signs nothing shows with the first call.
#[tokio::test]
async fn a_key_that_cannot_sign_is_an_error_of_the_credentials() {
    let cases = cases();
    let keys = cases.iter().filter(|case| case.kind.as_deref() == Some("service_account"));
    let seed = seed(Arc::new(Mutex::new(None)));
    let mut tried = 0;
    for case in keys {
        let clients = access().clients(&seed, &case.secret()).unwrap();
        for error in [
            read(&clients.compute).await.unwrap_err(),
            clients.iam.service_account::<Value>("a@p.iam.gserviceaccount.com").await.unwrap_err(),
        ] {
            assert_eq!(error.class(), Class::Unauthenticated, "{}: {error}", case.about);
            assert_no_secret(&shown(&error), &case.about);
            tried += 1;
        }
        let Credentials::ServiceAccount(key) = Choice::of(&case.secret()).unwrap().credentials else {
            panic!("{} is no key", case.about)
        };
        assert_no_secret(&format!("{key:?} {:?}", key.token_source(COMPUTE_SCOPE)), &case.about);
    }
    assert!(tried > 4, "only {tried} calls");
}
