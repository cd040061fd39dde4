//! Exchanges of tokens: when they happen, what is kept, and what errors say. Time is paused.

use std::collections::VecDeque;

use bytes::Bytes;
use serde_json::{Value, json};
use tokio::time::advance;

use super::super::{COMPUTE_SCOPE, Credentials, ExchangeStep, SubjectToken};
use super::*;
use crate::gcp::error::Class;
use crate::gcp::transport::{Sent, Transport, TransportError};

/// The parts of a token, which nothing may show.
const SUBJECT: &str = "eyJoZWFkZXI.eyJzdWJqZWN0.c2lnbmF0dXJl";

struct Fixed(&'static str);

impl SubjectTokens for Fixed {
    fn subject_token(&self) -> BoxFuture<'_, Result<SubjectToken, CredentialError>> {
        let missing = || CredentialError::NoSubjectToken { place: "Secret a/b".to_owned() };
        Box::pin(std::future::ready(SubjectToken::new(self.0).ok_or_else(missing)))
    }
}

/// Answers in their order; `None` is a connection that breaks. A request more than answers fails the test.
struct Script(Mutex<VecDeque<Option<(u16, Value)>>>);

impl Transport for Script {
    fn call(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        let reply = self.0.lock().unwrap().pop_front().unwrap_or_else(|| panic!("unexpected: {request:?}"));
        Box::pin(async move {
            let (status, body) = reply.ok_or_else(|| TransportError::new(Sent::Maybe, "scripted"))?;
            // A text alone is a page.
            let body = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
            Ok(http::Response::builder().status(status).body(Bytes::from(body)).unwrap())
        })
    }
}

fn tokens(
    impersonate: bool,
    subject: &'static str,
    replies: Vec<Option<(u16, Value)>>,
) -> WorkloadIdentityTokens {
    let mut document = json!({
        "type": "external_account", "audience": "a", "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
    });
    if impersonate {
        document["service_account_impersonation_url"] = json!(
            "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a:generateAccessToken"
        );
    }
    let Credentials::ExternalAccount(account) =
        Credentials::from_json(document.to_string().as_bytes()).unwrap()
    else {
        panic!("not a workload identity")
    };
    let script = Arc::new(Script(Mutex::new(replies.into())));
    WorkloadIdentityTokens::new(
        &account,
        COMPUTE_SCOPE,
        &Endpoints::default(),
        Arc::new(Fixed(subject)),
        script,
    )
    .unwrap()
}

fn issued(token: &str, seconds: u64) -> Option<(u16, Value)> {
    Some((200, json!({ "access_token": token, "expires_in": seconds, "token_type": "Bearer" })))
}

fn refused() -> Option<(u16, Value)> {
    Some((400, json!({ "error": "invalid_grant", "error_description": "The audience does not match." })))
}

async fn bearer_of(tokens: &WorkloadIdentityTokens) -> String {
    tokens.authorization().await.unwrap().to_str().unwrap().to_owned()
}

#[tokio::test(start_paused = true)]
async fn a_token_is_shared_kept_and_replaced_before_its_end() {
    let tokens = tokens(false, SUBJECT, vec![issued("t1", 3600), issued("t2", 3600)]);
    let all = futures::future::join_all((0..10).map(|_| bearer_of(&tokens))).await;
    assert_eq!(all, vec!["Bearer t1"; 10]);
    advance(Duration::from_secs(3299)).await;
    assert_eq!(bearer_of(&tokens).await, "Bearer t1");
    advance(Duration::from_secs(1)).await;
    assert_eq!(bearer_of(&tokens).await, "Bearer t2");
}

#[tokio::test(start_paused = true)]
async fn a_token_outlives_failures_to_replace_it_until_its_end() {
    let tokens = tokens(false, SUBJECT, vec![issued("t1", 3600), None, refused(), refused()]);
    bearer_of(&tokens).await;
    advance(Duration::from_secs(3300)).await;
    assert_eq!(bearer_of(&tokens).await, "Bearer t1");
    advance(HOLD_OFF).await;
    assert_eq!(bearer_of(&tokens).await, "Bearer t1");
    advance(Duration::from_secs(299)).await;
    let error = tokens.authorization().await.unwrap_err();
    assert_eq!(error.class(), Class::Unauthenticated, "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_told_to_all_who_ask_for_a_second_be_it_for_good_or_not() {
    let tokens = tokens(false, SUBJECT, vec![None, refused(), issued("t1", 3600)]);
    for _ in 0..3 {
        assert!(tokens.authorization().await.unwrap_err().is_transient());
    }
    advance(HOLD_OFF).await;
    for _ in 0..3 {
        assert!(!tokens.authorization().await.unwrap_err().is_transient());
    }
    advance(HOLD_OFF - Duration::from_millis(1)).await;
    assert!(tokens.authorization().await.is_err());
    advance(Duration::from_millis(1)).await;
    assert_eq!(bearer_of(&tokens).await, "Bearer t1");
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_replaced_at_most_once_per_interval() {
    let tokens = tokens(false, SUBJECT, vec![issued("t1", 3600), issued("t2", 3600)]);
    bearer_of(&tokens).await;
    tokens.rejected();
    assert_eq!(bearer_of(&tokens).await, "Bearer t1", "too early");
    advance(REBUILD_INTERVAL).await;
    tokens.rejected();
    assert_eq!(bearer_of(&tokens).await, "Bearer t2");
    tokens.rejected();
    assert_eq!(bearer_of(&tokens).await, "Bearer t2", "too early again");
}

#[tokio::test(start_paused = true)]
async fn what_goes_wrong_is_told_without_any_part_of_a_token() {
    let step = ExchangeStep::SecurityToken;
    let said = |status, reason: &str, message: &str| CredentialError::Refused {
        step,
        status,
        reason: reason.to_owned(),
        message: message.to_owned(),
        class: if status == 400 { Class::Unauthenticated } else { Class::Unavailable },
    };
    let echo = |part: &str| {
        Some((400, json!({ "error": "invalid_grant", "error_description": format!("<{part}>") })))
    };
    let denied =
        json!({ "error": { "code": 403, "status": "PERMISSION_DENIED", "message": "Denied on\na." } });
    let echoes =
        json!({ "error": { "code": 403, "status": "PERMISSION_DENIED", "message": "<federated-t0ken>" } });
    let impersonation = |message: &str| CredentialError::Refused {
        step: ExchangeStep::Impersonation,
        status: 403,
        reason: "PERMISSION_DENIED".to_owned(),
        message: message.to_owned(),
        class: Class::Unauthenticated,
    };
    let federated = || issued("federated-t0ken", 3600);
    let cases = [
        (false, SUBJECT, vec![refused()], said(400, "invalid_grant", "The audience does not match."), false),
        (false, SUBJECT, vec![echo(SUBJECT)], said(400, "invalid_grant", ""), false),
        (false, SUBJECT, vec![echo("c2lnbmF0dXJl")], said(400, "invalid_grant", ""), false),
        (false, SUBJECT, vec![Some((503, Value::Null))], said(503, "", ""), true),
        (false, SUBJECT, vec![Some((429, Value::Null))], said(429, "", ""), true),
        (
            false,
            SUBJECT,
            vec![Some((200, json!({ "token": SUBJECT })))],
            CredentialError::NotAToken { step, member: "access_token" },
            false,
        ),
        (false, SUBJECT, vec![issued("t0ken\n", 3600)], CredentialError::TokenNotAHeader, false),
        (
            false,
            SUBJECT,
            vec![None],
            CredentialError::NoAnswer { step, problem: "no answer: scripted".to_owned() },
            true,
        ),
        (false, " \n", vec![], CredentialError::NoSubjectToken { place: "Secret a/b".to_owned() }, false),
        (true, SUBJECT, vec![federated(), Some((403, denied))], impersonation("Denied on\\na."), false),
        (true, SUBJECT, vec![federated(), Some((403, echoes))], impersonation(""), false),
    ];
    for (impersonate, subject, replies, expected, transient) in cases {
        let tokens = tokens(impersonate, subject, replies);
        let error = tokens.authorization().await.unwrap_err();
        let Error::Auth(found) = &error else { panic!("{error}") };
        assert_eq!((found, error.is_transient()), (&expected, transient));
        let shown = format!("{error} {error:?} {tokens:?} {:?}", SubjectToken::new(SUBJECT));
        for part in SUBJECT.split('.').chain(["federated-t0ken", "t0ken\n"]) {
            assert!(!shown.contains(part), "{shown}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_no_error_of_the_credentials_is_not_taken_for_one() {
    let envelope = |status: u16, word: &str, reason: &str| {
        let info = json!({ "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason });
        Some((
            status,
            json!({ "error": { "code": status, "status": word, "message": "m", "details": [info] } }),
        ))
    };
    let oauth = |status: u16, code: &str| Some((status, json!({ "error": code, "error_description": "m" })));
    let page = |status: u16| Some((status, json!("<!DOCTYPE html><title>Error</title>")));
    let table = [
        (envelope(403, "PERMISSION_DENIED", "SERVICE_DISABLED"), Class::ApiDisabled, "enable the API"),
        (envelope(403, "PERMISSION_DENIED", "CONSUMER_SUSPENDED"), Class::ApiDisabled, "CONSUMER_SUSPENDED"),
        (
            envelope(403, "PERMISSION_DENIED", "SECURITY_POLICY_VIOLATED"),
            Class::Policy,
            "a policy forbids it",
        ),
        (
            envelope(403, "PERMISSION_DENIED", "IAM_PERMISSION_DENIED"),
            Class::Unauthenticated,
            "IAM_PERMISSION_DENIED",
        ),
        (envelope(403, "PERMISSION_DENIED", "RATE_LIMIT_EXCEEDED"), Class::Unavailable, "status code 403"),
        (envelope(404, "NOT_FOUND", ""), Class::Unauthenticated, "NOT_FOUND"),
        (envelope(500, "INTERNAL", ""), Class::Unavailable, "status code 500"),
        (oauth(400, "invalid_grant"), Class::Unauthenticated, "invalid_grant"),
        (oauth(400, "invalid_target"), Class::Unauthenticated, "invalid_target"),
        (oauth(401, "invalid_client"), Class::Unauthenticated, "invalid_client"),
        (oauth(400, "temporarily_unavailable"), Class::Unavailable, "temporarily_unavailable"),
        (page(200), Class::Unavailable, "between here and Google"),
        (page(400), Class::Unavailable, "between here and Google"),
        (page(403), Class::Unavailable, "between here and Google"),
        (page(404), Class::Unavailable, "between here and Google"),
        (page(502), Class::Unavailable, "status code 502"),
    ];
    for (reply, class, part) in table {
        let shown = format!("{reply:?}");
        for impersonate in [false, true] {
            let before = impersonate.then(|| issued("federated", 3600));
            let tokens = tokens(impersonate, SUBJECT, before.into_iter().chain([reply.clone()]).collect());
            let error = tokens.authorization().await.unwrap_err();
            assert_eq!(
                (error.class(), error.is_transient()),
                (class, class == Class::Unavailable),
                "{shown}: {error}"
            );
            assert!(error.to_string().contains(part), "{shown}: {error}");
        }
    }
}
