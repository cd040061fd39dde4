//! Where migrations stand, as metrics: there only while a shoot has one.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use planner::journal::Place;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use tokio::time::Instant;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EncodeLabelSet)]
struct OfShoot {
    namespace: String,
    name: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OnCourse {
    namespace: String,
    name: String,
    course: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct AtStep {
    namespace: String,
    name: String,
    step: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfPool {
    namespace: String,
    name: String,
    pool: String,
    verdict: &'static str,
}

/// Where the migration of a shoot stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stands {
    /// The place; `None` if there is no migration.
    pub place: Option<Place>,
    /// The numbers of its canaries, by worker pool and verdict; once it was ended by some, of these.
    pub canaries: BTreeMap<(String, &'static str), usize>,
}

/// Where a migration stands, and the instant since which it is at its place.
#[derive(Clone, Debug)]
struct Standing {
    stands: Stands,
    since: Option<Instant>,
}

/// The migrations of this process, by Infrastructure. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Migrations(Arc<Mutex<BTreeMap<OfShoot, Standing>>>);

impl Migrations {
    /// Takes note of where the migration of an Infrastructure stands at `now`.
    pub fn stands(&self, namespace: &str, name: &str, stands: &Stands, now: Timestamp) {
        let shoot = OfShoot { namespace: namespace.to_owned(), name: name.to_owned() };
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if *stands == Stands::default() {
            all.remove(&shoot);
            return;
        }
        let age = stands.place.map(|place| Duration::try_from(now.duration_since(place.since)));
        let age = age.and_then(Result::ok).unwrap_or_default();
        all.insert(shoot, Standing { stands: stands.clone(), since: Instant::now().checked_sub(age) });
    }
}

impl Collector for Migrations {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let courses = Family::<OnCourse, Gauge>::default();
        let steps = Family::<AtStep, Gauge>::default();
        let (nodes, done) = (Family::<OfShoot, Gauge>::default(), Family::<OfShoot, Gauge>::default());
        let seconds = Family::<OfShoot, Gauge<f64, AtomicU64>>::default();
        let canaries = Family::<OfPool, Gauge>::default();
        let whole = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        for (shoot, Standing { stands, since }) in &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            let OfShoot { namespace, name } = shoot;
            for ((pool, verdict), number) in &stands.canaries {
                let (namespace, name, pool) = (namespace.clone(), name.clone(), pool.clone());
                canaries.get_or_create(&OfPool { namespace, name, pool, verdict }).set(whole(*number));
            }
            let Some(place) = stands.place else { continue };
            let (namespace, name) = (namespace.clone(), name.clone());
            let (course, step) = (place.course.as_str(), place.step.name());
            courses
                .get_or_create(&OnCourse { namespace: namespace.clone(), name: name.clone(), course })
                .set(1);
            steps.get_or_create(&AtStep { namespace, name, step }).set(1);
            nodes.get_or_create(shoot).set(whole(place.nodes));
            done.get_or_create(shoot).set(whole(place.done));
            let age = since.map_or(0.0, |since| since.elapsed().as_secs_f64());
            seconds.get_or_create(shoot).set(age);
        }
        let metrics: [(&str, &str, &dyn EncodeMetric); 6] = [
            ("course", "The course of a migration to dual-stack, as the label says", &courses),
            ("step", "The first step of it that is not fulfilled, as the label says", &steps),
            ("nodes", "The nodes that it concerns", &nodes),
            ("nodes_done", "Those among them that are finished with the step", &done),
            ("step_seconds", "Seconds since it has come to the step", &seconds),
            (
                "canary",
                "The nodes of a worker pool that got their alias first, by what came of it, as the labels say",
                &canaries,
            ),
        ];
        for (name, help, metric) in metrics {
            let name = format!("gcp_infrastructure_migration_{name}");
            metric.encode(encoder.encode_descriptor(&name, help, None, metric.metric_type())?)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use prometheus_client::registry::Registry;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_migration_shows_while_there_is_one() {
        let migrations = Migrations::default();
        let mut registry = Registry::default();
        registry.register_collector(Box::new(migrations.clone()));
        let text = || {
            let mut text = String::new();
            prometheus_client::encoding::text::encode(&mut text, &registry).unwrap();
            text
        };
        let place = "preparing M5 13/20 2026-09-01T10:00:00Z".parse().unwrap();
        let canaries =
            BTreeMap::from([(("n-p".to_owned(), "proven"), 1), (("n-q".to_owned(), "unknown"), 2)]);
        let now = "2026-09-01T10:01:00Z".parse().unwrap();
        migrations.stands("n", "a", &Stands { place: Some(place), canaries }, now);
        tokio::time::advance(Duration::from_secs(5)).await;
        let shown = text();
        for line in [
            "gcp_infrastructure_migration_course{namespace=\"n\",name=\"a\",course=\"preparing\"} 1",
            "gcp_infrastructure_migration_step{namespace=\"n\",name=\"a\",step=\"M5\"} 1",
            "gcp_infrastructure_migration_nodes{namespace=\"n\",name=\"a\"} 20",
            "gcp_infrastructure_migration_nodes_done{namespace=\"n\",name=\"a\"} 13",
            "gcp_infrastructure_migration_step_seconds{namespace=\"n\",name=\"a\"} 65.0",
            "gcp_infrastructure_migration_canary{namespace=\"n\",name=\"a\",pool=\"n-p\",verdict=\"proven\"} 1",
            "gcp_infrastructure_migration_canary{namespace=\"n\",name=\"a\",pool=\"n-q\",verdict=\"unknown\"} 2",
        ] {
            assert!(shown.lines().any(|shown| shown == line), "{line}: {shown}");
        }
        let canaries = BTreeMap::from([(("n-p".to_owned(), "failed"), 1)]);
        migrations.stands("n", "a", &Stands { place: None, canaries }, now);
        let kept = text();
        assert!(kept.contains("verdict=\"failed\"") && !kept.contains("step="), "{kept}");
        migrations.stands("n", "a", &Stands::default(), now);
        assert!(!text().contains("namespace="), "{}", text());
    }
}
