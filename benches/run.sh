#!/usr/bin/env bash
# Measures tamis beside its peers; what `make bench` runs. See benches/README.md, or run it with --help.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec "${NODE:-node}" benches/run.js "$@"
