//! Calls: from method and path to the body of a success, by the retry rule.

use std::slice;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method};
use planner::vocabulary::ProjectId;
use serde::de::DeserializeOwned;
use tokio::time::sleep;
use url::Url;

use super::attempt::Attempt;
use super::config::Config;
use super::countdown::Countdown;
use super::error::{ApiError, Class, Error};
use super::path::{Path, check_project};
use super::policy::Policy;
use super::retry;
use super::stack::Wire;
use super::token::TokenSource;
use crate::environment::Rng;

/// A call that can be sent, more than once if need be.
pub(super) struct Call {
    /// The words for the call in messages: method and path below the project, unless it was given others.
    label: String,
    method: Method,
    url: Url,
    body: Bytes,
    /// Whether sending the call twice does no more than sending it once.
    replayable: bool,
    /// Whether the call bears the fingerprint of what it changes.
    bears_fingerprint: bool,
}

/// The number of tries that a call has.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Patience {
    /// The number of tries that the retry rule allows.
    Retry,
    /// One try, for callers that come again by themselves.
    Once,
}

/// The parts that all calls of one client share.
#[derive(Clone)]
pub(super) struct Caller {
    pub(super) wire: Wire,
    pub(super) tokens: Arc<dyn TokenSource>,
    pub(super) rng: Arc<dyn Rng>,
    pub(super) endpoint: Url,
    pub(super) project: ProjectId,
    pub(super) policy: Policy,
    /// Countdowns that stand still while a call waits for the permission to be sent.
    clocks: Vec<Countdown>,
}

impl Caller {
    /// A caller of the API that `config` names. Nothing is sent yet.
    ///
    /// # Errors
    /// If the endpoint is not the URL of an HTTP server, or the project can be none.
    pub(super) fn new(
        config: Config,
        wire: Wire,
        tokens: Arc<dyn TokenSource>,
        rng: Arc<dyn Rng>,
    ) -> Result<Self, Error> {
        let refused = |problem: String| Error::Request { call: config.endpoint.clone(), problem };
        let endpoint = Url::parse(&config.endpoint).map_err(|error| refused(error.to_string()))?;
        if !matches!(endpoint.scheme(), "https" | "http") {
            return Err(refused("neither https nor http".to_owned()));
        }
        let Config { project, policy, .. } = config;
        if let Err(problem) = check_project(&project) {
            return Err(Error::Name { call: endpoint.to_string(), problem });
        }
        Ok(Self { wire, tokens, rng, endpoint, project, policy, clocks: Vec::new() })
    }

    /// A copy of this caller; `clocks` stand still while a call of it waits for the permission to be sent.
    pub(super) fn holding(&self, clocks: Vec<Countdown>) -> Self {
        Self { clocks, ..self.clone() }
    }

    /// The object at `path`; `None` if the API itself says that it does not exist.
    pub(super) async fn find<T: DeserializeOwned>(&self, path: &Path) -> Result<Option<T>, Error> {
        match self.fetch(&self.get(path, &[])?, Patience::Retry).await {
            Ok(object) => Ok(Some(object)),
            Err(error) if error.class() == Class::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A call that reads `path` below the project.
    pub(super) fn get(&self, path: &Path, query: &[(&str, &str)]) -> Result<Call, Error> {
        self.call(Method::GET, path, query, Bytes::new(), true)
    }

    /// A call of `path` below the project. An empty body is none.
    pub(super) fn call(
        &self,
        method: Method,
        path: &Path,
        query: &[(&str, &str)],
        body: Bytes,
        replayable: bool,
    ) -> Result<Call, Error> {
        let label = format!("{method} {path}");
        let segments = path.segments().map_err(|problem| Error::Name { call: label.clone(), problem })?;
        let mut all: Vec<String> =
            ["projects", &self.project].into_iter().chain(segments).map(str::to_owned).collect();
        if let Some(last) = all.last_mut() {
            last.push_str(&path.suffix());
        }
        let mut url = self.endpoint.clone();
        url.path_segments_mut()
            .map_err(|()| Error::Request {
                call: label.clone(),
                problem: "the endpoint has no path".to_owned(),
            })?
            .pop_if_empty()
            .extend(all);
        url.query_pairs_mut().extend_pairs(query).append_pair("prettyPrint", "false");
        Ok(Call { label, method, url, body, replayable, bears_fingerprint: false })
    }

    /// Sends `call` and decodes its answer.
    pub(super) async fn fetch<T: DeserializeOwned>(
        &self,
        call: &Call,
        patience: Patience,
    ) -> Result<T, Error> {
        let body = match patience {
            Patience::Retry => self.send(call).await?,
            // A read is asked for again by whoever asked once.
            Patience::Once => {
                self.attempt(call, self.time_for(1, call.method == Method::GET), &self.clocks).await?
            }
        };
        serde_json::from_slice(&body)
            .map_err(|error| Error::Decode { call: call.label.clone(), problem: error.to_string() })
    }

    async fn send(&self, call: &Call) -> Result<Bytes, Error> {
        let trying = Countdown::new(self.policy.retry_for);
        let clocks = [self.clocks.as_slice(), slice::from_ref(&trying)].concat();
        let mut attempt = 1;
        loop {
            let time = self.time_for(attempt, call.replayable);
            let error = match self.attempt(call, time, &clocks).await {
                Ok(body) => return Ok(body),
                Err(error) => error,
            };
            let Some(pause) = self.pause(&error, call.replayable, attempt) else { return Err(error) };
            if pause > trying.left() {
                return Err(error);
            }
            tracing::debug!(call = %call.label, attempt, ?pause, %error, "to be sent again");
            sleep(pause).await;
            attempt += 1;
        }
    }

    /// The wait before the next attempt, if there is to be one.
    pub(super) fn pause(&self, error: &Error, replayable: bool, attempt: u32) -> Option<Duration> {
        retry::wait(error, replayable, attempt, &self.policy, self.rng.unit())
    }

    fn time_for(&self, attempt: u32, again: bool) -> Duration {
        retry::time_for(attempt, again, &self.policy)
    }

    /// Sends `call` once, and waits for the answer for `time`; once more if the server refused the token and there is another one.
    ///
    /// The time begins when there is a token, and the permission to send; for the latter `clocks` stand still.
    async fn attempt(&self, call: &Call, time: Duration, clocks: &[Countdown]) -> Result<Bytes, Error> {
        let authorization = self.tokens.authorization().await?;
        let attempt = || Attempt::within(time, clocks);
        match self.exchange(call, authorization.clone(), attempt()).await {
            Err(error) if error.class() == Class::Unauthenticated => {
                self.tokens.rejected();
                let fresh = self.tokens.authorization().await?;
                if fresh == authorization { Err(error) } else { self.exchange(call, fresh, attempt()).await }
            }
            result => result,
        }
    }

    async fn exchange(
        &self,
        call: &Call,
        authorization: HeaderValue,
        attempt: Attempt,
    ) -> Result<Bytes, Error> {
        let mut request = http::Request::builder()
            .method(call.method.clone())
            .uri(call.url.as_str())
            .header(AUTHORIZATION, authorization);
        if !call.body.is_empty() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let request = request
            .body(call.body.clone())
            .map_err(|error| Error::Request { call: call.label.clone(), problem: error.to_string() })?;
        let response = self
            .wire
            .send(request, attempt)
            .await
            .map_err(|cause| Error::Transport { call: call.label.clone(), cause })?;
        tracing::debug!(call = %call.label, status = response.status().as_u16(), "answered");
        if response.status().is_success() {
            return Ok(response.into_body());
        }
        let (status, headers) = (response.status(), response.headers());
        let error = ApiError::read(&call.label, status, headers, response.body());
        Err(Error::Api(Box::new(error.to_fingerprint(call.bears_fingerprint))))
    }
}

impl Call {
    /// The call with `label` in messages, in place of method and path.
    pub(super) fn called(self, label: &str) -> Self {
        Self { label: label.to_owned(), ..self }
    }

    /// The call, marked as bearing the fingerprint of what it changes, or as bearing none.
    pub(super) fn bearing_fingerprint(self, bears_fingerprint: bool) -> Self {
        Self { bears_fingerprint, ..self }
    }

    /// The words for the call in messages: method and path below the project, unless it was given others.
    pub(super) fn label(&self) -> &str {
        &self.label
    }
}
