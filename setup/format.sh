#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# format.sh: clang-format over all C and C++ of the project, in place.
set -euo pipefail
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$ROOT_DIR"

say "clang-format"
c_sources | xargs -0r clang-format -i ||
  fail "clang-format stopped at a file (above): repair that file and try again."
