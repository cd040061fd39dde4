//! What runs in the pods of the CCM, as the part that plays kubelet sees it.

use std::time::Duration;

use serde_json::Value;

/// The containers of all pods of the CCM, by the names of their pods.
pub(super) trait Containers: Send {
    /// Takes note that all pods are looked at anew, and that these are there; what ran in others is gone.
    fn begin(&mut self, pods: &[&str]);

    /// Lets the container of `pod` run with these arguments, if it does not yet.
    fn run(&mut self, pod: &str, arguments: &Value);

    /// Tells the container of `pod` to end, if it was not told yet; returns whether it has ended.
    fn stop(&mut self, pod: &str, arguments: &Value) -> bool;

    /// Takes note that `pod`, whose container has ended, is gone.
    fn forget(&mut self, pod: &str);

    /// Whether the container of `pod` was told to end.
    fn is_stopping(&self, pod: &str) -> bool;

    /// Takes note that all pods were looked at.
    fn settle(&mut self);

    /// Time until a container that was told to end should be looked at again; `None`: there is none.
    fn next_end(&self) -> Option<Duration>;
}
