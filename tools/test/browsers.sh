#!/usr/bin/env bash
# The tests in real browsers.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
browsers=$(tools/toolchain/browsers.sh)
while IFS='=' read -r name value; do
  export "$name=$value"
done < <(grep -E '^[A-Z_]+=' <<<"$browsers")
# They wait for most of their time: for the driver, for reloads, silence, another leader.
TAMIS_FILES_AT_ONCE=2 tools/test/node.sh tests/web/harness tests/web/lib tests/web/page tests/web/hosts tests/web/tabs tests/web/faults
