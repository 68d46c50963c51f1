#!/usr/bin/env bash
# Makes sure cargo-nextest exists and prints its path. One on PATH is taken; else it is built into the cache.
# Call the printed program as: $(tools/toolchain/nextest.sh) nextest run
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/common.sh"
. "$here/cargo-tool.sh"

if have cargo-nextest; then
  command -v cargo-nextest
  exit 0
fi
cargo_tool cargo-nextest "${TAMIS_NEXTEST_VERSION:-0.9.143}" cargo-nextest
printf '%s\n' "$tool_path"
