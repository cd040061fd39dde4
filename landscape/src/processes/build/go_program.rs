//! The programs that Go builds from sources in this repository, as data.

/// A program that is built with Go, and what people are told of it.
#[derive(Debug)]
pub(super) struct GoProgram {
    /// Name of the binary, and of its folder in the cache.
    pub(super) name: &'static str,
    /// What it is, for people.
    pub(super) title: &'static str,
    /// What the first build costs, for people.
    pub(super) cost: &'static str,
    /// The main package: `.` for the module's own.
    pub(super) package: &'static str,
    /// Flags of the linker; without them a program of Kubernetes reports version 0.0.0.
    pub(super) linker_flags: &'static str,
    /// Content of the module's `go.mod`.
    pub(super) module: &'static str,
    /// Content of the module's `go.sum`.
    pub(super) checksums: &'static str,
    /// The module's own code: name and content of each file.
    pub(super) code: &'static [(&'static str, &'static str)],
}

impl GoProgram {
    /// All files of the module, by name.
    pub(super) fn sources(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
        [("go.mod", self.module), ("go.sum", self.checksums)].into_iter().chain(self.code.iter().copied())
    }

    /// Number of modules that its `go.mod` requires.
    pub(super) fn module_count(&self) -> usize {
        module_count(self.module)
    }
}

/// etcd and kube-apiserver in one binary, from `testenv/`.
pub(super) const API_SERVER: GoProgram = GoProgram {
    name: "testenv",
    title: "etcd and kube-apiserver",
    cost: "4 to 9 minutes on 2 cores, and 2.8 GB of Go modules and cache",
    package: ".",
    linker_flags: "-s -w -X k8s.io/component-base/version.gitVersion=v1.36.3 \
        -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=36",
    module: include_str!("../../../testenv/go.mod"),
    checksums: include_str!("../../../testenv/go.sum"),
    code: &[("main.go", include_str!("../../../testenv/main.go"))],
};

/// Kubernetes' cloud-controller-manager with Google's provider, unchanged, from the versions in `ccm/`.
pub(super) const CLOUD_CONTROLLER_MANAGER: GoProgram = GoProgram {
    name: "cloud-controller-manager",
    title: "the cloud-controller-manager",
    cost: "3 to 6 minutes on 2 cores, and 2 GB of Go modules and cache",
    package: "k8s.io/kubernetes/cmd/cloud-controller-manager",
    linker_flags: "-s -w -X k8s.io/component-base/version.gitVersion=v1.30.14 \
        -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=30",
    module: include_str!("../../../ccm/go.mod"),
    checksums: include_str!("../../../ccm/go.sum"),
    code: &[],
};

/// All of them.
#[cfg(test)]
pub(super) const ALL: [&GoProgram; 2] = [&API_SERVER, &CLOUD_CONTROLLER_MANAGER];

/// The modules that a `go.mod` requires.
fn module_count(text: &str) -> usize {
    let mut inside = false;
    let mut count = 0;
    for line in text.lines() {
        inside = line == "require (" || (inside && line != ")");
        count += usize::from(inside && line.starts_with('\t'));
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn required_modules_are_counted() {
        assert_eq!(
            module_count("module m\n\nrequire (\n\ta v1\n\tb v2 // indirect\n)\n\nreplace (\n\tc => d\n)\n"),
            2
        );
        for program in ALL {
            assert!(program.module_count() > 80, "{}", program.name);
        }
    }
}
