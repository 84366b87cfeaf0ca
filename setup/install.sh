#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# install.sh [run|test|arm64]: installs the distribution's packages that are missing (packages.txt,
# for `test` packages-test.txt too, for `arm64` also packages-arm64.txt). Asks nothing, changes
# nothing when all is there, and takes a few milliseconds then. VEDETTE_SKIP_SETUP=1 leaves packages
# to you.
set -euo pipefail
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# Measured on Debian 12 and 13 from a minimal system, downloads included, with some air.
readonly SPACE_RUN_MIB=2500
readonly SPACE_TEST_MIB=3500
readonly SPACE_ARM64_MIB=4500

wanted_packages() {
  local lists=("$ROOT_DIR/setup/packages.txt")
  [[ "$1" == run ]] || lists+=("$ROOT_DIR/setup/packages-test.txt")
  [[ "$1" == arm64 ]] && lists+=("$ROOT_DIR/setup/packages-arm64.txt")
  sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "${lists[@]}"
}

# missing_packages NAME...: those that dpkg does not know as installed.
missing_packages() {
  dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
    awk -v wanted="$*" '
      $1 == "installed" { have[$2] = 1 }
      END {
        n = split(wanted, names, " ")
        for (i = 1; i <= n; i++) if (!(names[i] in have)) print names[i]
      }'
}

require_supported_distribution() {
  local name="an unknown system" id="" version=""
  if [[ -r /etc/os-release ]]; then
    # shellcheck disable=SC1091
    read -r id version name < <(
      . /etc/os-release && echo "${ID:-?} ${VERSION_ID:-testing} ${PRETTY_NAME:-?}"
    )
  fi
  [[ "$id" == debian && "$version" =~ ^(12|13)(\.|$) ]] && return
  command -v apt-get >/dev/null && [[ "$id" == debian ]] && {
    say "this is $name; Vedette is tried on Debian 12 and 13, going on"
    return
  }
  fail "packages can be installed on Debian 12 and 13 only and this is $name: install what" \
    "setup/packages.txt lists by your own means, then set VEDETTE_SKIP_SETUP=1."
}

apt() {
  DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 \
    -o Acquire::Retries=2 -o Acquire::http::Timeout=30 "$@" </dev/null
}

# Turns apt's hundreds of lines into a few; the whole of it is in the log.
show_progress() {
  awk '
    / newly installed/ { for (i = 2; i < NF; i++) if ($(i + 1) == "newly") total = $i }
    /^Get:/ { step("downloaded", ++got) }
    /^Unpacking / { step("unpacked", ++unpacked) }
    /^Setting up / { step("set up", ++set_up) }
    function step(what, n) {
      if (n % 40 == 0 || n == total) { printf "    %s %d of %d\n", what, n, total; fflush() }
    }'
}

install_packages() {
  local log updated=yes
  log="$(mktemp)"
  # shellcheck disable=SC2064
  trap "rm -f '$log'" EXIT
  say "reading the package lists"
  # A broken list of somebody else is no reason to stop; whether it was ours shows below.
  apt -o APT::Update::Error-Mode=any update >"$log" 2>&1 || updated=no
  say "installing, with what they need: $*"
  if apt install --no-install-recommends "$@" 2>&1 | tee -a "$log" | show_progress; then return; fi
  tail -n 15 "$log" >&2
  if grep -qi 'no space left\|enough free space' "$log"; then
    fail "the disk became full while packages were installed: free some space and try again."
  elif [[ "$updated" == no ]] || grep -q 'Failed to fetch' "$log"; then
    fail "no package mirror could be reached: check the network, the proxy settings and" \
      "/etc/apt/sources.list*, then try again."
  elif grep -q 'Unable to locate package\|has no installation candidate' "$log"; then
    fail "this system's package sources lack a package that Debian 12 and 13 have (named above):" \
      "enable Debian's main section in /etc/apt/sources.list*, then try again."
  fi
  fail "apt-get could not install the packages (its last lines are above):" \
    "repair the package system with 'apt-get -f install', then try again."
}

main() {
  local profile="${1:-run}" space="$SPACE_RUN_MIB"
  case "$profile" in
    run) ;;
    test) space="$SPACE_TEST_MIB" ;;
    arm64) space="$SPACE_ARM64_MIB" ;;
    *) fail "usage: setup/install.sh [run|test|arm64]" ;;
  esac
  [[ "${VEDETTE_SKIP_SETUP:-}" == 1 ]] && return

  local missing=() wanted=()
  mapfile -t wanted < <(wanted_packages "$profile")
  if command -v dpkg-query >/dev/null; then
    mapfile -t missing < <(missing_packages "${wanted[@]}")
    ((${#missing[@]} == 0)) && return
  fi
  require_supported_distribution
  [[ "$(id -u)" == 0 ]] ||
    fail "packages are missing (${missing[*]}) and only root can install them:" \
      "run 'sudo setup/install.sh $profile'."
  require_space /usr "$space" "installing the packages"
  install_packages "${missing[@]}"
}

main "$@"
