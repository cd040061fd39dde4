//! The binary as an operator uses it: real processes, a real kube-apiserver, real sockets and signals.

mod plan;
mod usage;
