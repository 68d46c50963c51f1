#!/usr/bin/env bash
# Says which tools are here, in which versions, and for what is missing the command that mends it.
# Exit code 0 when `make web` can run (what it lacks, it installs by itself), else 1. Changes nothing.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/common.sh"
. "$here/ready.sh"
. "$here/debian.sh"
. "$here/platform.sh"

green= yellow= red= plain= bold=
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
  green=$'\e[32m' yellow=$'\e[33m' red=$'\e[31m' bold=$'\e[1m' plain=$'\e[0m'
fi

cures=() web_blocked=
heading() { printf '\n%s%s%s\n' "$bold" "$1" "$plain"; }
# row STATE NAME VERSION REMARK
row() {
  local colour=$green
  case $1 in missing | "too old") colour=$red ;; optional | later) colour=$yellow ;; esac
  printf '  %s%-8s%s %-18s %-14s %s\n' "$colour" "$1" "$plain" "$2" "$3" "$4"
}
cure() { cures+=("$1|$2"); } # cure NAME COMMAND

# tool NAME PROGRAM OLDEST NEED KEY: a program with a version. NEED: web (blocks make web), wanted, optional.
tool() {
  local name=$1 program=$2 oldest=$3 need=$4 key=$5 version state=ok remark
  if have "$program"; then
    version=$(version_in "$("$program" --version 2>/dev/null | head -n 1)")
    remark=$(command -v "$program")
    if [ -n "$oldest" ] && ! version_at_least "${version:-0}" "$oldest"; then
      state="too old" remark="$remark   (needs $oldest)"
    fi
  else
    version=- state=missing remark=${oldest:+needs $oldest}
    [ "$need" != optional ] || state=optional
  fi
  row "$state" "$name" "${version:--}" "$remark"
  [ "$state" = ok ] && return 0
  cure "$name" "$(command_for "$key")"
  [ "$need" != web ] || web_blocked="$web_blocked $name"
}

printf '%stamis doctor%s: %s\n' "$bold" "$plain" "$(platform_name)"

heading "to build for the web (make web)"
tool "node" node "$node_oldest" web node
tool "npm" npm "" web npm
tool "python3" python3 3.10 web python3
tool "make" make "" web make
tool "C compiler" cc "" web cc
. "$here/doctor-web.sh"

heading "to build and test natively (make test)"
msrv=$(sed -n 's/^rust-version *= *"\([^"]*\)".*/\1/p' "$here/../../Cargo.toml" 2>/dev/null || true)
tool "cargo" cargo "$msrv" wanted rust
tool "rustc" rustc "$msrv" wanted rust
tool "clang" clang "" optional clang
tool "cmake" cmake 3.16 optional cmake
tool "valgrind" valgrind "" optional valgrind
if have cargo-nextest; then
  row ok cargo-nextest "$(version_in "$(cargo-nextest nextest --version 2>/dev/null | head -n 1)")" "$(command -v cargo-nextest)"
elif [ -x "$(echo "$cache_root"/cargo-nextest-*/bin/cargo-nextest)" ]; then
  row ok cargo-nextest - "$(echo "$cache_root"/cargo-nextest-*/bin/cargo-nextest)"
else
  row later cargo-nextest - "make test builds it once into the cache, some minutes"
fi

heading "browsers that make test drives"
for browser in "chromium:${CHROMIUM:-chromium}:chromium" "firefox:${FIREFOX:-firefox-esr}:firefox" "xvfb-run:xvfb-run:xvfb" "WebKitWebDriver:${WEBKIT_DRIVER:-WebKitWebDriver}:webkit"; do
  IFS=: read -r name program key <<<"$browser"
  [ "$name" = firefox ] && ! have "$program" && program=firefox
  case $name in
    xvfb-run | WebKitWebDriver)
      # Neither answers --version without a display or a port.
      if have "$program"; then row ok "$name" - "$(command -v "$program")"; else
        row optional "$name" - "for the WebKitGTK tests"
        cure "$name" "$(command_for "$key")"
      fi
      ;;
    *) tool "$name" "$program" "" wanted "$key" ;;
  esac
done
driver=$(command -v "${GECKODRIVER:-geckodriver}" || ls "$cache_root"/geckodriver-*/bin/geckodriver 2>/dev/null | tail -n 1) || true
if [ -n "$driver" ]; then row ok geckodriver "$(version_in "$("$driver" --version | head -n 1)")" "$driver"; else
  row later geckodriver - "make test builds it once into the cache, about 4 minutes"
fi

heading "only for make bench"
for peer in primesieve primecount; do
  found=$(ls "$cache_root"/peer-$peer-*/bin/$peer 2>/dev/null | tail -n 1) || true
  if [ -n "$found" ]; then row ok "$peer" "$(version_in "$("$found" --version | head -n 1)")" "$found"; else
    row later "$peer" - "make bench fetches it into the cache, 3 MB"
  fi
done

if [ ${#cures[@]} -gt 0 ]; then
  heading "to mend"
  for line in "${cures[@]}"; do printf '  %s:\n      %s\n' "${line%%|*}" "${line#*|}"; done
fi
printf '\n'
if [ -n "$web_blocked" ]; then
  printf '%smake web can not run yet:%s missing or too old:%s\n' "$red" "$plain" "$web_blocked"
  exit 1
fi
printf '%smake web can run.%s\n' "$green" "$plain"
