#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# image_root.sh VEDETTE FOLDER: puts into FOLDER, which must not exist, all that the daemon's image
# has: the program, the libraries that it names, the rules, authorities for TLS, and the places on
# which the chart mounts something. No shell, no package manager.
set -euo pipefail
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

program="${1:?usage: setup/image_root.sh VEDETTE FOLDER}"
root="${2:?usage: setup/image_root.sh VEDETTE FOLDER}"
[[ -x "$program" ]] || fail "there is no program at $program: build it with 'make build' first."
[[ -e "$root" ]] && fail "$root is there already: take it away, or name another folder."

mkdir -p "$root"/{etc/ssl/certs,etc/vedette,etc/vedette-rules,usr/bin,usr/share/vedette}
mkdir -p "$root"/{run/vedette,var/lib/vedette,tmp,proc,sys,dev}
chmod 1777 "$root/tmp"
chmod 0700 "$root/var/lib/vedette"
strip -o "$root/usr/bin/vedette" "$program"

# The loader and the libraries, each where the program looks for it. Those of name services come
# with libc, which has them inside.
libraries="$(ldd "$program" | grep -o '/[^ ]*')" ||
  fail "$program names no libraries: is it a program of this machine?"
while read -r library; do
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done <<<"$libraries"

cp -r "$ROOT_DIR/rules/packs" "$root/usr/share/vedette/rules"
find "$root/usr/share/vedette/rules" -depth -type d -name tests -exec rm -r {} +
find "$root/usr/share/vedette/rules" -type f ! -name '*.yaml' -delete
mkdir "$root/usr/share/vedette/presets"
cp "$ROOT_DIR/rules/presets/presets.yaml" "$root/usr/share/vedette/presets/"
cp "$ROOT_DIR/LICENSE" "$root/usr/share/vedette/"
if [[ -r /etc/ssl/certs/ca-certificates.crt ]]; then
  cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
else
  say "note: this system has no ca-certificates: sinks with TLS need ca_file"
fi
# The node's are mounted over them.
echo 'root:x:0:0:root:/:/sbin/nologin' >"$root/etc/passwd"
echo 'root:x:0:' >"$root/etc/group"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
