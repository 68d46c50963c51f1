#!/usr/bin/env bash
# Primality and factors beside PARI/GP. See run.js, or run it with --help.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
exec "${NODE:-node}" benches/numbers/run.js "$@"
