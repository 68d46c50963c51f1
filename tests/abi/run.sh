#!/usr/bin/env bash
# Tests what C and C++ programs see: the header, the library natively and as wasm, and the installed
# packages. tests/abi/run.sh [SECTION...]; without arguments, or with `all`: all of them.
#
#   header    headers stand alone in C99 and C++17, are fully documented, and name what the library exports
#   native    the C and C++ programs
#   asan      the same under AddressSanitizer and UBSan (of the C and C++ side)
#   valgrind  the C program under Valgrind
#   wasm      the programs as wasm in Node
#   install   installing, moving the folder, the examples by the lines of their README, pkg-config
#   cmake     the examples by CMake, natively and with emcmake, and what find_package() refuses
#   browser   the programs in Chromium and Firefox
#
# Needs the libraries (make native-lib wasm-lib); TAMIS_LIB and TAMIS_WASM_LIB name others.
# Built things and logs go to out/abi. V=1 shows the programs' own lines.
# Last line: "N passed, M failed"; the exit code is 1 when something failed.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
out=$root/out/abi
native_lib=${TAMIS_LIB:-$root/target/release/libtamis.a}
wasm_lib=${TAMIS_WASM_LIB:-$root/target/wasm32-unknown-emscripten/release/libtamis.a}
: "${CC:=cc}" "${CXX:=c++}"
warnings="-Wall -Wextra -Werror -pedantic"
# The sections' functions run under `timeout`, in a bash of their own.
export here root out native_lib wasm_lib CC CXX warnings
passed=0 failed=0

# The self test panics on purpose, many times; what goes wrong is said by the tests themselves.
export RUST_BACKTRACE=0

have() { command -v "$1" >/dev/null 2>&1; }
good() { passed=$((passed + ${2:-1})); echo "  ok   $1"; }
bad() { # bad NAME [LOG]
  failed=$((failed + 1))
  echo "  FAIL $1"
  [ -z "${2:-}" ] || sed 's/^/       | /' "$2" | tail -n 60
}
not_run() { echo "  not run: $*"; }
section() { echo "== abi $1"; }

# A hang is a failure, too, and must not keep the others from running.
limit() { # limit SECONDS COMMAND...
  if have timeout; then timeout -k 5 "$@"; else shift && "$@"; fi
}

# check NAME COMMAND...: one test, passed when the command succeeds.
check() {
  local name=$1 log
  shift
  log=$out/log/${name//[^A-Za-z0-9]/_}.log
  if limit 300 "$@" >"$log" 2>&1; then good "$name"; else bad "$name" "$log"; return 1; fi
}

# refuses NAME PATTERN COMMAND...: passed when the command fails and says so.
refuses() {
  local name=$1 pattern=$2 log
  shift 2
  log=$out/log/${name//[^A-Za-z0-9]/_}.log
  if limit 300 "$@" >"$log" 2>&1; then
    echo "(it succeeded)" >>"$log"
    bad "$name" "$log"
  elif grep -Eq -- "$pattern" "$log"; then
    good "$name"
  else
    echo "(it failed, but does not say: $pattern)" >>"$log"
    bad "$name" "$log"
  fi
}

# program NAME COMMAND...: a program of many tests; its last line says how many.
program() {
  local name=$1 log code=0 counts
  shift
  log=$out/log/${name//[^A-Za-z0-9]/_}.log
  limit 300 "$@" >"$log" 2>&1 || code=$?
  counts=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1)
  if [ -n "${V:-}" ]; then grep -E '^  ' "$log"; else grep -E '^  not run' "$log"; fi
  if [ "$code" -eq 0 ] && [ -n "$counts" ]; then
    good "$name: ${counts%% *} tests" "${counts%% *}"
  else
    [ -z "$counts" ] || { passed=$((passed + ${counts%% *})); }
    echo "(exit code $code)" >>"$log"
    bad "$name" "$log"
  fi
}

need_library() {
  [ -f "$1" ] && return 0
  echo "there is no $1: run make $2 first" >&2
  exit 2
}

# Puts emcc and its kind on PATH: those that built the library, else the user's own.
need_emscripten() {
  local bin
  need_library "$wasm_lib" wasm-lib
  [ -z "${EMSCRIPTEN_READY:-}" ] || return 0
  if bin=$("$root/tools/toolchain/env.sh" --bin 2>"$out/log/env.log"); then
    export PATH=$bin:$PATH
  elif ! have emcc || ! have emcmake; then
    cat "$out/log/env.log" >&2
    exit 2
  fi
  EMSCRIPTEN_READY=yes
}

# Installs both libraries once, with DESTDIR, and moves the folder: whatever uses it shows that it may be.
need_prefix() {
  [ -n "${PREFIX_READY:-}" ] && return 0
  need_library "$native_lib" native-lib
  need_library "$wasm_lib" wasm-lib
  rm -rf "$out/stage" "$out/prefix"
  DESTDIR=$out/stage "$root/tools/install/install.sh" --prefix /opt/tamis --native "$native_lib" \
    --emscripten "$wasm_lib" >"$out/log/prefix.log" 2>&1 || { cat "$out/log/prefix.log" >&2; exit 2; }
  mv "$out/stage/opt/tamis" "$out/prefix"
  export PREFIX=$out/prefix
  PREFIX_READY=yes
}

mkdir -p "$out/log"
sections=("$@")
if [ $# -eq 0 ] || [ "$*" = all ]; then
  # Side by side, as compilers and Valgrind keep but one core busy. What a section builds is used in its own half alone.
  "$0" header native asan valgrind >"$out/log/first_half.log" 2>&1 &
  first_half=$!
  "$0" wasm install cmake browser >"$out/log/second_half.log" 2>&1
  wait "$first_half"
  for half in first second; do
    sed '$d' "$out/log/${half}_half.log"
    read -r good_ones bad_ones < <(sed -nE '$s/^([0-9]+) passed, ([0-9]+) failed$/\1 \2/p' "$out/log/${half}_half.log") || {
      tail -n 1 "$out/log/${half}_half.log"
      good_ones=0 bad_ones=1
    }
    passed=$((passed + good_ones)) failed=$((failed + bad_ones))
  done
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
  exit
fi
for name in "${sections[@]}"; do
  if [ ! -f "$here/sections/$name.sh" ]; then
    echo "unknown section: $name; there are $(cd "$here/sections" && echo *.sh | sed 's/\.sh//g') all" >&2
    exit 2
  fi
done
for name in "${sections[@]}"; do
  section "$name"
  . "$here/sections/$name.sh"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
