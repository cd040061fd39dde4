//! What a test does to the controller's calls to the cloud; the neighbours' calls are spared.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use serde_json::{Value, json};

/// What becomes of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CloudFate {
    /// It is answered.
    Pass,
    /// It is not applied; the answer is 200 with this.
    Answer(Value),
    /// It is applied; the answer is what it is, with this merged in.
    Amend(Value),
    /// It is not applied; the answer is an error with this code and reason.
    Refuse(u16, &'static str),
    /// The same, with this message.
    RefuseSaying(u16, &'static str, &'static str),
    /// It is applied; the answer is an error with this code and reason.
    ApplyAndRefuse(u16, &'static str),
    /// It is not applied; the connection breaks.
    LoseRequest,
    /// It is applied; the connection breaks.
    LoseReply,
    /// It is applied; nothing is heard of it.
    Silence,
}

type Hook = Box<dyn FnMut(&http::Request<Bytes>) -> CloudFate + Send>;

/// The fate of every call.
#[derive(Clone, Default)]
pub(crate) struct CloudFaults(Arc<Mutex<Option<Hook>>>);

impl CloudFaults {
    /// From now on `hook` decides.
    pub(crate) fn before(&self, hook: impl FnMut(&http::Request<Bytes>) -> CloudFate + Send + 'static) {
        *self.0.lock().unwrap() = Some(Box::new(hook));
    }

    /// From now on nothing can be read.
    pub(crate) fn refuse_reads(&self, code: u16, reason: &'static str) {
        self.before(move |request| match request.method() == http::Method::GET {
            true => CloudFate::Refuse(code, reason),
            false => CloudFate::Pass,
        });
    }

    /// From now on all is well.
    pub(crate) fn end(&self) {
        *self.0.lock().unwrap() = None;
    }

    pub(super) fn of(&self, request: &http::Request<Bytes>) -> CloudFate {
        self.0.lock().unwrap().as_mut().map_or(CloudFate::Pass, |hook| hook(request))
    }
}

/// The answer with `patch` merged in.
pub(super) fn amended(answer: http::Response<Bytes>, patch: &Value) -> http::Response<Bytes> {
    answer.map(|body| {
        let mut body = serde_json::from_slice(&body).unwrap();
        landscape::json::merge_patch(&mut body, patch);
        body.to_string().into()
    })
}

/// Google's form of an error.
pub(super) fn refusal(code: u16, reason: &str, message: &str) -> http::Response<Bytes> {
    let errors = json!([{ "reason": reason, "message": message, "domain": "global" }]);
    let body = json!({ "error": { "code": code, "message": message, "errors": errors } });
    let response = http::Response::builder().status(code).header("content-type", "application/json");
    response.body(body.to_string().into()).unwrap()
}
