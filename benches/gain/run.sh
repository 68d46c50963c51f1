#!/usr/bin/env bash
# What a second thread is worth. See run.js, or run it with --help. Wants `make web` first.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
exec "${NODE:-node}" benches/gain/run.js "$@"
