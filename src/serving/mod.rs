//! The HTTP endpoints of the process: whether it lives, whether it is ready, and its metrics.
//!
//! May not know: what the work is.

mod address;
mod health;
mod http;
mod layer;
mod liveness;
mod metrics;
mod migrations;

pub use address::BindAddress;
pub use health::{Checks, Verdict};
pub use http::{ServingError, health, metrics, serve};
pub use layer::{MeterLayer, Metered};
pub use liveness::{Flag, Liveness};
pub use metrics::{Metrics, Outcome, Reconciling, Waiting};
pub use migrations::{Migrations, Stands};
