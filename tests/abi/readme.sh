# Runs the shell blocks of a README: sourced by the sections that do.

# readme_block README ID: the lines between ```sh ID and ```.
readme_block() {
  awk -v id="$2" '$0 == "```sh " id { inside = 1; next } inside && /^```/ { exit } inside { print }' "$1"
}

# run_block EXAMPLE ID: runs the block in a fresh copy of examples/EXAMPLE with PREFIX set, and looks at what
# the program said.
run_block() {
  local at=$out/examples/$1-$2 lines
  rm -rf "$at"
  mkdir -p "$at"
  cp "$root/examples/$1/"* "$at/"
  lines=$(readme_block "$root/examples/$1/README.md" "$2")
  [ -n "$lines" ] || { echo "the README has no block $2"; return 1; }
  (cd "$at" && bash -euxo pipefail -c "$lines") >"$at/output" 2>&1 || { cat "$at/output"; return 1; }
  cat "$at/output"
  # A006880(9) or (6), a cancelled job, and each sort of mistake.
  grep -Eq 'there are (50847534|78498) primes' "$at/output" || { echo "(the count is not there)"; return 1; }
  grep -Eq 'cancelled after (500|100) ms' "$at/output" || { echo "(nothing was cancelled)"; return 1; }
  local status
  for status in -2 -3 -4 -5; do
    grep -q "(status $status)" "$at/output" || { echo "(no mistake got status $status)"; return 1; }
  done
}
export -f readme_block run_block
