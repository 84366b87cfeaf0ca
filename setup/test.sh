#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# test.sh PRESET [all]: runs ctest on a tree that is built; with `all` the slow tests too. Results
# go to the terminal and, as JUnit, to build/PRESET/junit.xml. CTEST_ARGS adds arguments.
set -euo pipefail
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$ROOT_DIR"

preset="${1:?usage: setup/test.sh PRESET [all]}"
tree="build/$preset"
selection=(-LE '^slow$')
if [[ "${2:-}" == all ]]; then
  selection=()
  export VEDETTE_TEST_ALL=1
fi

say "testing $tree${2:+, slow tests included}"
# shellcheck disable=SC2086
ctest --test-dir "$tree" --output-on-failure --no-tests=error -j "${TEST_JOBS:-$(nproc)}" \
  --output-junit "$PWD/$tree/junit.xml" "${selection[@]}" ${CTEST_ARGS:-} ||
  fail "tests failed, and are listed above with their output: run one again with" \
    "'make test CTEST_ARGS=\"-R NAME\"' (all results: $tree/junit.xml)."
say "all tests passed (results: $tree/junit.xml)"
