//! The service stack to a shoot's API, assembled here and nowhere else.
//!
//! A request enters at the top and leaves at the bottom.
//!
//! | layer | why it is there |
//! |---|---|
//! | read only | nothing is ever written: whatever is not a GET ends here |
//! | throttle | requests beyond the rate wait here, which counts for no attempt |
//! | attempt | the time of a call begins here, and its answer ends here in full |
//! | user agent | nothing leaves without the name of this program |
//! | connection | meter, authentication, sockets; or an API in the same process |

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::{HeaderValue, USER_AGENT};
use http::{Request, Response};
use kube::Client;
use kube::client::Body;
use tower::util::{BoxCloneSyncService, option_layer};
use tower::{BoxError, Service, ServiceBuilder};

use super::attempt::{Attempt, Wanted};
use super::read_only::ReadOnly;
use crate::kubernetes::Throttle;

/// The time of a call that reads objects.
const USUAL: Wanted = Wanted { within: Duration::from_secs(10), body: true };

/// The whole stack.
pub(super) type Wire = BoxCloneSyncService<Request<Body>, Response<Bytes>, BoxError>;

/// The stack over `connection`.
pub(super) fn wire(connection: Client, throttle: Option<Throttle>) -> Wire {
    let stack = ServiceBuilder::new()
        .layer(ReadOnly)
        .layer(option_layer(throttle))
        .layer(Attempt { usual: USUAL })
        .map_request(named)
        .service(Connection(connection));
    Wire::new(stack)
}

fn named(mut request: Request<Body>) -> Request<Body> {
    const PRODUCT: &str = concat!("gardener-extension-infra-gcp/", env!("CARGO_PKG_VERSION"));
    request.headers_mut().insert(USER_AGENT, HeaderValue::from_static(PRODUCT));
    request
}

/// A client as the service at the bottom of the stack. A request leaves once its answer is waited for.
#[derive(Clone)]
struct Connection(Client);

impl Service<Request<Body>> for Connection {
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let client = self.0.clone();
        Box::pin(async move { Ok(client.send(request).await?) })
    }
}
