# SPDX-License-Identifier: Apache-2.0
#
# The front door. Each target is a few calls of the scripts in setup/, which end every failure with
# one sentence: the cause and the way out. `make help` lists the targets.

PREFIX ?= /usr/local
DESTDIR ?=
# The tree under build/ (see CMakePresets.json) that build, test and lint use.
PRESET ?= release
# Passed on: make run ARGS="--output json"
ARGS ?=
# Of the cross build: what goes into guests.
ARM64_TARGETS := sensor_kernel_test vedette daemon_test flood_test
# Of `make fuzz`: how long each target runs, and which (all).
FUZZ_SECONDS ?= 60
FUZZ ?=
# Of `make bench-guest`: the kernel.
GUEST ?= 6.1
export BUILD_JOBS TEST_JOBS CTEST_ARGS

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.PHONY: help run test test-all arm64 arm64-sysroot kernel-tables fuzz build bench format lint
.PHONY: bench-guest install

help:  ## Show this list
	@echo "Vedette: a runtime security monitor for Linux. Targets:"
	@sed -nE 's/^([a-z0-9-]+):.*  ## (.*)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 22
	@echo "Variables: PRESET=$(PRESET) ARGS= CTEST_ARGS= BUILD_JOBS= TEST_JOBS= FUZZ_SECONDS= FUZZ="
	@echo "           PREFIX= DESTDIR="

run:  ## Install what is missing, build, watch this machine (root); ARGS="..."
	@setup/preflight.sh run
	@setup/install.sh run
	@setup/build.sh release vedette
	@exec build/release/vedette run $(ARGS)

test:  ## Install what is missing, build, run the tests (not the slow); CTEST_ARGS="-R X"
	@setup/preflight.sh test
	@setup/install.sh test
	@setup/servers.sh
	@setup/helm.sh
	@setup/guest_root.sh
	@setup/build.sh $(PRESET)
	@setup/test.sh $(PRESET)

test-all:  ## The same with the slow tests: more kernels, long loads, on a PC arm64
	@setup/preflight.sh test
	@setup/install.sh test
	@setup/servers.sh
	@setup/helm.sh
	@setup/guest_root.sh
	@setup/build.sh $(PRESET)
	@setup/test.sh $(PRESET) all
	@[ "$$(uname -m)" != x86_64 ] || [ -n "$(CTEST_ARGS)" ] || $(MAKE) arm64

arm64: arm64-sysroot  ## On a PC: build for arm64 and test it in arm64 guests
	@setup/build.sh arm64 $(ARM64_TARGETS)
	@setup/test.sh arm64 all

# What the cross build links with, and its guests run.
arm64-sysroot:
	@setup/preflight.sh arm64
	@setup/install.sh arm64
	@tests/kernel/guest/sysroot.py arm64 >/dev/null

kernel-tables: arm64-sysroot  ## On a PC: rewrite docs/kernels.md and the verifier's counts
	@setup/build.sh $(PRESET) sensor_kernel_test
	@setup/build.sh arm64 sensor_kernel_test
	@CTEST_ARGS="-R [.]sensor" setup/test.sh $(PRESET) all
	@CTEST_ARGS="-R [.]sensor" setup/test.sh arm64 all
	@tests/kernel/guest/kernels_table.py build/$(PRESET)/guest build/arm64/guest
	@tests/kernel/guest/verifier_counts.py build/$(PRESET)/guest build/arm64/guest --rewrite

fuzz:  ## Fuzz every door with sanitizers, FUZZ_SECONDS each; FUZZ="rules sigma" picks doors
	@setup/install.sh test
	@tests/fuzz/run.sh $(FUZZ_SECONDS) $(FUZZ)

build:  ## Install what is missing and build everything; PRESET=dev|asan|tsan|fuzz|release
	@setup/install.sh test
	@setup/build.sh $(PRESET)

bench:  ## Run the benchmarks: a table, and build/bench.json
	@setup/install.sh run
	@setup/build.sh release vedette_bench
	@exec build/release/vedette_bench

bench-guest:  ## The hooks' benchmark in lsm mode, in instructions, in a guest; GUEST=6.1
	@setup/preflight.sh test
	@setup/install.sh test
	@setup/build.sh release vedette_bench
	@tests/kernel/guest/run_guest.py --kernel $(GUEST) --icount --verbose --timeout 3600 \
		--file build/release/vedette_bench --out build/release/guest/$(GUEST)-bench \
		-- env VEDETTE_BENCH_MODE=lsm vedette_bench /out/bench.json hooks

format:  ## Format all C and C++ that git knows
	@setup/install.sh test
	@setup/format.sh

lint:  ## Check format, style (tests/tidy) and clang-tidy
	@setup/install.sh test
	@setup/build.sh $(PRESET)
	@setup/lint.sh $(PRESET)

install:  ## Install under PREFIX (and DESTDIR, for packagers)
	@setup/install.sh run
	@setup/build.sh release vedette vedette-api
	@setup/place.sh "$(DESTDIR)" "$(PREFIX)"
