//! Plays the Security Token Service and the impersonation of service accounts: whoever brings a token that is known gets one
//! that is good for a project of the fake cloud. What it refuses it repeats, as an unkind server would.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use url::form_urlencoded;

/// A running issuer.
pub(crate) struct Issuer {
    /// Its base URL.
    pub(crate) url: String,
    books: Arc<Mutex<Books>>,
}

/// Tokens by what they are good for.
#[derive(Default)]
struct Books {
    /// The project of a subject token.
    subjects: BTreeMap<String, Grant>,
    /// The grant that a token of the Security Token Service was issued for.
    federated: BTreeMap<String, Grant>,
    /// Tokens of the fake cloud, with the subject token that each was issued for.
    access: Vec<(String, String)>,
}

#[derive(Clone)]
struct Grant {
    subject: String,
    project: String,
    impersonates: bool,
}

impl Issuer {
    /// Starts one for the fake cloud at `cloud`.
    pub(crate) async fn start(cloud: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let books: Arc<Mutex<Books>> = Arc::default();
        let shared = books.clone();
        let router = Router::new().fallback(move |uri: Uri, headers: HeaderMap, body: String| {
            let (books, cloud) = (shared.clone(), cloud.clone());
            async move {
                match uri.path() {
                    "/v1/token" => exchange(&books, &body),
                    path if path.ends_with(":generateAccessToken") => {
                        impersonate(&books, &cloud, &headers).await
                    }
                    _ => StatusCode::NOT_FOUND.into_response(),
                }
            }
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, books }
    }

    /// Takes `subject` for somebody who may work in `project`, and who may take on a service account if `impersonates`.
    pub(crate) fn trust(&self, subject: &str, project: &str, impersonates: bool) {
        let grant = Grant { subject: subject.to_owned(), project: project.to_owned(), impersonates };
        lock(&self.books).subjects.insert(subject.to_owned(), grant);
    }

    /// All tokens that were issued for `subject`, of either kind.
    pub(crate) fn issued(&self, subject: &str) -> Vec<String> {
        let books = lock(&self.books);
        let federated = books.federated.iter().filter(|(_, grant)| grant.subject == subject);
        let access = books.access.iter().filter(|(of, _)| of == subject);
        federated.map(|(token, _)| token.clone()).chain(access.map(|(_, token)| token.clone())).collect()
    }
}

/// Exchange of a token, as RFC 8693 has it.
fn exchange(books: &Mutex<Books>, form: &str) -> Response {
    let form: BTreeMap<_, _> = form_urlencoded::parse(form.as_bytes()).into_owned().collect();
    let subject = form.get("subject_token").cloned().unwrap_or_default();
    let mut books = lock(books);
    let Some(grant) = books.subjects.get(&subject).cloned() else {
        let answer =
            json!({"error": "invalid_grant", "error_description": format!("Not a token: {subject}")});
        return reply(StatusCode::BAD_REQUEST, &answer);
    };
    let token = format!("federated-{:04}-of-{}", books.federated.len(), grant.project);
    books.federated.insert(token.clone(), grant);
    reply(StatusCode::OK, &json!({"access_token": token, "expires_in": 3600, "token_type": "Bearer"}))
}

async fn impersonate(books: &Mutex<Books>, cloud: &str, headers: &HeaderMap) -> Response {
    let bearer = headers[header::AUTHORIZATION].to_str().unwrap().trim_start_matches("Bearer ").to_owned();
    let grant = lock(books).federated.get(&bearer).filter(|grant| grant.impersonates).cloned();
    let Some(grant) = grant else {
        let message = format!("Permission denied for {bearer}");
        let error = json!({"code": 403, "status": "PERMISSION_DENIED", "message": message});
        return reply(StatusCode::FORBIDDEN, &json!({"error": error}));
    };
    let request =
        reqwest::Client::new().post(format!("{cloud}/_fake/tokens")).json(&json!({"project": grant.project}));
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    let token = answer["token"].as_str().unwrap();
    lock(books).access.push((grant.subject, token.to_owned()));
    reply(StatusCode::OK, &json!({"accessToken": token, "expireTime": "2099-01-01T00:00:00Z"}))
}

fn reply(status: StatusCode, body: &Value) -> Response {
    (status, body.to_string()).into_response()
}

fn lock(books: &Mutex<Books>) -> MutexGuard<'_, Books> {
    books.lock().unwrap_or_else(PoisonError::into_inner)
}
