# Counting and comparing for test.sh. Sourced.
passed=0 failed=0

# check "what should hold" COMMAND...: runs it; its output is shown only if it fails.
check() {
  local title=$1
  shift
  if ("$@") >"$scratch/check.out" 2>&1; then
    passed=$((passed + 1))
    printf '  ok    %s\n' "$title"
  else
    failed=$((failed + 1))
    printf '  FAIL  %s\n' "$title"
    sed 's/^/          /' "$scratch/check.out" | tail -n 20
  fi
}

equal() { [ "$1" = "$2" ] || { printf 'got      %s\nexpected %s\n' "$1" "$2" && false; }; }
has() { grep -q -F -e "$2" <<<"$1" || { printf 'no "%s" in:\n%s\n' "$2" "$1" && false; }; }
has_not() { ! grep -q -F -e "$2" <<<"$1" || { printf '"%s" must not be in:\n%s\n' "$2" "$1" && false; }; }
fails() { ! "$@"; }

finish() {
  printf '%d passed, %d failed\n' "$passed" "$failed"
  [ "$failed" = 0 ]
}
