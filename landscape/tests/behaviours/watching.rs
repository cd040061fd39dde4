//! Watches, as one story: they do not fit the table, whose requests end.

use std::time::Duration;

use futures::{Stream, StreamExt as _};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Api, DeleteParams, Patch, PatchParams, PostParams, WatchEvent, WatchParams};
use kube::runtime::watcher::{self, Event, InitialListStrategy};
use kube::{Client, ResourceExt as _};
use serde_json::json;
use tokio::time::timeout;

/// What a watch of `app=x` shows, while objects begin and cease to match.
pub(crate) async fn selected_changes(client: &Client) {
    let api = config_maps(client, "watching").await;
    create(&api, "a", "x").await;
    let parameters = WatchParams::default().labels("app=x").disable_bookmarks();
    let mut watch = api.watch(&parameters, "0").await.unwrap().boxed();

    create(&api, "b", "x").await;
    create(&api, "c", "other").await;
    patch(&api, "b", json!({"data": {"key": "value"}})).await;
    patch(&api, "a", json!({"metadata": {"labels": {"app": "other"}}})).await;
    patch(&api, "c", json!({"metadata": {"labels": {"app": "x"}}})).await;
    api.delete("b", &DeleteParams::default()).await.unwrap();

    let seen = take(&mut watch, 6, |event| match event.unwrap() {
        WatchEvent::Added(object) => format!("added {}", object.name_any()),
        WatchEvent::Modified(object) => format!("modified {}", object.name_any()),
        WatchEvent::Deleted(object) => format!("deleted {}", object.name_any()),
        other => format!("{other:?}"),
    });
    assert_eq!(seen.await, ["added a", "added b", "modified b", "deleted a", "added c", "deleted b"]);
}

/// kube's watcher, with both ways to get the objects that are there at the beginning.
pub(crate) async fn watchers(client: &Client) {
    for (namespace, strategy) in [
        ("watcher-list", InitialListStrategy::ListWatch),
        ("watcher-stream", InitialListStrategy::StreamingList),
    ] {
        let api = config_maps(client, namespace).await;
        create(&api, "a", "x").await;
        let config = watcher::Config { initial_list_strategy: strategy, ..watcher::Config::default() };
        let mut events = watcher::watcher(api.clone(), config).boxed();
        let show = |event: Result<Event<ConfigMap>, watcher::Error>| match event.unwrap() {
            Event::Init => "init".to_owned(),
            Event::InitApply(object) => format!("there {}", object.name_any()),
            Event::InitDone => "done".to_owned(),
            Event::Apply(object) => format!("applied {}", object.name_any()),
            Event::Delete(object) => format!("deleted {}", object.name_any()),
        };
        assert_eq!(take(&mut events, 3, show).await, ["init", "there a", "done"], "{namespace}");
        create(&api, "b", "x").await;
        api.delete("a", &DeleteParams::default()).await.unwrap();
        assert_eq!(take(&mut events, 2, show).await, ["applied b", "deleted a"], "{namespace}");
    }
}

async fn take<T>(
    stream: &mut (impl Stream<Item = T> + Unpin),
    count: usize,
    show: impl Fn(T) -> String,
) -> Vec<String> {
    let mut seen = Vec::new();
    while seen.len() < count {
        match timeout(Duration::from_secs(10), stream.next()).await {
            Ok(Some(item)) => seen.push(show(item)),
            Ok(None) => panic!("the watch ended after {seen:?}"),
            Err(_) => panic!("nothing more within 10 s after {seen:?}"),
        }
    }
    seen
}

async fn config_maps(client: &Client, namespace: &str) -> Api<ConfigMap> {
    landscape::seed::create_namespace(client, namespace, &[]).await.unwrap();
    Api::namespaced(client.clone(), namespace)
}

async fn create(api: &Api<ConfigMap>, name: &str, app: &str) {
    let object = json!({"metadata": {"name": name, "labels": {"app": app}}});
    api.create(&PostParams::default(), &serde_json::from_value(object).unwrap()).await.unwrap();
}

async fn patch(api: &Api<ConfigMap>, name: &str, patch: serde_json::Value) {
    api.patch(name, &PatchParams::default(), &Patch::Merge(patch)).await.unwrap();
}
