#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# build.sh PRESET [TARGET...]: configures build/PRESET the first time and builds the targets, or
# all. Ninja itself notices new files and changed CMake files, so nothing is configured twice.
set -euo pipefail
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$ROOT_DIR"

readonly SPACE_MIB=1500      # One preset, built whole, with its compiler cache.
readonly JOB_MEMORY_MIB=900  # The largest compilation, with air.

preset="${1:?usage: setup/build.sh PRESET [TARGET...]}"
shift
tree="build/$preset"

job_count() {
  local available_mib by_memory cpus
  cpus="$(nproc)"
  available_mib="$(awk '/^MemAvailable/ { print int($2 / 1024) }' /proc/meminfo)"
  by_memory=$((available_mib / JOB_MEMORY_MIB))
  ((by_memory < 1)) && by_memory=1
  echo $((by_memory < cpus ? by_memory : cpus))
}

explain_failure() {
  (($(free_mib build) < 50)) &&
    fail "the disk became full while building: free some space on the file system of $ROOT_DIR" \
      "and try again."
  grep -qs 'Killed signal terminated program\|Killed$' "$tree/build.log" &&
    fail "the compiler ran out of memory: free some, or build with 'make BUILD_JOBS=1 ...'."
  fail "$1 preset '$preset' failed and the messages above say where: repair that and try again" \
    "(a stale tree is cured by 'rm -rf $tree')."
}

require_own_tree "$ROOT_DIR/$tree"
if [[ ! -f "$tree/build.ninja" ]]; then
  require_space "$ROOT_DIR" "$SPACE_MIB" "building"
  mkdir -p "$tree"
  say "configuring $tree"
  cmake --preset "$preset" >"$tree/configure.log" 2>&1 || {
    cat "$tree/configure.log" >&2
    explain_failure "configuring"
  }
fi

arguments=(-C "$tree" -j "${BUILD_JOBS:-$(job_count)}")
say "building $tree${*:+ ($*)}"
ninja "${arguments[@]}" "$@" 2>&1 | tee "$tree/build.log" || explain_failure "building"
