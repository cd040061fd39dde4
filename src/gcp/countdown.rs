//! A time limit that stands still while somebody holds it.
//!
//! A mutation has so much time for what it does, and a call for its attempts. What waits until it may be sent does nothing yet, and
//! holds these limits meanwhile.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

/// A time limit, on tokio's clock. Clones share it.
#[derive(Clone)]
pub(super) struct Countdown(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    /// Notified when nobody holds it any more.
    released: Notify,
}

struct State {
    /// The end, as if nobody held it from now on.
    end: Instant,
    /// The instant since which the countdown stands still; `None`: it runs.
    held_since: Option<Instant>,
    holds: usize,
}

/// A reason for a countdown to stand still, for as long as the value lives.
pub(super) struct Hold(Countdown);

impl Countdown {
    /// A limit of `time` from now on.
    pub(super) fn new(time: Duration) -> Self {
        let state = State { end: Instant::now() + time, held_since: None, holds: 0 };
        Self(Arc::new(Shared { state: Mutex::new(state), released: Notify::new() }))
    }

    /// Stops the countdown until the returned value, and all others of its kind, are dropped.
    pub(super) fn hold(&self) -> Hold {
        let mut state = self.state();
        state.holds += 1;
        state.held_since.get_or_insert_with(Instant::now);
        Hold(self.clone())
    }

    /// The time that is left.
    pub(super) fn left(&self) -> Duration {
        let state = self.state();
        state.end.saturating_duration_since(state.held_since.unwrap_or_else(Instant::now))
    }

    /// The output of `work`; `None` if the time was up before, and `work` was dropped.
    pub(super) async fn limit<F: Future>(&self, work: F) -> Option<F::Output> {
        tokio::select! {
            biased;
            output = work => Some(output),
            () = self.used_up() => None,
        }
    }

    async fn used_up(&self) {
        loop {
            let running_until = {
                let state = self.state();
                state.held_since.is_none().then_some(state.end)
            };
            match running_until {
                Some(end) if end <= Instant::now() => return,
                // It may be held meanwhile: then the end is a later one.
                Some(end) => sleep_until(end).await,
                None => self.0.released.notified().await,
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let Self(countdown) = self;
        let mut state = countdown.state();
        state.holds -= 1;
        if state.holds == 0
            && let Some(since) = state.held_since.take()
        {
            state.end += since.elapsed();
            countdown.0.released.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use tokio::time::sleep;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn it_runs_except_while_somebody_holds_it() {
        let began = Instant::now();
        let countdown = Countdown::new(10 * SECOND);
        let work = async {
            sleep(4 * SECOND).await;
            let (first, second) = (countdown.hold(), countdown.hold());
            sleep(100 * SECOND).await;
            drop(first);
            sleep(100 * SECOND).await;
            assert_eq!(countdown.left(), 6 * SECOND);
            drop(second);
            pending::<()>().await;
        };
        assert_eq!(countdown.limit(work).await, None);
        assert_eq!((began.elapsed(), countdown.left()), (210 * SECOND, Duration::ZERO));
    }

    #[tokio::test(start_paused = true)]
    async fn what_ends_in_time_or_at_its_very_end_is_not_cut_off() {
        let countdown = Countdown::new(10 * SECOND);
        assert_eq!(countdown.limit(sleep(10 * SECOND)).await, Some(()));
        assert_eq!(countdown.limit(async { 7 }).await, Some(7));
        assert_eq!(countdown.limit(sleep(SECOND)).await, None);
    }
}
