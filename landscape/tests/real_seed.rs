//! The real kube-apiserver: it starts, survives SIGKILL, and behaves as the table of behaviours says.

#![cfg(test)]

mod behaviours;

use std::time::Duration;

use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Api, PostParams};
use landscape::processes::build::{ApiServer, PlainLines};
use landscape::processes::{ProcessError, RunDir, testenv};
use landscape::seed::{RealSeed, create_namespace};

/// The range of its Services.
const SERVICES: &str = "100.64.0.0/13";

async fn server() -> Result<ApiServer, ProcessError> {
    ApiServer::build(&PlainLines::on_stderr()).await
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_kill_and_clients_stay_valid() -> anyhow::Result<()> {
    let run_dir = RunDir::create("real-seed-kill")?;
    let mut seed = RealSeed::start(&server().await?, SERVICES, &run_dir).await?;
    let client = seed.client();
    create_namespace(&client, "survivor", &[("a", "b")]).await?;
    let api: Api<ConfigMap> = Api::namespaced(client, "survivor");
    let mut object = ConfigMap::default();
    object.metadata.name = Some("acknowledged".to_owned());
    let created = api.create(&PostParams::default(), &object).await?;

    seed.crash().await?;
    assert!(api.get("acknowledged").await.is_err(), "a killed API server must not answer");
    seed.restart(&run_dir).await?;

    assert_eq!(api.get("acknowledged").await?, created);
    Ok(())
}

#[tokio::test]
async fn the_real_seed_behaves_as_the_table_says() -> anyhow::Result<()> {
    let run_dir = RunDir::create("real-seed-table")?;
    let seed = RealSeed::start(&server().await?, SERVICES, &run_dir).await?;
    let differences = behaviours::differences(&seed.client()).await;
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    Ok(())
}

#[tokio::test]
async fn watches_of_the_real_seed_tell_the_same_story() -> anyhow::Result<()> {
    let run_dir = RunDir::create("real-seed-watch")?;
    let seed = RealSeed::start(&server().await?, SERVICES, &run_dir).await?;
    behaviours::watching::selected_changes(&seed.client()).await;
    behaviours::watching::watchers(&seed.client()).await;
    Ok(())
}

#[tokio::test]
async fn the_api_server_ends_with_its_standard_input() -> anyhow::Result<()> {
    let run_dir = RunDir::create("real-seed-stdin")?;
    let (mut child, _) =
        testenv::start(&server().await?, &run_dir.path().join("data"), 0, SERVICES, &run_dir).await?;
    child.close_stdin();
    let status = tokio::time::timeout(Duration::from_secs(10), child.wait()).await??;
    assert!(status.success(), "{status}");
    Ok(())
}
