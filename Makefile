# One entry per thing that people and CI do; CI runs nothing else.

NODES ?= 20
ARGS ?=
SEEDS ?= 5000
SEED ?=
WITHOUT ?=
WHOLE ?=
CLIENT ?=
UPDATE ?=

BIN := $(or $(CARGO_TARGET_DIR),target)/debug
GROWTH := $(or $(CARGO_TARGET_DIR),target)/growth
# Built by Go on first use, which takes about 2 minutes, and kept in Go's cache.
HELM := go -C tools/helm tool helm

.DEFAULT_GOAL := help
.PHONY: help build test check worlds growth sequences bench-fake test-clients compute-api demo demo-matrix journey test-journey test-ccm clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build the three binaries: controller, fake-gcp, landscape
	@cargo build --workspace --locked

# Tests with real processes wait more than they compute, so more of them run at once than there are cores.
test: export RUST_TEST_THREADS ?= $(shell expr 3 '*' $$(nproc))
test: build ## run all tests: unit, golden, and those with real processes
	@$(BIN)/landscape build
	@cargo test --workspace --locked

check: ## check format, lints, dependencies, documentation and chart
	@cargo fmt --all --check
	@cargo clippy --workspace --all-targets --locked -- -D warnings
	@if cargo deny --version >/dev/null 2>&1; then \
		cargo deny --locked check licenses bans sources; \
	else \
		echo "cargo-deny: skipped, it is not installed (cargo install --locked cargo-deny); licences, bans and sources are also checked by: cargo test --test architecture dependencies" >&2; \
	fi
	@RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked
	@$(HELM) lint --strict --quiet $(CURDIR)/charts/gardener-extension-infra-gcp
	@cargo test --workspace --test chart --locked --quiet

# The profile is as fast as it gets without a long build.
worlds: export WORLDS_SEEDS = $(SEEDS)
worlds: export WORLDS_SEED = $(SEED)
worlds: export WORLDS_WITHOUT = $(WITHOUT)
worlds: ## go through worlds drawn at random: make worlds SEEDS=20000, or one: SEED=7 WITHOUT=crashes,event-0; WHOLE=1: with all clients and a cloud
	@cargo test $(if $(WHOLE),--test simulation,--package planner --test worlds) --profile worlds --locked -- $(if $(WHOLE),lifecycle::worlds) --nocapture

# An instrumented build has a folder of its own, where its profiles go too. With the target named, build scripts are not instrumented.
COUNT = cargo run --locked --quiet --target-dir "$(GROWTH)" --target "$$(rustc -vV | sed -n 's/^host: //p')"

growth: export CARGO_PROFILE_DEV_OPT_LEVEL = 1
growth: export RUSTFLAGS = -Cprofile-generate
growth: export LLVM_PROFILE_FILE = $(GROWTH)/driver.profraw
growth: ## count work: the planner's, which must be linear in nodes, and that of the fake cloud's calls, which must not grow with the world
	@$(COUNT) --package planner --example growth_of_plans
	@$(COUNT) --package fake-gcp --example growth_of_calls

sequences: export SEQUENCES = $(if $(filter-out 5000,$(SEEDS)),$(SEEDS),100000)
sequences: export SEQUENCE = $(SEED)
sequences: ## send random sequences of calls to the fake cloud: make sequences SEEDS=100000, or one: SEED=7
	@cargo test --package fake-gcp --test sequences --profile worlds --locked -- --nocapture

bench-fake: ## measure the fake cloud with 1,000, 10,000 and 100,000 VMs, and its memory after 1,000,000 changes
	@cargo run --package fake-gcp --example bench --profile worlds --locked --quiet

# Each client is built in a folder of its own, where its language is installed; Rust's takes minutes the first time.
test-clients: ## try Google's own clients, unchanged, on the fake cloud: make test-clients CLIENT=go, or UPDATE=1 to write its page anew
	@cargo build --package fake-gcp --locked --quiet
	@python3 -B tools/clients/run.py --fake $(BIN)/fake-gcp --programs $(or $(CARGO_TARGET_DIR),target)/clients \
		$(addprefix --client ,$(CLIENT)) $(if $(UPDATE),--update)

# Into another file first, so that a run that fails leaves the table as it is.
compute-api: ## make the table of all that Compute v1 has anew, from the version that tools/compute-api names
	@go -C tools/compute-api run . > target/compute-v1.txt
	@mv target/compute-v1.txt fake-gcp/src/api/discovery/compute-v1.txt

demo: build ## migrate one shoot before your eyes: make demo NODES=200 ARGS="--crash-at M9 --output json", or ARGS="--undo-at M6"
	@$(BIN)/landscape demo --nodes $(NODES) $(ARGS)

# The cloud-controller-manager is the real one, with waits of its own; so this is no part of `make test`.
journey: build ## bring one shoot all the way to dual-stack, back, and to its end: make journey ARGS="--nodes 3 --crash M9 --output json"
	@$(BIN)/landscape journey $(ARGS)

# They wait more than they compute, so all of them run at once.
test-journey: export RUST_TEST_THREADS ?= 4
test-journey: build ## play a journey of three nodes, hold docs/usage/journey.md against what it tells, and play three with trouble in the middle
	@$(BIN)/landscape build --ccm real
	@cargo test --workspace --test journey --locked

test-ccm: export RUST_TEST_THREADS ?= 6
test-ccm: build ## play the same scenarios with the real cloud-controller-manager and with its stand-in, and compare
	@$(BIN)/landscape build --ccm real
	@cargo test --workspace --test ccm --locked

demo-matrix: build ## kill the controller after each step M2 to M11, with 20 and with 200 nodes
	@$(BIN)/landscape matrix --nodes 20,200 --steps M2..M11 --latency recorded $(ARGS)

clean: ## remove all that was built in this folder; Go's own caches stay (go clean -cache)
	@cargo clean
