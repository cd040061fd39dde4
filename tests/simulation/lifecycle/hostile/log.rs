//! All that is logged, whatever its target, down to what the binary shows by default.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

/// The fields of all lines: where, and what.
#[derive(Clone, Default)]
pub(super) struct Log(Arc<Mutex<Vec<(String, String)>>>);

impl Log {
    /// What writes into it.
    pub(super) fn subscriber(&self) -> impl Subscriber + Send + Sync + use<> {
        tracing_subscriber::registry().with(Lines(self.clone()))
    }

    /// Fields that are longer than `most` bytes, or have characters that are not to be seen, or tell of a panic.
    pub(super) fn wrong(&self, most: usize, seeds: &[u64]) -> Vec<String> {
        let fields = self.0.lock().unwrap();
        assert!(fields.len() > 100, "seeds {seeds:?}: nothing is logged");
        let odd = fields.iter().filter(|(_, text)| {
            text.len() > most || text.contains(char::is_control) || text.contains("panicked")
        });
        odd.map(|(place, text)| format!("seeds {seeds:?}: {} bytes at {place}: {text:.500?}", text.len()))
            .collect()
    }
}

struct Lines(Log);

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        // As the binary has it: of libraries what goes wrong, and of the client of the seed nothing.
        let ours = metadata.target().starts_with("gardener_extension_infra_gcp");
        let least = if ours { Level::INFO } else { Level::WARN };
        if *metadata.level() <= least && metadata.target() != "kube_client::client" {
            event.record(&mut Fields { log: &self.0, place: metadata.target() });
        }
    }
}

struct Fields<'a> {
    log: &'a Log,
    place: &'a str,
}

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let place = format!("{} {}", self.place, field.name());
        self.log.0.lock().unwrap().push((place, format!("{value:?}")));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let place = format!("{} {}", self.place, field.name());
        self.log.0.lock().unwrap().push((place, value.to_owned()));
    }
}
