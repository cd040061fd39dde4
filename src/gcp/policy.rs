//! The numbers of the retry rule and of polling.
//!
//! A reply may never come: the request or the answer is lost on the way, or a server forgets it. Whoever then waits as long as the
//! slowest honest answer could take loses a minute each time, with the cloud-controller-manager at zero perhaps. So the first attempt
//! of a call that may be sent twice is cut short, and each further one is given twice the time, up to what the slowest answer takes.
//! It is safe: a read changes nothing, and a mutation bears the same `requestId` each time, by which Google knows it and answers
//! with the operation that it began already. It ends: a server that is merely slow is given its time by the third or fourth attempt.
//! Attempts follow each other and do not race: two at a time would be twice the requests just when a server is slow, and they
//! count against the rate.
//!
//! What may be sent once only, such as the change of a router's NATs and the making of a service account, has the whole time at
//! once: to give up early would only mean not to know.

use std::time::Duration;

/// The patience of a client. All durations are measured on tokio's clock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Policy {
    /// The most attempts of one call, the first one included.
    pub attempts: u32,
    /// The time within which a call may go on trying, without what it waits for the permission to be sent; a wait that would end later is not begun.
    pub retry_for: Duration,
    /// The time for the first attempt of a call that may be sent again. Google answers most calls within a second, and long lists
    /// within a few.
    pub attempt_first: Duration,
    /// The most time for one attempt, from when it may be sent. The transport has a limit of its own.
    pub attempt_timeout: Duration,
    /// The first wait after a failure. It doubles with each attempt, and a random half of it is taken away.
    pub backoff: Duration,
    /// The longest wait after a failure, unless the server asks for a longer one.
    pub backoff_max: Duration,
    /// The length of Google's rate windows, which start at each full minute of the server's clock. After a request
    /// beyond the rate the client waits for the next window, or for this long at most.
    pub rate_window: Duration,
    /// The time over which the calls that waited for a rate window are spread once it starts.
    pub rate_spread: Duration,
    /// The wait before an operation is looked at for the first time, and the least time between two polls of a scope.
    pub poll_first: Duration,
    /// The longest wait between two looks at an operation; from one to the next it grows by `poll_first`.
    pub poll_interval: Duration,
    /// The time for a mutation, retries and operation included, without what it waits for the permission to be sent.
    pub deadline: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            attempts: 8,
            retry_for: Duration::from_secs(180),
            attempt_first: Duration::from_secs(10),
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
