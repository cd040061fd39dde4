//! The metrics, under the names that controller-runtime and client-go have made known.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use tokio::time::Instant;

use super::migrations::Migrations;

/// The value of the label `controller`.
const CONTROLLER: &str = "infrastructure";

/// Upper bounds in seconds: controller-runtime's, and three more for migrations.
const SECONDS: [f64; 43] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.25,
    1.5, 1.75, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 15.0, 20.0, 25.0, 30.0, 40.0,
    50.0, 60.0, 120.0, 300.0, 900.0,
];

/// Upper bounds in seconds of what a queue measures, as client-go has them.
const QUEUE_SECONDS: [f64; 12] = [
    1e-8,
    1e-7,
    1e-6,
    9.999_999_999_999_999e-6,
    9.999_999_999_999_999e-5,
    0.001,
    0.01,
    0.1,
    1.0,
    10.0,
    100.0,
    1000.0,
];

/// The outcome of a reconciliation, as the label `result` has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The reconciliation is finished, and nothing is left to do.
    Success,
    /// The reconciliation failed.
    Error,
    /// Another reconciliation follows at once.
    Requeue,
    /// Another reconciliation follows after a while.
    RequeueAfter,
}

impl Outcome {
    const ALL: [Self; 4] = [Self::Success, Self::Error, Self::Requeue, Self::RequeueAfter];

    fn label(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Error => "error",
            Self::Requeue => "requeue",
            Self::RequeueAfter => "requeue_after",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ControllerLabels {
    controller: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct QueueLabels {
    name: &'static str,
    controller: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ResultLabels {
    controller: &'static str,
    result: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    code: String,
    method: String,
    host: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LeaseLabels {
    name: String,
}

/// All metrics of the process. Clones share them.
#[derive(Clone)]
pub struct Metrics {
    registry: Arc<Registry>,
    reconciles: Family<ResultLabels, Counter>,
    errors: Counter,
    seconds: Histogram,
    active: Gauge,
    at_most: Gauge,
    depth: Gauge,
    adds: Counter,
    retries: Counter,
    waited: Histogram,
    worked: Histogram,
    working: Arc<Mutex<BTreeMap<u64, Instant>>>,
    requests: Family<RequestLabels, Counter>,
    leads: Family<LeaseLabels, Gauge>,
    migrations: Migrations,
}

impl Default for Metrics {
    fn default() -> Self {
        let controller = ControllerLabels { controller: CONTROLLER };
        let reconciles = Family::<ResultLabels, Counter>::default();
        for outcome in Outcome::ALL {
            // So that each result is there before it occurs.
            drop(reconciles.get_or_create(&ResultLabels { controller: CONTROLLER, result: outcome.label() }));
        }
        let errors = Family::<ControllerLabels, Counter>::default();
        let seconds = Family::<ControllerLabels, Histogram>::new_with_constructor(|| Histogram::new(SECONDS));
        let (active, at_most) = (Family::<ControllerLabels, Gauge>::default(), Family::default());
        let (requests, leads) = (Family::default(), Family::default());
        let queue = QueueLabels { name: CONTROLLER, controller: CONTROLLER };
        let depth = Family::<QueueLabels, Gauge>::default();
        let (adds, retries) =
            (Family::<QueueLabels, Counter>::default(), Family::<QueueLabels, Counter>::default());
        let queue_seconds =
            || Family::<QueueLabels, Histogram>::new_with_constructor(|| Histogram::new(QUEUE_SECONDS));
        let (waited, worked) = (queue_seconds(), queue_seconds());
        let working = Arc::<Mutex<BTreeMap<u64, Instant>>>::default();
        let mut registry = Registry::default();
        // The library appends `_total` to the names of counters, and a full stop to each explanation.
        registry.register("controller_runtime_reconcile", "Reconciliations by result", reconciles.clone());
        registry.register(
            "controller_runtime_reconcile_errors",
            "Reconciliations that failed",
            errors.clone(),
        );
        registry.register(
            "controller_runtime_reconcile_time_seconds",
            "Duration of reconciliations",
            seconds.clone(),
        );
        registry.register("controller_runtime_active_workers", "Reconciliations under way", active.clone());
        registry.register(
            "controller_runtime_max_concurrent_reconciles",
            "The most reconciliations at a time",
            at_most.clone(),
        );
        registry.register("workqueue_depth", "Objects that wait for a worker", depth.clone());
        registry.register("workqueue_adds", "Objects that began to wait for a worker", adds.clone());
        registry.register("workqueue_retries", "Those among them that had failed", retries.clone());
        registry.register(
            "workqueue_queue_duration_seconds",
            "How long objects waited for a worker",
            waited.clone(),
        );
        registry.register(
            "workqueue_work_duration_seconds",
            "How long workers took for an object",
            worked.clone(),
        );
        registry.register_collector(Box::new(Working(working.clone())));
        let migrations = Migrations::default();
        registry.register_collector(Box::new(migrations.clone()));
        registry.register("rest_client_requests", "Requests to the seed and to Google", requests.clone());
        registry.register("leader_election_master_status", "Whether this process leads", leads.clone());
        Self {
            registry: Arc::new(registry),
            reconciles,
            errors: errors.get_or_create_owned(&controller),
            seconds: seconds.get_or_create_owned(&controller),
            active: active.get_or_create_owned(&controller),
            at_most: at_most.get_or_create_owned(&controller),
            depth: depth.get_or_create_owned(&queue),
            adds: adds.get_or_create_owned(&queue),
            retries: retries.get_or_create_owned(&queue),
            waited: waited.get_or_create_owned(&queue),
            worked: worked.get_or_create_owned(&queue),
            working,
            requests,
            leads,
            migrations,
        }
    }
}

impl Metrics {
    /// Sets the most reconciliations that run at a time.
    pub fn at_most(&self, workers: usize) {
        self.at_most.set(i64::try_from(workers).unwrap_or(i64::MAX));
    }

    /// Counts an object that waits for a worker, `again` if it has failed before. It waits for as long as the value lives, or until
    /// [`Waiting::begun`].
    pub fn waits(&self, again: bool) -> Waiting {
        self.adds.inc();
        if again {
            self.retries.inc();
        }
        self.depth.inc();
        Waiting { metrics: self.clone(), since: Instant::now() }
    }

    /// Counts a request that was answered with `status`, or not at all.
    pub(super) fn requested(&self, method: &http::Method, host: &str, status: Option<http::StatusCode>) {
        let code = status.map_or_else(|| "<error>".to_owned(), |status| status.as_u16().to_string());
        let labels = RequestLabels { code, method: method.to_string(), host: host.to_owned() };
        self.requests.get_or_create(&labels).inc();
    }

    /// Sets whether this process holds the Lease `name`.
    pub fn leads(&self, name: &str, leads: bool) {
        self.leads.get_or_create(&LeaseLabels { name: name.to_owned() }).set(i64::from(leads));
    }

    /// The migrations, which others tell of.
    pub fn migrations(&self) -> Migrations {
        self.migrations.clone()
    }

    /// All metrics as OpenMetrics text.
    pub(super) fn encode(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// An object that waits for a worker.
#[derive(Debug)]
pub struct Waiting {
    metrics: Metrics,
    since: Instant,
}

impl Waiting {
    /// Counts that a worker takes the object.
    pub fn begun(self) -> Reconciling {
        let metrics = self.metrics.clone();
        metrics.waited.observe(self.since.elapsed().as_secs_f64());
        metrics.active.inc();
        let since = Instant::now();
        let mut working = metrics.working.lock().unwrap_or_else(PoisonError::into_inner);
        let number = working.last_key_value().map_or(0, |(last, _)| last + 1);
        working.insert(number, since);
        drop(working);
        Reconciling { metrics, number, since }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.metrics.depth.dec();
    }
}

/// A reconciliation under way, for as long as the value lives.
#[derive(Debug)]
pub struct Reconciling {
    metrics: Metrics,
    number: u64,
    since: Instant,
}

impl Reconciling {
    /// Counts the end of the reconciliation.
    pub fn ended(self, outcome: Outcome) {
        let (metrics, took) = (&self.metrics, self.since.elapsed().as_secs_f64());
        metrics.seconds.observe(took);
        metrics.worked.observe(took);
        let labels = ResultLabels { controller: CONTROLLER, result: outcome.label() };
        metrics.reconciles.get_or_create(&labels).inc();
        if outcome == Outcome::Error {
            metrics.errors.inc();
        }
    }
}

impl Drop for Reconciling {
    fn drop(&mut self) {
        self.metrics.active.dec();
        self.metrics.working.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.number);
    }
}

/// The instants at which the reconciliations under way began: what has not ended yet shows in no histogram.
#[derive(Debug)]
struct Working(Arc<Mutex<BTreeMap<u64, Instant>>>);

impl Collector for Working {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let working = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let ages: Vec<f64> = working.values().map(|since| since.elapsed().as_secs_f64()).collect();
        for (name, help, value) in [
            (
                "workqueue_unfinished_work_seconds",
                "Seconds that reconciliations under way have taken, together",
                ages.iter().sum(),
            ),
            (
                "workqueue_longest_running_processor_seconds",
                "Seconds that the longest of them has taken",
                ages.iter().copied().fold(0.0, f64::max),
            ),
        ] {
            let gauge = Family::<QueueLabels, Gauge<f64, AtomicU64>>::default();
            gauge.get_or_create(&QueueLabels { name: CONTROLLER, controller: CONTROLLER }).set(value);
            gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}
