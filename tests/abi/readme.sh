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
  # The other blocks build the first example alone.
  [[ $2 != native-cc && $2 != *-cmake ]] || lists_are_right "$at/output"
}
# The four ways of listing primes: OEIS A000040, A005250 (and A002386), A046731(8).
lists_are_right() {
  local line
  for line in '^between 1000 and 1050: 1009 1013 1019 1021 1031 1033 1039 1049$' \
    '^the widest gap up to 100000000 is 220, behind 47326693$' \
    '^the primes up to 100000000 add up to 279209790387276$' '^\(1000000000061, 1000000000063\)$'; do
    grep -Eq "$line" "$1" || { echo "(there is no line $line)"; return 1; }
  done
}
export -f readme_block run_block lists_are_right
