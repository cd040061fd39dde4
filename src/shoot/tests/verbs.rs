//! Nothing is ever written to a shoot's API.

use http::{Method, Request};
use kube::client::Body;
use tower::ServiceExt;

use super::script::{Answer, Script};
use crate::shoot::read_only::Writes;
use crate::shoot::stack::wire;

#[tokio::test]
async fn every_verb_but_get_is_refused_before_it_leaves() {
    let script = Script::default();
    let wire = wire(script.client(|_| Answer::Status(200, String::new())), None);
    let send = |method: &str, upgrade: bool| {
        let mut request = Request::builder().method(method).uri("/api/v1/namespaces/a/pods/b/exec?command=c");
        if upgrade {
            request = request.header("upgrade", "websocket");
        }
        wire.clone().oneshot(request.body(Body::empty()).unwrap())
    };
    for method in ["POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "CONNECT", "TRACE", "get", "LINK"] {
        let error = send(method, false).await.unwrap_err();
        assert!(error.is::<Writes>(), "{method}: {error}");
    }
    let error = send("GET", true).await.unwrap_err();
    assert!(error.is::<Writes>(), "{error}");
    assert!(script.targets().is_empty());
    send(Method::GET.as_str(), false).await.unwrap();
    assert_eq!(script.arrived.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn every_request_bears_the_name_of_this_program() {
    let script = Script::default();
    let shoot = script.shoot(|_| Answer::Status(200, "{}".to_owned()));
    shoot.unhealthy().await;
    assert!(shoot.kubelet("a").await);
    for (method, target, agent) in script.arrived.lock().unwrap().iter() {
        assert_eq!(method, "GET");
        assert!(agent.starts_with("gardener-extension-infra-gcp/"), "{target}: {agent:?}");
    }
    assert_eq!(script.targets().len(), 2);
}
