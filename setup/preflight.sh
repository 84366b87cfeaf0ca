#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# preflight.sh run: says in one sentence, before anything is built, what would keep the daemon from
# working here. What the kernel offers in detail is the business of `vedette doctor`.
# preflight.sh test: the same, as a note; what cannot run is skipped by the tests themselves.
# preflight.sh arm64: what would keep the cross build from working.
set -euo pipefail
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

readonly BTF="${VEDETTE_BTF:-/sys/kernel/btf/vmlinux}"

reason_against_running() {
  if [[ "$(uname -s)" != Linux ]]; then
    echo "Vedette watches Linux and this is $(uname -s): run it on a Linux host."
  elif [[ "$(id -u)" != 0 ]]; then
    echo "loading BPF programs needs root and you are $(id -un): run 'sudo make run'."
  elif [[ ! -r "$BTF" ]]; then
    echo "the kernel $(uname -r) offers no type information ($BTF is missing): boot a kernel with" \
      "CONFIG_DEBUG_INFO_BTF=y, as those of Debian 12 and 13 are."
  fi
}

if [[ "${1:-}" == arm64 ]]; then
  [[ "$(uname -m)" == x86_64 ]] ||
    fail "the cross build for arm64 is made on a PC and this machine is $(uname -m): run" \
      "'make test', which builds for the machine that it runs on."
  exit 0
fi
reason="$(reason_against_running)"
[[ -z "$reason" ]] && exit 0
[[ "${1:-run}" == run ]] && fail "$reason"
say "note: tests that need this machine's kernel are skipped: $reason"
