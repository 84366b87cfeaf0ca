#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# lint.sh PRESET: formatting, the tidy test and clang-tidy over the tree's compile commands. All
# three run, so that one look shows everything.
set -euo pipefail
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$ROOT_DIR"

tree="build/${1:?usage: setup/lint.sh PRESET}"
failed=()

say "clang-format"
c_sources | xargs -0r clang-format --dry-run -Werror ||
  failed+=("clang-format ('make format' repairs it)")
say "tidy test"
python3 tests/tidy/tidy_test.py || failed+=("the tidy test")
say "clang-tidy (minutes, the first time)"
# Its "N warnings generated" counts those of system headers, which are not shown.
run-clang-tidy -quiet -p "$tree" -j "$(nproc)" "^$ROOT_DIR/(?!build/).*\.cc$" 2>&1 |
  { grep -v -e 'warnings\? generated' -e '^$' || true; } || failed+=("clang-tidy")

((${#failed[@]} == 0)) ||
  fail "something was found (above), by: $(IFS=,; echo "${failed[*]}"): repair it and try again."
say "nothing to complain about"
