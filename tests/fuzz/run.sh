#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# run.sh [SECONDS [TARGET...]]: builds the preset fuzz and runs each target (event_view, rules, ...;
# default all) for so long (default 60). What each run learns stays in build/fuzz-corpus/ and is
# where the next one begins; inputs that crash, hang or leak end up in build/fuzz-findings/.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=../../setup/common.sh
source "$here/../../setup/common.sh"
cd "$ROOT_DIR"

seconds="${1:-60}"
shift || true
[[ "$seconds" =~ ^[0-9]+$ ]] || fail "'$seconds' is no number: try make fuzz FUZZ_SECONDS=60."
targets=("$@")
if ((${#targets[@]} == 0)); then
  for source in "$here"/*_fuzz.cc; do targets+=("$(basename "$source" _fuzz.cc)"); done
fi
for target in "${targets[@]}"; do
  [[ -f "$here/${target}_fuzz.cc" ]] || fail "there is no fuzz target '$target' in tests/fuzz."
done

tree="${FUZZ_TREE:-build/fuzz}"
[[ -n "${FUZZ_TREE:-}" ]] || setup/build.sh fuzz "${targets[@]/#/fuzz_}"

found=()
for target in "${targets[@]}"; do
  corpus="build/fuzz-corpus/$target"
  findings="build/fuzz-findings/$target"
  mkdir -p "$corpus" "$findings"
  arguments=(-max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=32768
    -print_final_stats=1 -artifact_prefix="$findings/")
  [[ -f "$here/$target.dict" ]] && arguments+=(-dict="$here/$target.dict")
  say "fuzzing $target for $seconds s"
  "$tree/fuzz_$target" "${arguments[@]}" "$corpus" "$here/seeds/$target" \
    >"$findings.log" 2>&1 || found+=("$target")
  grep -E '^stat::(number_of_executed_units|new_units_added|slowest_unit|peak_rss)' \
    "$findings.log" | sed 's/^stat::/  /' || true
done
((${#found[@]} == 0)) ||
  fail "findings in ${found[*]}: build/fuzz-findings/TARGET.log says what, and" \
    "'fuzz_TARGET FILE' repeats it."
say "no finding"
