//! The output of a child: kept in a file for people, and as lines for programs.
//!
//! A reader never misses a line, however late it begins or however slow it is: lines are kept, not broadcast.

use std::fs::File;
use std::io::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::sync::watch;

/// A stream of a child's output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// A line of output, without its line break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Stream that the line came from.
    pub source: Source,
    /// Text of the line; bytes that are not UTF-8 are replaced.
    pub text: String,
}

impl Line {
    /// The line as JSON, if it is a JSON object.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_str(&self.text).ok().filter(Value::is_object)
    }
}

#[derive(Debug)]
struct Content {
    lines: Vec<Line>,
    file: File,
    streams: usize,
}

/// The growing output of one child; clones share it.
#[derive(Debug, Clone)]
pub(super) struct Log {
    content: Arc<Mutex<Content>>,
    changed: Arc<watch::Sender<()>>,
}

impl Log {
    pub(super) fn new(file: File) -> Self {
        let content = Content { lines: Vec::new(), file, streams: 0 };
        Self { content: Arc::new(Mutex::new(content)), changed: Arc::new(watch::Sender::new(())) }
    }

    /// Follows one stream of the child in a task of its own, which ends with the stream.
    pub(super) fn follow(&self, source: Source, stream: impl AsyncRead + Unpin + Send + 'static) {
        self.lock().streams += 1;
        let log = self.clone();
        tokio::spawn(async move {
            let mut stream = BufReader::new(stream);
            let mut bytes = Vec::new();
            while matches!(stream.read_until(b'\n', &mut bytes).await, Ok(1..)) {
                let text = String::from_utf8_lossy(&bytes).trim_end_matches(['\n', '\r']).to_owned();
                bytes.clear();
                log.push(Line { source, text });
            }
            log.lock().streams -= 1;
            log.changed.send_replace(());
        });
    }

    pub(super) fn reader(&self) -> LogReader {
        LogReader { log: self.clone(), next: 0, changed: self.changed.subscribe() }
    }

    /// The last `count` lines, for an error message.
    pub(super) fn tail(&self, count: usize) -> String {
        let content = self.lock();
        let skip = content.lines.len().saturating_sub(count);
        content.lines.iter().skip(skip).map(|line| format!("  {}\n", line.text)).collect()
    }

    fn push(&self, line: Line) {
        let mut content = self.lock();
        // A full disk must not stop the child; its lines still reach the readers.
        let _ = writeln!(content.file, "{}", line.text);
        content.lines.push(line);
        drop(content);
        self.changed.send_replace(());
    }

    fn lock(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads a child's lines from the first one on, waiting for those to come.
#[derive(Debug)]
pub struct LogReader {
    log: Log,
    next: usize,
    changed: watch::Receiver<()>,
}

impl LogReader {
    /// The next line; `None` when the child has closed both streams and all lines were read. Cancel-safe.
    pub async fn next(&mut self) -> Option<Line> {
        loop {
            self.changed.mark_unchanged();
            {
                let content = self.log.lock();
                if let Some(line) = content.lines.get(self.next) {
                    self.next += 1;
                    return Some(line.clone());
                }
                if content.streams == 0 {
                    return None;
                }
            }
            self.changed.changed().await.ok()?;
        }
    }

    /// Skips to the next line that `wanted` accepts; `None` as for [`LogReader::next`].
    pub async fn find(&mut self, wanted: impl Fn(&Line) -> bool) -> Option<Line> {
        loop {
            let line = self.next().await?;
            if wanted(&line) {
                return Some(line);
            }
        }
    }
}
