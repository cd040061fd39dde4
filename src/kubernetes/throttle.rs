//! The limit of the rate of requests to the API server, by client-go's `qps` and `burst`.

use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use futures::future::BoxFuture;
use tokio::time::{Instant, sleep_until};
use tower::{Layer, Service};

/// A layer that holds requests back beyond a rate. All services that it makes share one budget.
#[derive(Clone, Debug)]
pub struct Throttle(Arc<Budget>);

#[derive(Debug)]
struct Budget {
    /// The time between two requests at the full rate.
    interval: Duration,
    /// The time by which requests may be ahead of the rate.
    ahead: Duration,
    /// The instant at which the requests so far would have been sent at the full rate.
    paid: Mutex<Option<Instant>>,
}

impl Throttle {
    /// A throttle of `qps` requests a second in the long run, and `burst` at once. Both count as the least positive value if they are less.
    pub fn new(qps: f32, burst: u32) -> Self {
        let interval = Duration::from_secs_f64(1.0 / f64::from(qps.max(0.001)));
        let ahead = interval.saturating_mul(burst.saturating_sub(1));
        Self(Arc::new(Budget { interval, ahead, paid: Mutex::new(None) }))
    }

    /// Counts one more request, and returns the instant from which it may be sent.
    fn next(&self) -> Instant {
        let Budget { interval, ahead, paid } = self.0.as_ref();
        let now = Instant::now();
        let mut paid = paid.lock().unwrap_or_else(PoisonError::into_inner);
        let due = paid.map_or(now, |paid| paid.max(now));
        *paid = Some(due + *interval);
        due.checked_sub(*ahead).unwrap_or(now)
    }
}

impl<S> Layer<S> for Throttle {
    type Service = Throttled<S>;

    fn layer(&self, inner: S) -> Throttled<S> {
        Throttled { inner, throttle: self.clone() }
    }
}

/// The service that [`Throttle`] makes.
#[derive(Clone, Debug)]
pub struct Throttled<S> {
    inner: S,
    throttle: Throttle,
}

impl<S, R> Service<R> for Throttled<S>
where
    S: Service<R>,
    S::Future: Send + 'static,
    S::Response: 'static,
    S::Error: 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<S::Response, S::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let at = self.throttle.next();
        // Nothing is sent before this is polled.
        let answer = self.inner.call(request);
        Box::pin(async move {
            sleep_until(at).await;
            answer.await
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_burst_at_once_and_then_the_rate() {
        let throttle = Throttle::new(10.0, 3);
        let begun = Instant::now();
        let service = tower::service_fn(|()| std::future::ready(Ok::<_, ()>(Instant::now())));
        let mut service = throttle.layer(service);
        let mut at = Vec::new();
        for _ in 0..6 {
            service.call(()).await.unwrap();
            at.push(begun.elapsed().as_millis());
        }
        assert_eq!(at, [0, 0, 0, 100, 200, 300]);
        tokio::time::advance(Duration::from_secs(60)).await;
        let again = Instant::now();
        for _ in 0..4 {
            service.call(()).await.unwrap();
        }
        assert_eq!(again.elapsed().as_millis(), 100, "what was saved up is a burst and no more");
    }
}
