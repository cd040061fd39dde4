//! The request log: every call of the API with its outcome, so that a client's calls can be counted.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;

use crate::settings::{Keep, duration};
use crate::time::Instant;

/// The kind of a call, by what it costs the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CallKind {
    /// The call changes nothing.
    Read,
    /// The call starts an operation.
    Mutation,
    /// The call asks for an access token.
    Token,
}

/// One call in the log.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// Number of the call, from 1.
    pub seq: u64,
    /// Instant at which it arrived.
    pub at: Instant,
    /// Name of the method, such as `compute.subnetworks.patch`; `unknown` if none is modelled for this path.
    pub method: String,
    /// HTTP method, in capitals.
    pub http_method: String,
    /// Path of the URL.
    pub path: String,
    /// Query of the URL, undecoded.
    pub query: String,
    /// Value of the header `User-Agent`.
    pub user_agent: String,
    /// CallKind of the call.
    pub kind: CallKind,
    /// HTTP status of the reply; 0 if the connection broke instead.
    pub status: u16,
    /// Name of the operation that the call started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
}

/// The last calls, in the order of their arrival.
#[derive(Debug, Clone, Default)]
pub struct RequestLog {
    kept: VecDeque<Entry>,
    /// Number of calls so far.
    count: u64,
}

/// Numbers of the calls of a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Number that the next call of anybody will get: passed as `since`, it counts from here on.
    pub next_seq: u64,
    /// Number of the oldest call that is kept; nothing is known of those before it.
    pub oldest_seq: u64,
    /// Number of all these calls that are kept.
    pub total: u64,
    /// Number of those that were refused with 401: they are no reads, no mutations, and calls of no method.
    pub unauthenticated: u64,
    /// Number of reads among them.
    pub reads: u64,
    /// Number of mutations among them.
    pub mutations: u64,
    /// Numbers of calls by method.
    pub by_method: BTreeMap<String, u64>,
}

impl RequestLog {
    /// The number that the next call gets.
    pub fn next_seq(&self) -> u64 {
        self.count + 1
    }

    /// Adds a call, and forgets those that are not kept.
    pub(crate) fn push(&mut self, entry: Entry, keep: Keep) {
        let age = duration(keep.age);
        while self.kept.len() >= keep.requests.max(1)
            || self.kept.front().is_some_and(|oldest| entry.at.since(oldest.at) > age)
        {
            self.kept.pop_front();
        }
        self.kept.push_back(entry);
        self.count += 1;
    }

    /// The number of the oldest call that is kept.
    fn oldest_seq(&self) -> u64 {
        self.kept.front().map_or(self.next_seq(), |entry| entry.seq)
    }

    /// Calls whose `User-Agent` starts with `agent`, from number `since` on.
    pub fn select<'a>(&'a self, agent: &'a str, since: u64) -> impl Iterator<Item = &'a Entry> {
        let skipped = usize::try_from(since.saturating_sub(self.oldest_seq())).unwrap_or(usize::MAX);
        let recent = self.kept.range(skipped.min(self.kept.len())..);
        recent.filter(move |entry| entry.user_agent.starts_with(agent))
    }

    /// The numbers of the same calls.
    pub fn summary(&self, agent: &str, since: u64) -> Summary {
        let mut summary = Summary {
            next_seq: self.next_seq(),
            oldest_seq: self.oldest_seq(),
            total: 0,
            unauthenticated: 0,
            reads: 0,
            mutations: 0,
            by_method: BTreeMap::new(),
        };
        for entry in self.select(agent, since) {
            summary.total += 1;
            if entry.status == 401 {
                summary.unauthenticated += 1;
                continue;
            }
            summary.reads += u64::from(entry.kind == CallKind::Read);
            summary.mutations += u64::from(entry.kind == CallKind::Mutation);
            *summary.by_method.entry(entry.method.clone()).or_default() += 1;
        }
        summary
    }
}
