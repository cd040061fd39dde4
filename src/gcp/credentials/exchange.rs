//! The two exchanges of tokens: OAuth 2.0 token exchange (RFC 8693), and `generateAccessToken`.
//!
//! Each is one request over the wire of all calls, which follows no redirect: a token goes only where it was sent. Its time begins when
//! it may be sent, as that of any attempt.

use std::time::Duration;

use bytes::Bytes;
use http::HeaderValue;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use planner::text::remark;
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

use super::IAM_SCOPE;
use super::error::{CredentialError, ExchangeStep};
use super::external_account::Plan;
use super::subject_token::SubjectToken;
use crate::gcp::attempt::Attempt;
use crate::gcp::error::{ApiError, Class};
use crate::gcp::stack::Wire;
use crate::gcp::token::bearer;
use crate::gcp::transport::TransportError;

/// The time for one exchange. It changes nothing, and whoever needs the token asks again.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// The lifetime that an impersonated token is asked for with: the most that Google grants without being set up for more.
const IMPERSONATED: Duration = Duration::from_secs(3600);
/// The longest time for which a token is kept, whatever its issuer says.
const LONGEST_LIFETIME: Duration = Duration::from_secs(12 * 3600);

/// A token that was issued.
pub(super) struct Issued {
    pub(super) token: String,
    pub(super) lifetime: Duration,
}

/// Exchanges `subject` for a token of `scope`, by way of a service account if the plan names one.
pub(super) async fn exchange(
    plan: &Plan,
    scope: &str,
    subject: &SubjectToken,
    wire: &Wire,
) -> Result<Issued, CredentialError> {
    let subject = subject.expose();
    let Some(impersonation_url) = &plan.impersonation_url else {
        return security_token(plan, scope, subject, wire).await;
    };
    // Impersonation is a call of IAM.
    let issued = security_token(plan, IAM_SCOPE, subject, wire).await?;
    let body = json!({ "lifetime": format!("{}s", IMPERSONATED.as_secs()), "scope": [scope] });
    let post = Post {
        step: ExchangeStep::Impersonation,
        url: impersonation_url,
        content_type: "application/json",
        authorization: Some(bearer(&issued.token)?),
        body: body.to_string(),
        secrets: &[subject, &issued.token],
    };
    let answer = post.send(wire).await?;
    Ok(Issued { token: post.token(&answer, "accessToken")?, lifetime: IMPERSONATED })
}

async fn security_token(
    plan: &Plan,
    scope: &str,
    subject: &str,
    wire: &Wire,
) -> Result<Issued, CredentialError> {
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("audience", &plan.audience)
        .append_pair("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange")
        .append_pair("requested_token_type", "urn:ietf:params:oauth:token-type:access_token")
        .append_pair("scope", scope)
        .append_pair("subject_token", subject)
        .append_pair("subject_token_type", &plan.subject_token_type)
        .finish();
    let post = Post {
        step: ExchangeStep::SecurityToken,
        url: &plan.token_url,
        content_type: "application/x-www-form-urlencoded",
        authorization: None,
        body,
        secrets: &[subject],
    };
    let answer = post.send(wire).await?;
    // Without a lifetime the token may be used, but not kept.
    let lifetime = answer.get("expires_in").and_then(Value::as_u64).unwrap_or_default();
    Ok(Issued {
        token: post.token(&answer, "access_token")?,
        lifetime: Duration::from_secs(lifetime).min(LONGEST_LIFETIME),
    })
}

struct Post<'a> {
    step: ExchangeStep,
    url: &'a Url,
    content_type: &'static str,
    authorization: Option<HeaderValue>,
    body: String,
    /// The tokens that no message may repeat.
    secrets: &'a [&'a str],
}

impl Post<'_> {
    async fn send(&self, wire: &Wire) -> Result<Value, CredentialError> {
        let step = self.step;
        let lost = |problem: String| CredentialError::NoAnswer { step, problem };
        let mut request = http::Request::post(self.url.as_str()).header(CONTENT_TYPE, self.content_type);
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        let request =
            request.body(Bytes::from(self.body.clone())).map_err(|error| lost(error.to_string()))?;
        let unanswered = |error: TransportError| match error.is_late() {
            true => lost(format!("no answer within {} s", PATIENCE.as_secs())),
            false => lost(error.to_string()),
        };
        let response = wire.send(request, Attempt::within(PATIENCE, &[])).await.map_err(unanswered)?;
        let Ok(answer) = serde_json::from_slice::<Value>(response.body()) else {
            // Both services answer in JSON whatever happens: a page is somebody else's.
            let status = response.status().as_u16();
            return Err(lost(format!(
                "status code {status}, not in the form of Google's: is something between here and Google?"
            )));
        };
        if response.status().is_success() {
            return Ok(answer);
        }
        let refusal = ApiError::read("", response.status(), response.headers(), response.body());
        let (reason, message) = error_of(&answer, &refusal);
        Err(CredentialError::Refused {
            step,
            status: refusal.status,
            reason: self.safe(reason),
            message: self.safe(message),
            class: class_of(reason, &refusal),
        })
    }

    fn token(&self, answer: &Value, member: &'static str) -> Result<String, CredentialError> {
        match answer.get(member).and_then(Value::as_str) {
            Some(token) if !token.is_empty() => Ok(token.to_owned()),
            _ => Err(CredentialError::NotAToken { step: self.step, member }),
        }
    }

    /// The text on one line and not too long; empty if it quotes a part of a token.
    fn safe(&self, text: &str) -> String {
        let mut parts = self.secrets.iter().flat_map(|secret| secret.split('.'));
        if parts.any(|part| !part.is_empty() && text.contains(part)) {
            return String::new();
        }
        remark(text)
    }
}

/// The code and the message of an error, in the form of OAuth or of Google's APIs.
fn error_of<'a>(answer: &'a Value, refusal: &'a ApiError) -> (&'a str, &'a str) {
    match answer.get("error") {
        Some(Value::String(code)) => (code, member(answer, "error_description")),
        _ => (&refusal.reason, &refusal.message),
    }
}

/// The kind of a refusal: of the credentials, unless it says that something else is in the way.
fn class_of(reason: &str, refusal: &ApiError) -> Class {
    let class = if refusal.from_api { refusal.class() } else { Class::of(Some(refusal.status), [reason]) };
    match class {
        Class::Throttled | Class::Busy | Class::Unavailable => Class::Unavailable,
        Class::ApiDisabled | Class::Policy | Class::Quota => class,
        _ => Class::Unauthenticated,
    }
}

fn member<'a>(of: &'a Value, name: &str) -> &'a str {
    of.get(name).and_then(Value::as_str).unwrap_or_default()
}
