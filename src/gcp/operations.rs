//! Pollers: one per scope for all operations in flight there.
//!
//! There is no task in the background. Of all who wait in a scope one leads: it asks for everybody, and hands the lead
//! on when its own operation is over or when it is dropped. So nothing outlives its callers, and a thousand operations
//! cost a list per forty, not a GET each.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use tokio::sync::{Notify, oneshot};
use tokio::time::{Instant, sleep_until};

use super::call::{Caller, Patience};
use super::countdown::Countdown;
use super::error::{Class, Error};
use super::filter::Filter;
use super::mutation::Scope;
use super::policy::Policy;
use super::types::{Operation, OperationStatus};

/// The number of operations that one list call asks for.
const CHUNK: usize = 40;

/// The number of polls that are on the way at the same time.
const PARALLEL: usize = 4;

/// The number of GETs that must answer 404 before an operation counts as vanished: a fresh one may not be visible everywhere.
const MISSES: u32 = 3;

pub(super) struct Poller {
    caller: Arc<Caller>,
    scope: Scope,
    waiting: Mutex<Waiting>,
    lead: tokio::sync::Mutex<()>,
    registered: Notify,
}

#[derive(Default)]
struct Waiting {
    entries: BTreeMap<Ticket, Entry>,
    next: Ticket,
    polled: Option<Instant>,
}

type Ticket = u64;

/// A waiter whose turn it is, and the name of the operation.
type Due = (Ticket, String);

struct Entry {
    operation: String,
    mutation: String,
    /// The time limit of the mutation.
    deadline: Countdown,
    due: Instant,
    step: Duration,
    /// Whether the operation is looked up by GET, because it was absent from a list, or the list was refused.
    alone: bool,
    misses: u32,
    answer: oneshot::Sender<Result<Operation, Error>>,
}

/// The place of a waiter in the list, which is given up when the waiter goes.
struct Registration<'a> {
    poller: &'a Poller,
    ticket: Ticket,
}

impl Drop for Registration<'_> {
    fn drop(&mut self) {
        self.poller.waiting().entries.remove(&self.ticket);
    }
}

impl Poller {
    pub(super) fn new(caller: Arc<Caller>, scope: Scope) -> Self {
        let waiting = Mutex::default();
        Self { caller, scope, waiting, lead: tokio::sync::Mutex::new(()), registered: Notify::new() }
    }

    /// Waits until `operation` is over, and returns it as it then is, failed or not.
    ///
    /// Failures to look that pass by themselves are waited out, without a limit: the caller has a deadline, which stands still while a
    /// look waits for the permission to be sent.
    pub(super) async fn wait(
        &self,
        mutation: &str,
        operation: &str,
        deadline: &Countdown,
    ) -> Result<Operation, Error> {
        let (_registration, mut answer) = self.register(mutation, operation, deadline);
        let lost = |_| Error::OutcomeUnknown {
            mutation: mutation.to_owned(),
            operation: operation.to_owned(),
            cause: None,
        };
        let _lead = tokio::select! {
            biased;
            result = &mut answer => return result.map_err(lost)?,
            lead = self.lead.lock() => lead,
        };
        loop {
            // Whoever leads finishes the round, or those whose answers were on the way would be asked for again.
            tokio::select! {
                biased;
                result = &mut answer => return result.map_err(lost)?,
                () = self.next_round() => self.round().await,
            }
        }
    }

    fn register(
        &self,
        mutation: &str,
        operation: &str,
        deadline: &Countdown,
    ) -> (Registration<'_>, oneshot::Receiver<Result<Operation, Error>>) {
        let (answer, receiver) = oneshot::channel();
        let first = self.caller.policy.poll_first;
        let entry = Entry {
            operation: operation.to_owned(),
            mutation: mutation.to_owned(),
            deadline: deadline.clone(),
            due: Instant::now() + first,
            step: first * 2,
            alone: false,
            misses: 0,
            answer,
        };
        let mut waiting = self.waiting();
        let ticket = waiting.next;
        waiting.next += 1;
        waiting.entries.insert(ticket, entry);
        drop(waiting);
        self.registered.notify_one();
        (Registration { poller: self, ticket }, receiver)
    }

    /// Sleeps until an operation is due. Rounds keep a distance, so that operations that began one after the other are
    /// asked for together.
    async fn next_round(&self) {
        loop {
            let at = {
                let waiting = self.waiting();
                let due = waiting.entries.values().map(|entry| entry.due).min();
                let free = waiting.polled.map(|polled| polled + self.caller.policy.poll_first);
                due.map(|due| free.map_or(due, |free| free.max(due)))
            };
            let Some(at) = at else {
                self.registered.notified().await;
                continue;
            };
            tokio::select! {
                () = sleep_until(at) => return,
                () = self.registered.notified() => {}
            }
        }
    }

    /// Asks for all operations that are due.
    async fn round(&self) {
        let (alone, together) = self.due();
        // Rounds follow each other: whoever waits in this scope waits for this one.
        let caller = &self.caller.holding(self.deadlines());
        let mut polls: Vec<BoxFuture<'_, ()>> = Vec::new();
        for (ticket, operation) in alone {
            polls.push(Box::pin(self.poll_one(caller, ticket, operation)));
        }
        for chunk in together.chunks(CHUNK) {
            polls.push(match chunk {
                [(ticket, operation)] => Box::pin(self.poll_one(caller, *ticket, operation.clone())),
                chunk => Box::pin(self.poll_chunk(caller, chunk.to_vec())),
            });
        }
        let mut polls = polls.into_iter();
        let mut running: FuturesUnordered<_> = polls.by_ref().take(PARALLEL).collect();
        while running.next().await.is_some() {
            running.extend(polls.next());
        }
    }

    /// The operations that are due: those that are asked for one by one, and those that are asked for in lists.
    fn due(&self) -> (Vec<Due>, Vec<Due>) {
        let now = Instant::now();
        let mut waiting = self.waiting();
        waiting.polled = Some(now);
        let due = waiting.entries.iter().filter(|(_, entry)| entry.due <= now);
        let due: Vec<_> =
            due.map(|(ticket, entry)| (entry.alone, (*ticket, entry.operation.clone()))).collect();
        let (alone, together): (Vec<_>, Vec<_>) = due.into_iter().partition(|(alone, _)| *alone);
        let pairs = |list: Vec<(bool, Due)>| list.into_iter().map(|(_, pair)| pair).collect();
        (pairs(alone), pairs(together))
    }

    fn deadlines(&self) -> Vec<Countdown> {
        self.waiting().entries.values().map(|entry| entry.deadline.clone()).collect()
    }

    async fn poll_one(&self, caller: &Caller, ticket: Ticket, operation: String) {
        let path = self.scope.path().word("operations").name(&operation);
        let answer = match caller.get(&path, &[]) {
            Ok(call) => caller.fetch::<Operation>(&call, Patience::Once).await,
            Err(error) => Err(error),
        };
        self.update(ticket, |rules, entry| match answer {
            Ok(operation) => rules.seen(entry, operation),
            Err(error) if error.class() == Class::NotFound => rules.missed(entry),
            Err(error) if error.is_transient() => rules.postponed(entry, &error),
            Err(error) => rules.unknown(entry, Some(Box::new(error))),
        });
    }

    async fn poll_chunk(&self, caller: &Caller, chunk: Vec<Due>) {
        let path = self.scope.path().word("operations");
        let answer = match Filter::named(chunk.iter().map(|(_, operation)| operation.as_str())) {
            Ok(filter) => {
                let query = [("filter", filter.as_str())];
                caller.list::<Operation>(&path, &query, Patience::Once).await
            }
            Err(problem) => Err(Error::Name { call: path.to_string(), problem }),
        };
        let mut found: BTreeMap<String, Operation> = BTreeMap::new();
        let mut failure = None;
        match answer {
            Ok(list) => found.extend(list.into_iter().map(|operation| (operation.name.clone(), operation))),
            Err(error) => failure = Some(error),
        }
        for (ticket, operation) in chunk {
            self.update(ticket, |rules, entry| match (&failure, found.remove(&operation)) {
                (Some(error), _) if error.is_transient() => rules.postponed(entry, error),
                (None, Some(operation)) => rules.seen(entry, operation),
                // A list may lag, or be forbidden where a GET is not.
                _ => rules.alone(entry),
            });
        }
    }

    /// Takes the entry, if its waiter is still there, and puts back what `change` leaves of it.
    fn update(&self, ticket: Ticket, change: impl FnOnce(&Rules<'_>, Entry) -> Option<Entry>) {
        let mut waiting = self.waiting();
        let Some(entry) = waiting.entries.remove(&ticket) else { return };
        if let Some(entry) = change(&Rules { caller: &self.caller }, entry) {
            waiting.entries.insert(ticket, entry);
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The rules for what becomes of an entry after a look: it waits on, or it is answered and gone.
struct Rules<'a> {
    caller: &'a Caller,
}

impl Rules<'_> {
    fn seen(&self, entry: Entry, operation: Operation) -> Option<Entry> {
        if operation.status == OperationStatus::Done {
            // The waiter may have gone meanwhile; then nobody wants to know.
            let _ = entry.answer.send(Ok(operation));
            return None;
        }
        Some(self.later(Entry { misses: 0, ..entry }))
    }

    fn missed(&self, entry: Entry) -> Option<Entry> {
        if entry.misses + 1 >= MISSES {
            return self.unknown(entry, None);
        }
        Some(self.later(Entry { misses: entry.misses + 1, alone: true, ..entry }))
    }

    fn alone(&self, entry: Entry) -> Option<Entry> {
        Some(Entry { alone: true, due: Instant::now(), ..entry })
    }

    fn postponed(&self, entry: Entry, error: &Error) -> Option<Entry> {
        tracing::debug!(operation = %entry.operation, %error, "cannot be looked at now");
        let asked = self.caller.pause(error, true, 1).unwrap_or_default();
        let entry = self.later(entry);
        Some(Entry { due: entry.due.max(Instant::now() + asked), ..entry })
    }

    fn unknown(&self, entry: Entry, cause: Option<Box<Error>>) -> Option<Entry> {
        let Entry { mutation, operation, answer, .. } = entry;
        let _ = answer.send(Err(Error::OutcomeUnknown { mutation, operation, cause }));
        None
    }

    fn later(&self, entry: Entry) -> Entry {
        let Policy { poll_first, poll_interval, .. } = self.caller.policy;
        let longest = poll_interval.max(poll_first);
        // By steps, not by doubling: most operations take 5 to 20 s, and are looked at less often and seen to end sooner.
        Entry {
            due: Instant::now() + entry.step.min(longest),
            step: (entry.step + poll_first).min(longest),
            ..entry
        }
    }
}
