#!/usr/bin/env bash
# tools/test/node.sh FOLDER...: every *.test.js in them by node's own runner, one file at a time, or as
# many as TAMIS_FILES_AT_ONCE says. Times are printed, and held against nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
mapfile -t files < <(find "$@" -name '*.test.js' -not -path '*/node_modules/*' | sort)
exec "${NODE:-node}" --test --test-concurrency="${TAMIS_FILES_AT_ONCE:-1}" "${files[@]}"
