//! The name of a candidate.

use crate::environment::Rng;

/// The file in which Linux keeps the name of the machine, which in a pod is the pod's.
const HOSTNAME: &str = "/proc/sys/kernel/hostname";

/// A new name: the pod's, for people, and a random part, as a process that is started anew in the same pod is another candidate.
pub fn identity(rng: &dyn Rng) -> String {
    let host = std::fs::read_to_string(HOSTNAME).unwrap_or_default();
    let host = Some(host.trim()).filter(|host| !host.is_empty()).unwrap_or("unknown");
    format!("{host}_{}", rng.uuid())
}
