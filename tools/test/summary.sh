#!/usr/bin/env bash
# The end of `make test`: the table of faults, a line per part, and the sum.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
all_passed=0
all_failed=0
faults_right=true
"${NODE:-node}" tools/test/fault-table.js out/test/node.faults.jsonl out/test/web.faults.jsonl || faults_right=false
echo
echo "== summary"
for part in toolchain native abi node web; do
  [ -f "out/test/$part.counts" ] || { echo "$part: did not run" >&2; exit 1; }
  read -r passed failed seconds <"out/test/$part.counts"
  printf '%-10s %5d passed %3d failed %5d s\n' "$part" "$passed" "$failed" "$seconds"
  all_passed=$((all_passed + passed))
  all_failed=$((all_failed + failed))
done
echo "$all_passed passed, $all_failed failed"
[ "$all_failed" -eq 0 ] && "$faults_right"
