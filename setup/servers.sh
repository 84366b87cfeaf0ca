#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# servers.sh: downloads the packages of servers.txt and clickhouse.txt and unpacks them into the
# cache; nothing is installed. Takes a few milliseconds when all is there. Without them (no network,
# another distribution) their tests are skipped, so this never fails. Tests find what is in
# CACHE/servers/bin and CACHE/clickhouse/bin.
set -euo pipefail
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

readonly CACHE="${VEDETTE_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/vedette}"
readonly SPACE_MIB=400

[[ "${VEDETTE_SKIP_SETUP:-}" == 1 ]] && exit 0
# One after the other, each by itself: not every distribution has both.
if [[ $# == 0 ]]; then
  "$0" servers
  exec "$0" clickhouse
fi
readonly LIST="$ROOT_DIR/setup/$1.txt"
readonly HOME_DIR="$CACHE/$1"

# What the tree was made of; the first number counts up when this file makes it otherwise.
stamp() {
  # shellcheck disable=SC1091
  echo "2 $(uname -m) $(. /etc/os-release && echo "${ID:-?} ${VERSION_ID:-testing}")"
  cat "$LIST"
}

give_up() {
  say "note: tests against the servers of ${LIST##*/} are skipped: $*"
  exit 0
}

# unpack PACKAGE PATTERN...: into $scratch/tree.
unpack() {
  local package="$1" name
  shift
  name="$(find "$scratch" -maxdepth 1 -name "${package}_*.deb" | head -n 1)"
  [[ -n "$name" ]] || return 1
  dpkg-deb --fsys-tarfile "$name" |
    tar -x -C "$scratch/tree" --no-same-owner --wildcards "${@/#/./}"
}

# wrap TREE PROGRAM LIBRARIES ARGUMENTS: calls it with libraries that stand where it would not look.
wrap() {
  rm "$1/bin/$2"
  cat >"$1/bin/$2" <<WRAPPER
#!/bin/sh
LD_LIBRARY_PATH="$3" exec "$HOME_DIR/usr/sbin/$2" $4 "\$@"
WRAPPER
  chmod 755 "$1/bin/$2"
}

# wrap_alertmanager TREE: Debian's looks for its templates in /usr/share alone, so it gets a view of
# its own of that folder, which takes root; without it says what it misses.
wrap_alertmanager() {
  rm "$1/bin/prometheus-alertmanager"
  cat >"$1/bin/prometheus-alertmanager" <<WRAPPER
#!/bin/sh
program="$HOME_DIR/usr/bin/prometheus-alertmanager"
[ ! -e /usr/share/prometheus/alertmanager/default.tmpl ] || exec "\$program" "\$@"
exec unshare -m sh -c 'mount -t overlay overlay -o "lowerdir=\$0:/usr/share" /usr/share &&
  exec "\$@"' "$HOME_DIR/usr/share" "\$program" "\$@"
WRAPPER
  chmod 755 "$1/bin/prometheus-alertmanager"
}

# fill_bin TREE: what tests call.
fill_bin() {
  local program libraries
  mkdir "$1/bin"
  for program in "$1"/usr/bin/* "$1"/usr/sbin/*; do
    [[ -e "$program" ]] && ln -s "..${program#"$1"}" "$1/bin/"
  done
  [[ ! -e "$1/bin/prometheus-alertmanager" ]] || wrap_alertmanager "$1"
  if [[ -e "$1/bin/rsyslogd" ]]; then
    libraries="$(dirname "$1"/usr/lib/*/rsyslog)"
    libraries="$HOME_DIR${libraries#"$1"}"
    wrap "$1" rsyslogd "$libraries" "-M $libraries/rsyslog"
  fi
  if [[ -e "$1/bin/clickhouse-server" ]]; then
    libraries="$(dirname "$1"/usr/lib/*/libclickhouse.so.*.*.*)"
    libraries="$HOME_DIR${libraries#"$1"}"
    wrap "$1" clickhouse-server "$libraries:$HOME_DIR/lib/${libraries##*/}" ""
  fi
}

[[ -f "$HOME_DIR/stamp" && "$(cat "$HOME_DIR/stamp")" == "$(stamp)" ]] && exit 0
command -v apt-get dpkg-deb >/dev/null || give_up "they come from Debian's packages"
mkdir -p "$CACHE" 2>/dev/null || give_up "$CACHE cannot be written"
(($(free_mib "$CACHE") >= SPACE_MIB)) || give_up "they need $SPACE_MIB MiB in $CACHE"

scratch="$(mktemp -d "$CACHE/.servers.XXXXXX")"
trap 'rm -rf "$scratch"' EXIT
mapfile -t packages < <(sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$LIST" | cut -d ' ' -f 1)
say "fetching servers for tests: ${packages[*]}"
# The sandbox user of apt cannot write to a folder of ours.
download() {
  (cd "$scratch" && apt-get -q -o APT::Sandbox::User=root -o Acquire::Retries=2 \
    -o Acquire::http::Timeout=30 download "${packages[@]}") >"$scratch/log" 2>&1
}
if ! download && ! { [[ "$(id -u)" == 0 ]] && apt-get -q update >/dev/null 2>&1 && download; }; then
  give_up "$(grep -m 1 '^E:' "$scratch/log" || echo 'no package mirror could be reached')"
fi
mkdir "$scratch/tree"
while read -r -a line; do
  unpack "${line[@]}" || give_up "${line[0]} does not have what it had (setup/${LIST##*/})"
done < <(sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$LIST")
fill_bin "$scratch/tree"
stamp >"$scratch/tree/stamp"
rm -rf "$HOME_DIR"
mv "$scratch/tree" "$HOME_DIR"
say "servers for tests are in $HOME_DIR; nothing was installed"
