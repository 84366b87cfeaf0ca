#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# image.sh [TAG]: builds the daemon's image with buildah, without a registry: the system in which it
# is compiled is made of this distribution's packages by mmdebstrap. VEDETTE_IMAGE_BASE names an
# image to use instead. What git does not know is not in it.
set -euo pipefail
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

readonly BASE="${VEDETTE_IMAGE_BASE:-localhost/vedette-base}"
readonly SPACE_MIB=8000
tag="${1:-vedette:0.1.0}"

for tool in buildah mmdebstrap git; do
  command -v "$tool" >/dev/null || [[ "$tool" == mmdebstrap && -n "${VEDETTE_IMAGE_BASE:-}" ]] ||
    fail "$tool is not there: apt-get install $tool"
done
require_space "${TMPDIR:-/tmp}" "$SPACE_MIB" "building an image"

scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT

make_base() {
  local suite packages container
  # shellcheck disable=SC1091
  suite="$(. /etc/os-release && echo "${VERSION_CODENAME:-}")"
  [[ -n "$suite" ]] || fail "this is no Debian: name a base image in VEDETTE_IMAGE_BASE."
  packages="$(sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$ROOT_DIR/setup/packages.txt" | paste -sd,)"
  say "making $BASE of $suite's packages"
  mmdebstrap --quiet --variant=apt --include="$packages" "$suite" "$scratch/base.tar"
  container="$(buildah from scratch)"
  buildah add --quiet "$container" "$scratch/base.tar" / >/dev/null
  buildah commit --quiet --rm "$container" "$BASE" >/dev/null
  rm "$scratch/base.tar"
}

[[ -n "${VEDETTE_IMAGE_BASE:-}" ]] || buildah inspect --type image "$BASE" >/dev/null 2>&1 ||
  make_base
mkdir "$scratch/source"
git -C "$ROOT_DIR" -c safe.directory='*' archive HEAD | tar -x -C "$scratch/source"
say "building $tag on $BASE"
buildah bud --build-arg BASE="$BASE" --file "$ROOT_DIR/setup/Containerfile" --tag "$tag" \
  "$scratch/source"
say "built: buildah images $tag; buildah push $tag takes it to a registry"
