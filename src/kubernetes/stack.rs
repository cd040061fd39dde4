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
    /// The limit of the rate of requests; none: they are sent at once.
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
    // From the bottom to the top: each layer is put upon those before it.
    let builder = ClientBuilder::try_from(config)?
        .with_layer(&layers.reach)
        .with_layer(&layers.meter)
        .with_layer(&option_layer(layers.throttle))
        .with_layer(&Part::layer())
        .with_layer(&layers.permission);
    Ok(builder.build())
}
