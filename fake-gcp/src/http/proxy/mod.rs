//! The HTTPS proxy: whoever asks it for a connection to a host of Google's (HTTP CONNECT) gets one to the fake, which proves by a
//! certificate of its own make to be that host. It leads nowhere else, and opens no connection itself.
//!
//! A client that takes no other endpoint finds the fake so: it is told of the proxy and of the certificate, and nothing of it changes.

pub mod authority;
pub(super) mod destination;
pub(super) mod tunnel;

use std::sync::Arc;

pub use authority::Authority;
pub use tunnel::Broken;

/// What a server needs to be an HTTPS proxy.
#[derive(Debug, Clone)]
pub struct Proxy {
    authority: Arc<Authority>,
    tell: fn(&Broken),
}

impl Proxy {
    /// A proxy whose hosts are vouched for by `authority`. `tell` hears of tunnels in which no request could be read: most often,
    /// the client does not trust the certificate.
    pub fn new(authority: Authority, tell: fn(&Broken)) -> Self {
        Self { authority: Arc::new(authority), tell }
    }
}
