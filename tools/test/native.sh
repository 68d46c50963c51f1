#!/usr/bin/env bash
# The Rust tests of the workspace, and the examples in its documentation.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
nextest=$(tools/toolchain/nextest.sh)
"$nextest" nextest run --workspace --no-fail-fast --status-level slow
cargo test --quiet --doc
