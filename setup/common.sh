# SPDX-License-Identifier: Apache-2.0
#
# Sourced by the scripts beside it. A script says what it does in lines that begin with "==>", and
# ends a failure with one sentence from fail(): the cause, and the way out.

ROOT_DIR="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

say() { printf '==> %s\n' "$*"; }

fail() {
  printf 'vedette: error: %s\n' "$*" >&2
  exit 1
}

# free_mib PATH: what is free on the file system of PATH, or of its nearest parent that exists.
free_mib() {
  local path="$1"
  while [[ ! -e "$path" ]]; do path="$(dirname "$path")"; done
  df --output=avail --block-size=1M "$path" | tail -n 1 | tr -d ' '
}

# require_space PATH MIB WHAT
require_space() {
  local have
  have="$(free_mib "$1")"
  ((have >= $2)) ||
    fail "$3 needs $2 MiB on the file system of $1, where $have MiB are free:" \
      "make room there and try again."
}

# require_own_tree TREE: what an earlier 'sudo make' has built cannot be built on by another user.
require_own_tree() {
  local path="$1"
  while [[ ! -e "$path" ]]; do path="$(dirname "$path")"; done
  [[ -w "$path" && ( ! -e "$path/build.ninja" || -w "$path/build.ninja" ) ]] ||
    fail "$path belongs to $(stat -c %U "$path") and $(id -un) cannot write there: run" \
      "'sudo make ...', or give it to you with 'sudo chown -R $(id -un) $path'."
}

# c_sources: the C and C++ files that git knows or would add, each ended by a NUL; without git (a
# tarball), all but those under build/. Root may ask about another user's clone (sudo make lint).
c_sources() {
  git -C "$ROOT_DIR" -c safe.directory='*' ls-files -z --cached --others --exclude-standard -- \
    '*.h' '*.cc' '*.c' 2>/dev/null ||
    (cd "$ROOT_DIR" &&
      find . -path ./build -prune -o \( -name '*.[hc]' -o -name '*.cc' \) -print0)
}
