#!/usr/bin/env bash
# Runs one part of `make test`: tools/test/run.sh NAME -- COMMAND...
# Keeps its output in out/test/NAME.log and its counts, read off the runner's own closing lines, in
# out/test/NAME.counts for summary.sh. Fails when the command fails or ran no test.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
name=$1
shift 2
mkdir -p out/test
log=out/test/$name.log
rm -f "out/test/$name.counts" "out/test/$name.faults.jsonl"
# Tests that hurt a running job write a line for each answer; summary.sh makes a table of them.
export TAMIS_FAULT_MATRIX=$PWD/out/test/$name.faults.jsonl
echo "== test $name"
began=$SECONDS
"$@" 2>&1 | tee "$log"
code=${PIPESTATUS[0]}

# Sums what each runner says: node --test ("# pass 3", "ℹ pass 3", and "cancelled" for what ran out of time), nextest ("3 tests run: 3 passed, 1 failed"),
# cargo test ("test result: ok. 3 passed; 0 failed"), and our own scripts ("3 passed, 0 failed").
counts=$(sed 's/\x1b\[[0-9;]*m//g' "$log" | awk '
  /^(#|ℹ) pass [0-9]+$/ { passed += $3 }
  /^(#|ℹ) (fail|cancelled) [0-9]+$/ { failed += $3 }
  /^ *Summary .* tests? run:/ || /^test result:/ || /^[0-9]+ passed, [0-9]+ failed/ {
    line = $0
    if (match(line, /[0-9]+ passed/)) passed += substr(line, RSTART, RLENGTH)
    if (match(line, /[0-9]+ failed/)) failed += substr(line, RSTART, RLENGTH)
  }
  END { print passed + 0, failed + 0 }')
read -r passed failed <<<"$counts"
echo "$passed $failed $((SECONDS - began))" >"out/test/$name.counts"
if [ "$code" -ne 0 ]; then
  # What failed stands far up among hundreds that did not: once more, as node --test and tests/abi write it.
  sed 's/\x1b\[[0-9;]*m//g' "$log" | awk '
    /^ *not ok / || /^  FAIL / { shown = 1; print; next }
    /^ *ok / || /^ *# / || /^ *[0-9]+\.\.[0-9]/ || /^[0-9]+ passed/ || /^==/ { shown = 0 }
    shown { print }'
  echo "test $name: failed (exit code $code, $passed passed, $failed failed); its output is in $log" >&2
  exit 1
fi
if [ "$passed" -eq 0 ]; then
  echo "test $name: no test ran" >&2
  exit 1
fi
