#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# test.sh PRESET [all]: runs ctest on a tree that is built; with `all` the slow tests too. Results
# go to the terminal and, as JUnit, to build/PRESET/junit.xml. CTEST_ARGS adds arguments. What tests
# leave behind (files, BPF programs) fails the run.
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

scratch="$(mktemp -d -t vedette-test.XXXXXX)"
trap 'rm -rf "$scratch"' EXIT
chmod 755 "$scratch"  # Some tests read their files as another user.
export TMPDIR="$scratch" TEST_TMPDIR="$scratch"

# Of Vedette's BPF programs, those that are loaded, one name a line. The kernel cuts names.
loaded_programs() {
  bpftool prog show 2>/dev/null | sed -nE 's/^[0-9]+: .* name ([^ ]+).*/\1/p' | cut -c -15 |
    grep -xF -f <(grep -hoP 'BPF_PROG\(\K\w+' sensor/bpf/*.bpf.c | cut -c -15 | sort -u) | sort
}
programs_before="$(loaded_programs || true)"

say "testing $tree${2:+, slow tests included}"
# shellcheck disable=SC2086
ctest --test-dir "$tree" --output-on-failure --no-tests=error -j "${TEST_JOBS:-$(nproc)}" \
  --output-junit "$PWD/$tree/junit.xml" "${selection[@]}" ${CTEST_ARGS:-} ||
  fail "tests failed, and are listed above with their output: run one again with" \
    "'make test CTEST_ARGS=\"-R NAME\"' (all results: $tree/junit.xml)."

left="$(find "$scratch" -mindepth 1 | head -n 10 | tr '\n' ' ')"
[[ -z "$left" ]] || fail "tests left files behind ($left): let each remove what it makes."
left="$(comm -13 <(echo "$programs_before") <(loaded_programs) | tr '\n' ' ')"
[[ -z "$left" ]] || fail "BPF programs of tests stayed loaded ($left): see 'bpftool prog show'."
say "all tests passed (results: $tree/junit.xml)"
