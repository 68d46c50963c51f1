#!/usr/bin/env bash
# Tells a Makefile where the toolchain is. Installs nothing: run install.sh before.
#   --bin     print the folder of wrappers (emcc, em++, emar, wasm-opt, tamis-cargo, ...)
#   --cmake   print CMake's toolchain file for Emscripten
#   --print   print all as NAME=value lines
# Exit code 1, with a message, when no toolchain is installed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/common.sh"
. "$here/ready.sh"

find_ready || die "no WebAssembly toolchain is installed yet" "run: $here/install.sh   (make web does it for you)"

bin=$toolchain_dir/bin
if [ "$toolchain_kind" = own ]; then
  emscripten=$(cat "$toolchain_dir/emscripten-root")
else
  emscripten=$toolchain_dir/root/usr/share/emscripten
fi
cmake=$emscripten/cmake/Modules/Platform/Emscripten.cmake

case ${1:---print} in
  --bin) printf '%s\n' "$bin" ;;
  --cmake) printf '%s\n' "$cmake" ;;
  --print)
    printf '%s\n' "TAMIS_TOOLCHAIN_KIND=$toolchain_kind" "TAMIS_TOOLCHAIN_DIR=$toolchain_dir" \
      "TAMIS_TOOLCHAIN_BIN=$bin" "TAMIS_EMSCRIPTEN_ROOT=$emscripten" "TAMIS_EMSCRIPTEN_CMAKE=$cmake" \
      "TAMIS_EMCC_VERSION=$(tr -d '"\n' <"$emscripten/emscripten-version.txt")"
    ;;
  *) die "unknown option $1" "use --bin, --cmake or --print" ;;
esac
