//! Calls to one shoot's API: single objects, and lists page by page, each object decoded by itself.

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use kube::Client;
use kube::api::{ListParams, Request as Requests};
use kube::client::Body;
use planner::documents::null;
use planner::snapshot::Reading;
use planner::text::chain;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use tower::{BoxError, ServiceExt};

use super::ShootError;
use super::attempt::Wanted;
use super::stack::{Wire, wire};
use crate::kubernetes::Throttle;

/// The most objects in a page of a list.
const PAGE: u32 = 500;
/// The longest time of a reading, however many calls it takes.
const READING: Duration = Duration::from_secs(60);

/// The API of one shoot, as it can be reached by one kubeconfig. Its connections end with it.
pub struct Shoot {
    wire: Wire,
}

impl Shoot {
    /// The API behind `connection`. Requests beyond `throttle` wait.
    pub fn new(connection: Client, throttle: Option<Throttle>) -> Self {
        Self { wire: wire(connection, throttle) }
    }

    /// The objects at `path` that fit the field selector `fields`; those that are none of their kind are left out. Errors call them
    /// `what`.
    pub(super) async fn list<T: DeserializeOwned>(
        &self,
        path: &str,
        fields: &str,
        what: &str,
    ) -> Result<Vec<T>, ShootError> {
        Ok(self.items(path, fields, what).await?.into_iter().flatten().collect())
    }

    /// The objects at `path` that fit the field selector `fields`; of those that are none of their kind the names, which are empty where
    /// not even these can be read. Errors call them `what`.
    pub(super) async fn items<T: DeserializeOwned>(
        &self,
        path: &str,
        fields: &str,
        what: &str,
    ) -> Result<Vec<Result<T, String>>, ShootError> {
        let mut parameters = ListParams::default().limit(PAGE);
        if !fields.is_empty() {
            parameters = parameters.fields(fields);
        }
        let mut found = Vec::new();
        loop {
            let request = Requests::new(path).list(&parameters);
            let page: Page = decoded(&self.get(request.map_err(unanswered(what))?, what).await?, what)?;
            found.extend(page.items.iter().map(|item| each(item, what)));
            match page.metadata.next {
                next if next.is_empty() => return Ok(found),
                next => parameters.continue_token = Some(next),
            }
        }
    }

    /// The object at `path`. Errors call it `what`.
    pub(super) async fn object<T: DeserializeOwned>(&self, path: &str, what: &str) -> Result<T, ShootError> {
        let request = Request::get(path).body(Vec::new()).map_err(unanswered(what))?;
        decoded(&self.get(request, what).await?, what)
    }

    /// Whether `path` answers with success, or a redirect, which is not followed. Whatever else happens is a no.
    pub(super) async fn answers(&self, path: &str, within: Duration) -> bool {
        let wanted = Wanted { within, body: false };
        let Ok(request) = Request::get(path).extension(wanted).body(Body::empty()) else { return false };
        let answer = self.wire.clone().oneshot(request).await;
        answer.is_ok_and(|answer| answer.status().is_success() || answer.status().is_redirection())
    }

    async fn get(&self, request: Request<Vec<u8>>, what: &str) -> Result<Bytes, ShootError> {
        let answer = self.wire.clone().oneshot(request.map(Body::from)).await;
        let answer = answer.map_err(|source| ShootError::Unanswered { what: what.to_owned(), source })?;
        let (status, body) = (answer.status(), answer.into_body());
        if status.is_success() {
            return Ok(body);
        }
        let refusal: Refusal = serde_json::from_slice(&body).unwrap_or_default();
        Err(ShootError::Refused { what: what.to_owned(), status: status.as_u16(), message: refusal.message })
    }
}

/// The outcome of a reading as a value, which is logged if it is none. A reading that takes too long is none.
pub(super) async fn reading<T>(
    what: &'static str,
    read: impl Future<Output = Result<T, ShootError>>,
) -> Reading<T> {
    let slow = |_| ShootError::Slow { what, seconds: READING.as_secs() };
    let error = match tokio::time::timeout(READING, read).await.map_err(slow).flatten() {
        Ok(value) => return Reading::Known(value),
        Err(error) => error,
    };
    tracing::warn!(error = %chain(&error), "a shoot's API cannot be read");
    Reading::Unknown(error.obstacle())
}

/// A page of a list, whose items are decoded one by one. Without items it is none, not an empty one.
#[derive(Deserialize)]
struct Page {
    #[serde(default, deserialize_with = "null::is_absent")]
    metadata: PageMetadata,
    #[serde(deserialize_with = "null::is_absent")]
    items: Vec<Box<RawValue>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PageMetadata {
    #[serde(rename = "continue", deserialize_with = "null::is_absent")]
    next: String,
}

/// What an API server says when it refuses.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Refusal {
    message: String,
}

fn unanswered<E: Into<BoxError>>(what: &str) -> impl FnOnce(E) -> ShootError {
    let what = what.to_owned();
    |source| ShootError::Unanswered { what, source: source.into() }
}

fn decoded<T: DeserializeOwned>(text: &[u8], what: &str) -> Result<T, ShootError> {
    serde_json::from_slice(text)
        .map_err(|error| ShootError::NotUnderstood { what: what.to_owned(), problem: error.to_string() })
}

/// An object of a list; its name, which is logged with the reason, if it is none of its kind.
fn each<T: DeserializeOwned>(item: &RawValue, what: &str) -> Result<T, String> {
    decoded(item.get().as_bytes(), what).map_err(|error| {
        let name = serde_json::from_str::<Named>(item.get()).unwrap_or_default().metadata.name;
        tracing::warn!(error = %chain(&error), name, "an object of a shoot cannot be read");
        name
    })
}

/// An object of which nothing but the name is of interest.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Named {
    metadata: Name,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Name {
    name: String,
}
