//! Every number of the retry rule and of polling.

use std::time::Duration;

/// How patient the client is. All durations are measured on tokio's clock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Policy {
    /// How often a call is sent at most, the first time included.
    pub attempts: u32,
    /// How long a call may go on trying; a wait that would end later is not begun.
    pub retry_for: Duration,
    /// How long one attempt may take, on top of what the transport allows.
    pub attempt_timeout: Duration,
    /// The first wait after a failure. It doubles with each attempt, and a random half of it is taken away.
    pub backoff: Duration,
    /// The longest such wait.
    pub backoff_max: Duration,
    /// The length of Google's rate windows, which start at each full minute of the server's clock. After a request
    /// beyond the rate the client waits for the next window, or for this long at most.
    pub rate_window: Duration,
    /// Over how much time the calls that waited for a window are spread once it starts.
    pub rate_spread: Duration,
    /// The wait before an operation is looked at for the first time, and the least time between two polls of a scope.
    pub poll_first: Duration,
    /// The wait between two looks doubles up to this.
    pub poll_interval: Duration,
    /// How long a mutation may take, retries and operation included.
    pub deadline: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            attempts: 8,
            retry_for: Duration::from_secs(180),
            attempt_timeout: Duration::from_secs(60),
            backoff: Duration::from_millis(500),
            backoff_max: Duration::from_secs(20),
            rate_window: Duration::from_secs(60),
            rate_spread: Duration::from_secs(5),
            poll_first: Duration::from_secs(1),
            poll_interval: Duration::from_secs(5),
            deadline: Duration::from_secs(600),
        }
    }
}
