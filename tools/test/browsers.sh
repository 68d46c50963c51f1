#!/usr/bin/env bash
# The tests in real browsers.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
browsers=$(tools/toolchain/browsers.sh)
while IFS='=' read -r name value; do
  export "$name=$value"
done < <(grep -E '^[A-Z_]+=' <<<"$browsers")
# Those that take longest come first, so that none of them is alone at the end.
TAMIS_FILES_AT_ONCE=2 tools/test/node.sh tests/web/tabs tests/web/faults tests/web/lib tests/web/page tests/web/harness tests/web/hosts
