#!/usr/bin/env bash
# Tests of the toolchain installer and of doctor. No network: packages come from a small repository made here.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/tests/harness.sh"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

. "$here/common.sh"
. "$here/versions.sh"
. "$here/own.sh"

. "$here/tests/versions.sh"
if have apt-get && have dpkg-deb && have flock; then
  . "$here/tests/private.sh"
else
  printf 'private toolchain: left out, this system has no apt\n'
fi
. "$here/tests/own.sh"
. "$here/tests/doctor.sh"
finish
