//! Worker pools: which VMs are alike, by their names.

/// The worker pool of a VM: `CLUSTER-POOL` of a name `CLUSTER-POOL-zN-HASH-RANDOM`; any other name counts as a pool of its own.
pub fn worker_pool(vm: &str) -> &str {
    vm.rsplitn(4, '-').nth(3).unwrap_or(vm)
}

#[cfg(test)]
mod tests {
    use super::worker_pool;

    #[test]
    fn pools_of_machines() {
        assert_eq!(worker_pool("shoot--p--a-pool1-z1-7b74d-nsplm"), "shoot--p--a-pool1");
        assert_eq!(worker_pool("shoot--p--a-b-x-z2-7b74d-nsplm"), "shoot--p--a-b-x");
        assert_eq!(worker_pool("odd"), "odd");
    }
}
