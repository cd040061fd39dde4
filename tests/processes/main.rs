//! The binary as an operator uses it: real processes, a real kube-apiserver, real sockets and signals.

#![cfg(test)]

mod access;
mod canary;
mod clocks;
mod crowd;
mod killed;
mod network;
mod plan;
mod probes;
mod replicas;
mod shutdown;
mod support;
mod unreachable;
mod usage;
