#!/usr/bin/env bash
# The Rust tests of the workspace, and the examples in its documentation.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
nextest=$(tools/toolchain/nextest.sh)
"$nextest" nextest run --workspace --no-fail-fast --status-level slow
# The workspace as above: the library by itself would be compiled once more, with fewer features of what it needs.
cargo test --quiet --doc --workspace
