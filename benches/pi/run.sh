#!/usr/bin/env bash
# pi(x) beside primecount. See run.js, or run it with --help. Wants `make lib` and `make web` first.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
exec "${NODE:-node}" benches/pi/run.js "$@"
