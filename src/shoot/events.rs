//! Events by which kubelets tell that a probe failed.

use std::collections::BTreeMap;

use jiff::Timestamp;
use planner::documents::null;
use planner::snapshot::{Reading, Unhealthy};
use serde::Deserialize;

use super::Shoot;
use super::api::reading;

const FAILED_PROBES: &str = "reason=Unhealthy,involvedObject.kind=Pod";

impl Shoot {
    /// What kubelets tell of pods with failing probes, one entry for each pod; what is older than an hour or so is gone.
    pub async fn unhealthy(&self) -> Reading<Vec<Unhealthy>> {
        reading("the events", async {
            let events: Vec<Wire> = self.list("/api/v1/events", FAILED_PROBES, "the events").await?;
            let mut pods: BTreeMap<String, Unhealthy> = BTreeMap::new();
            for event in events {
                let (last, count) = (event.last(), event.times());
                let uid = event.involved_object.uid;
                let told = Unhealthy { uid: uid.clone(), last: None, count: 0 };
                let pod = pods.entry(uid).or_insert(told);
                pod.last = pod.last.max(last);
                pod.count = pod.count.saturating_add(count);
            }
            Ok(pods.into_values().filter(|pod| !pod.uid.is_empty()).collect())
        })
        .await
    }
}

/// An event, as far as it is read. Old and new writers tell the time and the number in different fields.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Wire {
    #[serde(deserialize_with = "null::is_absent")]
    involved_object: Involved,
    #[serde(deserialize_with = "null::is_absent")]
    last_timestamp: String,
    #[serde(deserialize_with = "null::is_absent")]
    event_time: String,
    #[serde(deserialize_with = "null::is_absent")]
    count: u64,
    #[serde(deserialize_with = "null::is_absent")]
    series: Series,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Involved {
    #[serde(deserialize_with = "null::is_absent")]
    uid: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Series {
    #[serde(deserialize_with = "null::is_absent")]
    count: u64,
    #[serde(deserialize_with = "null::is_absent")]
    last_observed_time: String,
}

impl Wire {
    fn last(&self) -> Option<Timestamp> {
        let all = [&self.last_timestamp, &self.event_time, &self.series.last_observed_time];
        all.into_iter().filter_map(|text| text.parse().ok()).max()
    }

    fn times(&self) -> u64 {
        self.count.max(self.series.count).max(1)
    }
}
