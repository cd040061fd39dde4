# The image of the controller.
#
# No check of this project builds it: the checks run without a container runtime and without a registry of images. What
# is copied into it is built and tested by them; this file itself is shown by nothing. Both bases can be replaced:
#   docker build --build-arg RUST_IMAGE=… --build-arg RUNTIME_IMAGE=… -t registry.example.com/gardener-extension-infra-gcp:v0.1.0 .
ARG RUST_IMAGE=rust:1.95-bookworm
ARG RUNTIME_IMAGE=gcr.io/distroless/cc-debian12:nonroot

FROM ${RUST_IMAGE} AS build
WORKDIR /src
COPY . .
RUN cargo build --release --locked --package gardener-extension-infra-gcp

# Of the same Debian release as the builder: the binary is linked against its libc.
FROM ${RUNTIME_IMAGE}
COPY --from=build /src/target/release/gardener-extension-infra-gcp /gardener-extension-infra-gcp
USER 65532:65532
ENTRYPOINT ["/gardener-extension-infra-gcp"]
