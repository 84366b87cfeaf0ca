#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# place.sh DESTDIR PREFIX: copies what build/release has made to DESTDIR/PREFIX.
set -euo pipefail
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$ROOT_DIR"

export DESTDIR="$1"
prefix="$2"
[[ "$prefix" == /* ]] || fail "PREFIX=$prefix is no absolute path: try PREFIX=/usr/local."

say "installing to $DESTDIR$prefix"
log="$(mktemp)"
trap 'rm -f "$log"' EXIT
cmake --install build/release --prefix "$prefix" >"$log" 2>&1 || {
  tail -n 5 "$log" >&2
  fail "$(id -un) could not write all of $DESTDIR$prefix (above): run 'sudo make install', name a" \
    "place of your own with DESTDIR= or PREFIX=, or make room there."
}
say "installed: $DESTDIR$prefix/bin/vedette, and its rules in $DESTDIR$prefix/share/vedette/rules"
