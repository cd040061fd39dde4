//! Many reconciliations with credentials that sign: what is alive after them is what was alive after the first, and nothing once the
//! shoot is gone.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures::future::BoxFuture;
use gardener_extension_infra_gcp::environment::SystemRng;
use gardener_extension_infra_gcp::extension::{ApiEndpoints, GoogleAccess, Requeue};
use gardener_extension_infra_gcp::gcp::credentials::Endpoints;
use gardener_extension_infra_gcp::gcp::transport::TransportError;
use gardener_extension_infra_gcp::gcp::{Policy, Transport};
use http::header::AUTHORIZATION;
use landscape::neighbours::key::ServiceAccountKey;
use tokio::runtime::Handle;

use super::documents::Shoot;
use super::life::{Life, PROJECT, Setup};
use crate::support::{InProcess, block_on};

const RUNS: usize = 150;

/// The cloud, for whoever signs by the wall clock, which the world here does not have: whatever was signed is let in.
struct LetIn {
    cloud: InProcess,
    token: http::HeaderValue,
}

impl Transport for LetIn {
    fn call(
        &self,
        mut request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        request.headers_mut().insert(AUTHORIZATION, self.token.clone());
        Transport::call(&self.cloud, request)
    }
}

/// The tasks that are alive once those that end have ended.
async fn tasks() -> usize {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    Handle::current().metrics().num_alive_tasks()
}

#[test]
fn many_reconciliations_leave_no_more_behind_than_one_and_a_shoot_that_is_gone_leaves_nothing() {
    block_on(async {
        let mut life = Life::new(&Setup::default()).await;
        let token = format!("Bearer {}", life.cloud.token(PROJECT).await).parse().unwrap();
        let cloud = Arc::new(LetIn { cloud: life.cloud.clone(), token });
        let (apis, rng) = (ApiEndpoints::default(), Arc::new(SystemRng));
        let access = GoogleAccess::new(cloud, apis, Endpoints::default(), Policy::default(), rng);
        life.reach_by(Arc::new(access));
        let shoot = Shoot::usual();
        life.create(&shoot);
        let none = tasks().await;
        let key =
            ServiceAccountKey::generate(PROJECT).unwrap().to_json("https://oauth2.googleapis.com/token");
        life.set_secret(&shoot, Some(&STANDARD.encode(key))).await;
        life.settle(&shoot).await;
        let one = tasks().await;
        assert!(one > none, "a token is renewed by somebody");
        for _ in 0..RUNS {
            life.ask(&shoot, "reconcile").await;
            assert_eq!(life.reconcile(&shoot).await, Requeue::OnChange, "{:#}", life.status(&shoot));
        }
        assert_eq!(tasks().await, one, "after {RUNS} runs");
        life.delete(&shoot).await;
        life.settle(&shoot).await;
        assert_eq!(tasks().await, none, "after the shoot");
    });
}
