#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# guest_root.sh: makes the disk of a Debian for guests (tests/acts) from this distribution's
# packages, into the cache: CACHE/roots/root.img. Takes a few milliseconds when it is there, two
# minutes otherwise. Without it (no network, another distribution) its tests are skipped, so this
# never fails.
set -euo pipefail
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

readonly LIST="$ROOT_DIR/setup/guest-root.txt"
readonly CACHE="${VEDETTE_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/vedette}"
readonly HOME_DIR="$CACHE/roots"
readonly SPACE_MIB=5000
readonly DISK_SIZE=3G

# What the disk was made of; the first number counts up when this file makes it otherwise.
stamp() {
  # shellcheck disable=SC1091
  echo "2 $(uname -m) $(. /etc/os-release && echo "${ID:-?} ${VERSION_ID:-testing}")"
  cat "$LIST"
}

give_up() {
  say "note: tests in a guest with a whole Debian are skipped: $*"
  exit 0
}

[[ "${VEDETTE_SKIP_SETUP:-}" == 1 ]] && exit 0
wanted="$(stamp)"
mkdir -p "$HOME_DIR" 2>/dev/null || give_up "$HOME_DIR cannot be written"
exec 9>"$HOME_DIR/.lock"
flock 9
[[ -f "$HOME_DIR/stamp" && "$(cat "$HOME_DIR/stamp")" == "$wanted" ]] && exit 0
for tool in mmdebstrap mke2fs; do
  command -v "$tool" >/dev/null || PATH="$PATH:/usr/sbin:/sbin" command -v "$tool" >/dev/null ||
    give_up "$tool is not there (setup/packages-test.txt)"
done
[[ "$(id -u)" == 0 ]] || give_up "only root can make its files with their owners"
# shellcheck disable=SC1091
suite="$(. /etc/os-release && echo "${VERSION_CODENAME:-}")"
[[ -n "$suite" && "$(. /etc/os-release && echo "${ID:-}")" == debian ]] ||
  give_up "it is made of Debian's packages"
(($(free_mib "$HOME_DIR") >= SPACE_MIB)) || give_up "it needs $SPACE_MIB MiB in $HOME_DIR"

scratch="$(mktemp -d "$HOME_DIR/.root.XXXXXX")"
trap 'rm -rf "$scratch"' EXIT
packages="$(sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$LIST" | paste -sd,)"
say "making the Debian of guests (two minutes, once)"
mmdebstrap --quiet --variant=minbase --aptopt='Acquire::Retries "2"' --include="$packages" \
  "$suite" "$scratch/tree" >"$scratch/log" 2>&1 ||
  give_up "$(grep -m 1 '^E:' "$scratch/log" || echo 'mmdebstrap failed')"
rm -rf "$scratch/tree/var/cache/apt/archives/"*.deb "$scratch/tree/usr/share/doc"/*/changelog*
PATH="$PATH:/usr/sbin:/sbin" mke2fs -q -t ext4 -O ^has_journal -d "$scratch/tree" \
  "$scratch/root.img" "$DISK_SIZE" >>"$scratch/log" 2>&1 || give_up "$(tail -n 1 "$scratch/log")"
mv "$scratch/root.img" "$HOME_DIR/root.img"
echo "$wanted" >"$HOME_DIR/stamp"
say "the Debian of guests is $HOME_DIR/root.img"
