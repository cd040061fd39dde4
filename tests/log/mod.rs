//! What a test reads of the log: all that its own thread logs, and nothing of the tests beside it.
//!
//! One subscriber serves the whole process and gives each event to the log of the thread it comes from. With a subscriber of its own for
//! each test, events are lost: which places log at all is decided for the whole process when a place is first passed, and where one
//! subscriber is known, the thread that passes decides alone, so that a test without one would silence the place for all.

use std::cell::RefCell;
use std::fmt::{self, Debug, Display, Formatter};
use std::sync::{Arc, Mutex, Once};

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

thread_local! {
    /// Where the lines of this thread go, while a test of it wants them.
    static CURRENT: RefCell<Option<Log>> = const { RefCell::new(None) };
}

/// One event, down to the level that the binary shows by default.
pub(crate) struct Line {
    pub(crate) level: Level,
    /// The module that logs.
    pub(crate) target: String,
    /// Names and texts; `message` is the text that has no name.
    pub(crate) fields: Vec<(&'static str, String)>,
}

/// The log of one test.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<Line>>>);

/// Ends what [`Log::start`] began.
pub(crate) struct Logging(Option<Log>);

impl Log {
    /// Takes all that this thread logs from now on, while the guard lives.
    pub(crate) fn start() -> (Self, Logging) {
        static SUBSCRIBER: Once = Once::new();
        SUBSCRIBER.call_once(|| {
            tracing::subscriber::set_global_default(tracing_subscriber::registry().with(ByThread)).unwrap();
        });
        let log = Self::default();
        let before = CURRENT.replace(Some(log.clone()));
        (log, Logging(before))
    }

    /// What `read` makes of all lines so far.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&[Line]) -> T) -> T {
        read(&self.0.lock().unwrap())
    }
}

impl Drop for Logging {
    fn drop(&mut self) {
        CURRENT.set(self.0.take());
    }
}

/// Gives each event to the log of its thread.
struct ByThread;

impl<S: Subscriber> Layer<S> for ByThread {
    /// Never once for all: the next event at the same place may come from another thread.
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }

    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        *metadata.level() <= Level::INFO && CURRENT.with_borrow(Option::is_some)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::INFO)
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if let Some(log) = CURRENT.with_borrow(Clone::clone) {
            let (level, target) = (*event.metadata().level(), event.metadata().target().to_owned());
            let mut line = Line { level, target, fields: Vec::new() };
            event.record(&mut line);
            log.0.lock().unwrap().push(line);
        }
    }
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.record_str(field, &format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.push((field.name(), value.to_owned()));
    }
}

impl Display for Line {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}:", self.level, self.target)?;
        self.fields.iter().try_for_each(|(name, text)| write!(formatter, " {name}={text}"))
    }
}

/// A line each.
impl Display for Log {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        self.read(|lines| lines.iter().try_for_each(|line| writeln!(formatter, "{line}")))
    }
}
