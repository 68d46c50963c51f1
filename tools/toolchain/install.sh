#!/usr/bin/env bash
# Finds the WebAssembly toolchain, or installs a private one without root. Says nothing and does
# nothing when one is ready. Options:
#   --check     only say whether one is ready (exit code)
#   --private   use the private one even if emcc and a nightly are here (also TAMIS_TOOLCHAIN=private)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/common.sh"
. "$here/ready.sh"

check_only=
for option in "$@"; do
  case $option in
    --check) check_only=yes ;;
    --private) export TAMIS_TOOLCHAIN=private ;;
    -h | --help) sed -n '2,5s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) die "unknown option $option" "see $0 --help" ;;
  esac
done

# The fast path: a few file tests, no program started.
if find_ready; then exit 0; fi
[ -z "$check_only" ] || exit 1

. "$here/debian.sh"
# However it ends, nobody should be left guessing.
trap '[ $? = 0 ] || say "the toolchain is not complete; running the same command again goes on from here"' EXIT
. "$here/warm.sh"

if [ "${TAMIS_TOOLCHAIN:-}" != private ]; then
  find_own
  if [ -z "$own_reason" ]; then
    install_own "$cache_root/own-$(own_key)"
    exit 0
  fi
  say "your own toolchain can't be used: $own_reason"
  [ "${TAMIS_TOOLCHAIN:-}" != own ] || die "TAMIS_TOOLCHAIN=own forbids the private toolchain" "make doctor names what is missing"
fi
install_private
