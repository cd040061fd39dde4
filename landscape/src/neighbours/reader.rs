//! The reader of every version of every Infrastructure, as the controllers read it that are told by it.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::{Stream, TryStreamExt as _};
use kube::api::DynamicObject;
use kube::runtime::watcher::{self, Event};
use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::decoding::decode;
use super::objects::{Kind, Objects};
use super::{Error, Result};
use crate::json::text;

/// Longest time, on the wall clock, until the watch tells of what a list shows.
const LAG: Duration = Duration::from_secs(30);

/// Follows all Infrastructures of a seed until it is dropped.
pub struct Reader {
    all: Objects,
    read: watch::Receiver<Read>,
    task: JoinHandle<()>,
}

/// Versions and complaints so far.
#[derive(Default)]
struct Read {
    /// Resource versions that were read; they tell how far the watch has come.
    versions: BTreeSet<String>,
    complaints: Vec<String>,
}

impl Reader {
    /// Begins to read the Infrastructures of `seed`.
    pub fn start(seed: &kube::Client) -> Self {
        let all = Objects::cluster_wide(seed, Kind::Infrastructure);
        let (sender, read) = watch::channel(Read::default());
        let task = tokio::spawn(follow(all.watch(), sender));
        Self { all, read, task }
    }

    /// The stored contents that other controllers could not decode until now, for people; empty if all is well.
    ///
    /// # Errors
    /// The seed does not answer, or the watch does not come as far as a list.
    pub async fn complaints(&self) -> Result<Vec<String>> {
        let stored: Vec<String> = self.all.list("").await?.iter().map(version).collect();
        let mut read = self.read.clone();
        let caught_up = read.wait_for(|read| stored.iter().all(|version| read.versions.contains(version)));
        match tokio::time::timeout(LAG, caught_up).await {
            Ok(Ok(read)) => Ok(read.complaints.clone()),
            _ => Err(Error::Watch { seconds: LAG.as_secs() }),
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn follow(
    events: impl Stream<Item = watcher::Result<Event<DynamicObject>>>,
    read: watch::Sender<Read>,
) {
    let mut events = std::pin::pin!(events);
    let mut begun = false;
    loop {
        match events.try_next().await {
            Ok(Some(Event::InitApply(object) | Event::Apply(object) | Event::Delete(object))) => {
                let object = serde_json::to_value(object).unwrap_or_default();
                read.send_modify(|read| {
                    read.complaints.extend(decode(&object).err().map(|error| error.to_string()));
                    read.versions.insert(version(&object));
                });
            }
            // A second beginning leaves out what was stored meanwhile.
            Ok(Some(Event::Init)) if begun => {
                read.send_modify(|read| read.complaints.push("the watch has a gap".to_owned()));
            }
            Ok(Some(Event::Init)) => begun = true,
            Ok(Some(Event::InitDone)) => {}
            // The watch is resumed where it ended.
            Err(error) => tracing::debug!(%error, "the watch of Infrastructures broke off"),
            Ok(None) => return,
        }
    }
}

fn version(object: &Value) -> String {
    text(object, "/metadata/resourceVersion").to_owned()
}
