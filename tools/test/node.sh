#!/usr/bin/env bash
# tools/test/node.sh FOLDER...: every *.test.js in them by node's own runner, folder by folder, one file at a time, or as
# many as TAMIS_FILES_AT_ONCE says. Times are printed, and held against nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
files=()
for folder in "$@"; do
  mapfile -t -O "${#files[@]}" files < <(find "$folder" -name '*.test.js' -not -path '*/node_modules/*' | sort)
done
exec "${NODE:-node}" tools/test/files.js "${files[@]}"
