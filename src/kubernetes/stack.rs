//! The wire to the seed: its service stack, assembled here and nowhere else.
//!
//! A request enters at the top and leaves at the bottom.
//!
//! | layer | why it is there |
//! |---|---|
//! | permission | all that may hold a request back for good: the leader's gate, asked again after each wait of those below |
//! | throttle | requests beyond the rate wait here, those that the gate lets through |
//! | meter | counts what leaves, and its answer |
//! | reach | sees whether the API server answers at all |
//! | kube's own | authentication, base URL, the sockets |

use http::{Request, Response};
use kube::client::{Body, ClientBuilder, DynBody};
use kube::{Client, Config};
use tower::layer::util::Identity;
use tower::util::{BoxService, option_layer};
use tower::{BoxError, Layer, Service};

use super::reach::{Reach, Reaching};
use super::throttle::Throttle;

/// A part of the stack, with the types of its layers erased.
pub type Part = BoxService<Request<Body>, Response<Box<DynBody>>, BoxError>;

/// A service that can be a part of the stack.
pub trait Link:
    Service<Request<Body>, Response = Response<Box<DynBody>>, Error = BoxError, Future: Send + 'static>
    + Send
    + 'static
{
}

impl<S> Link for S where
    S: Service<Request<Body>, Response = Response<Box<DynBody>>, Error = BoxError, Future: Send + 'static>
        + Send
        + 'static
{
}

/// The layers that a process puts between its calls and the seed. By default it is neither guarded nor limited nor counted.
#[derive(Clone, Debug)]
pub struct Layers<P = Identity, M = Identity> {
    /// The layers that may hold a request back, such as the leader's gate.
    pub permission: P,
    /// The limit of the rate of requests; `None`: they are sent at once.
    pub throttle: Option<Throttle>,
    /// The layers that count requests.
    pub meter: M,
    /// The layer that tells when the API server does not answer. The clients of a process share it, so that it is told once.
    pub reach: Reach,
}

impl Default for Layers {
    fn default() -> Self {
        let (permission, meter) = (Identity::new(), Identity::new());
        Self { permission, throttle: None, meter, reach: Reach::default() }
    }
}

/// A client of the seed, with connections of its own.
///
/// # Errors
/// If `config` cannot be used, e.g. for its certificates.
pub fn client<P, M>(config: Config, layers: Layers<P, M>) -> Result<Client, kube::Error>
where
    P: Layer<Part, Service: Link>,
    M: Layer<Reaching<Part>, Service: Link>,
{
    Ok(assembled(ClientBuilder::try_from(config)?, layers))
}

/// The service of `layers` over `bottom`, from the bottom to the top: each layer is put upon those before it.
fn assembled<P, M>(bottom: ClientBuilder<Part>, layers: Layers<P, M>) -> Client
where
    P: Layer<Part, Service: Link>,
    M: Layer<Reaching<Part>, Service: Link>,
{
    let stack = bottom
        .with_layer(&layers.reach)
        .with_layer(&layers.meter)
        .with_layer(&option_layer(layers.throttle))
        .with_layer(&Part::layer())
        .with_layer(&layers.permission);
    stack.build()
}

#[cfg(test)]
mod tests {
    use std::future::ready;
    use std::sync::{Arc, Mutex};
    use std::task::{Context, Poll};

    use futures::future::BoxFuture;
    use tokio::time::Instant;

    use super::*;

    /// The layers that were asked to go on, in order, each with the time in milliseconds.
    type Log = Arc<Mutex<Vec<(&'static str, u128)>>>;

    /// A layer that notes when a request goes on through it.
    #[derive(Clone)]
    struct Noting(&'static str, Instant, Log);

    struct Noted<S>(S, Noting);

    impl<S> Layer<S> for Noting {
        type Service = Noted<S>;

        fn layer(&self, inner: S) -> Noted<S> {
            Noted(inner, self.clone())
        }
    }

    impl<S, R> Service<R> for Noted<S>
    where
        S: Service<R, Future: Send + 'static>,
    {
        type Response = S::Response;
        type Error = S::Error;
        type Future = BoxFuture<'static, Result<S::Response, S::Error>>;

        fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
            self.0.poll_ready(context)
        }

        fn call(&mut self, request: R) -> Self::Future {
            let (answer, Noting(name, began, log)) = (self.0.call(request), self.1.clone());
            Box::pin(async move {
                log.lock().unwrap().push((name, began.elapsed().as_millis()));
                answer.await
            })
        }
    }

    #[tokio::test(start_paused = true)]
    async fn permission_is_asked_above_the_throttle_and_the_meter_counts_what_leaves() {
        let (began, log) = (Instant::now(), Log::default());
        let noting = |name| Noting(name, began, log.clone());
        let server = tower::service_fn(|_: Request<Body>| {
            ready(Err::<Response<Box<DynBody>>, _>(BoxError::from("it answers nobody")))
        });
        let bottom = ClientBuilder::new(Part::new(noting("server").layer(server)), "default");
        let layers = Layers {
            permission: noting("permission"),
            throttle: Some(Throttle::new(10.0, 1)),
            meter: noting("meter"),
            reach: Reach::default(),
        };
        let client = assembled(bottom, layers);
        let ask = || async {
            let request = Request::get("/").body(Vec::new()).unwrap();
            client.request_text(request).await.unwrap_err();
        };
        tokio::join!(ask(), ask());
        let mut seen = log.lock().unwrap().clone();
        seen.sort();
        assert_eq!(
            seen,
            [
                ("meter", 0),
                ("meter", 100),
                ("permission", 0),
                ("permission", 0),
                ("server", 0),
                ("server", 100)
            ]
        );
    }
}
