//! The client of service accounts against the fake cloud, without sockets.

#![cfg(test)]

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use fake_gcp::{Settings, World};
use futures::future::BoxFuture;
use gardener_extension_infra_gcp::environment::SystemRng;
use gardener_extension_infra_gcp::gcp::token::StaticToken;
use gardener_extension_infra_gcp::gcp::transport::TransportError;
use gardener_extension_infra_gcp::gcp::{Class, Config, Iam, Transport, iam};
use serde_json::{Value, json};

const EMAIL: &str = "shoot--p--a@my-project.iam.gserviceaccount.com";

/// The fake's engine, in whose world no time passes.
struct InProcess(Mutex<World>);

impl Transport for InProcess {
    fn call(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        let mut world = self.0.lock().unwrap();
        let now = world.now();
        let answer = world.handle(now, &request);
        Box::pin(std::future::ready(Ok(answer)))
    }
}

async fn cloud() -> Arc<InProcess> {
    let settings: Settings = serde_saphyr::from_str("authentication: anonymous").unwrap();
    let cloud = Arc::new(InProcess(Mutex::new(World::new(settings))));
    let seed = json!({ "projects": ["my-project"] }).to_string();
    let answer = cloud.call(http::Request::post("/_fake/fixture").body(seed.into()).unwrap()).await.unwrap();
    assert!(answer.status().is_success(), "{answer:?}");
    cloud
}

#[tokio::test(start_paused = true)]
async fn an_account_comes_and_goes() {
    let config = Config::new("my-project", iam::ENDPOINT);
    let token = Arc::new(StaticToken::new("anybody").unwrap());
    let iam = Iam::new(config, cloud().await, token, Arc::new(SystemRng)).unwrap();
    assert_eq!(iam.service_account::<Value>(EMAIL).await.unwrap(), None);
    let made = iam.create_service_account("shoot--p--a", "of a shoot").await.unwrap();
    assert_eq!((&made["email"], &made["displayName"]), (&json!(EMAIL), &json!("of a shoot")));
    assert_eq!(iam.service_account::<Value>(EMAIL).await.unwrap(), Some(made));
    let again = iam.create_service_account("shoot--p--a", "another").await.unwrap_err();
    assert_eq!(again.class(), Class::AlreadyExists, "{again}");
    for _ in 0..2 {
        iam.delete_service_account(EMAIL).await.unwrap();
    }
    assert_eq!(iam.service_account::<Value>(EMAIL).await.unwrap(), None);
}
