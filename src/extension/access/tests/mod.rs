//! From Secrets to credentials, and from credentials to calls.

mod google;
mod secrets;
mod soak;

use std::sync::Arc;

use crate::gcp::Transport;
use crate::gcp::transport::{HttpTransport, Timeouts};

fn network() -> Arc<dyn Transport> {
    Arc::new(HttpTransport::new(Timeouts::default()).unwrap())
}
