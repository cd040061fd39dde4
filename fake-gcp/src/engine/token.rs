//! The token endpoint, `POST /token`, which older key files call `/oauth2/v4/token`: a signed JWT for an access token (RFC 7523).

use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::{Value, json};

use crate::api::query::Query;
use crate::api::wire::json_response;
use crate::auth::{Caller, CallersTime, audience, jwt};
use crate::engine::log::{Outcome, log};
use crate::faults;
use crate::settings::duration;
use crate::state::State;
use crate::state::requests::CallKind;

/// Name of the method in the request log.
pub(crate) const METHOD: &str = "oauth2.token";

const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// Whether a path is that of the endpoint, by either name.
pub(crate) fn is_endpoint(path: &str) -> bool {
    matches!(path, "/token" | "/oauth2/v4/token")
}

/// Answers a request.
pub(crate) fn handle(state: &mut State, request: &Request<Bytes>) -> Response<Bytes> {
    let due = state.faults.meet(METHOD, request.uri().path());
    // A token that nobody sees changes nothing: before and after are the same.
    let fault = due.as_ref().and_then(|due| Some((due, due.before().or(due.after())?)));
    let (status, body) = match fault {
        Some((due, seen)) => {
            state.faults.fired(due);
            seen.reply(faults::Answer::token)
        }
        None => match exchange(state, request) {
            Ok(body) => (200, body),
            Err((error, description)) => (400, json!({ "error": error, "error_description": description })),
        },
    };
    let outcome = Outcome { method: METHOD, kind: CallKind::Token, status, operation: None };
    log(state, request, outcome);
    json_response(status, &body)
}

fn exchange(state: &mut State, request: &Request<Bytes>) -> Result<Value, (&'static str, String)> {
    let form = std::str::from_utf8(request.body()).unwrap_or_default();
    let form = Query::parse(Some(form));
    if request.method() != Method::POST || form.get("grant_type") != Some(GRANT) {
        return Err(("unsupported_grant_type", format!("Only {GRANT} by POST is supported.")));
    }
    let assertion = form.get("assertion").unwrap_or_default();
    let CallersTime(now) = CallersTime::of(request, state.now());
    let is_for_us = |claims: &jwt::Claims| audience::is_for_endpoint(claims, request);
    let key = jwt::verify(assertion, now, |id| state.auth.key(id), is_for_us);
    let key = key.map_err(|refused| ("invalid_grant", refused.to_string()))?;
    let caller = Caller { email: key.client_email.clone(), project: Some(key.project.clone()) };
    let (token, lifetime) = (state.ids.token(), duration(state.settings.lags.token_lifetime));
    state.auth.add_token(token.clone(), caller, Some(now + lifetime));
    Ok(json!({ "access_token": token, "expires_in": lifetime.as_secs(), "token_type": "Bearer" }))
}
