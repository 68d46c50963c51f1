# The programs as wasm in Node, with the flags that examples/c/README.md explains. Sourced by run.sh;
# the section browser uses build_wasm too.

build_wasm() {
  local to=$out/wasm include="-I$root/include -I$here/c" objects
  # -O1 links three times as fast as -O2, and the library is optimised already.
  local compile="-O1 -pthread -fwasm-exceptions $warnings $include"
  local link="-O1 -pthread -fwasm-exceptions -Wl,--stack-first -sPROXY_TO_PTHREAD -sEXIT_RUNTIME
    -sPTHREAD_POOL_SIZE=(globalThis.navigator?.hardwareConcurrency||4)+2 -sPTHREAD_POOL_SIZE_STRICT=2"
  local grow="-sALLOW_MEMORY_GROWTH -Wno-pthreads-mem-growth"
  mkdir -p "$to"
  set -e
  emcc -std=c99 $compile -c "$here/c/check.c" -o "$to/check.o"
  emcc -std=c99 $compile $link $grow "$here"/c/*.c "$wasm_lib" -o "$to/abi_test.js"
  em++ -std=c++17 $compile $link $grow "$here/cpp/hpp.cpp" "$here/cpp/lists.cpp" "$to/check.o" "$wasm_lib" -o "$to/hpp.js"
  em++ -std=c++17 $compile $link $grow -fno-exceptions "$here/cpp/no_exceptions.cpp" "$to/check.o" \
    "$wasm_lib" -o "$to/no_exceptions.js"
  # 16 MB that never grow.
  emcc -std=c99 $compile $link -sINITIAL_MEMORY=16MB -sABORTING_MALLOC=0 "$here/wasm/memory.c" "$to/check.o" "$wasm_lib" \
    -o "$to/memory.js"
  # main() on the page's own thread.
  emcc -std=c99 $compile ${link/-sPROXY_TO_PTHREAD/} $grow "$here/wasm/main_thread.c" "$to/check.o" "$wasm_lib" \
    -o "$to/main_thread.js"
}
export -f build_wasm

if [ "$name" = wasm ]; then
  need_emscripten
  if check "wasm: programs compile as C99 and C++17 without a warning" bash -c build_wasm; then
    wasm_is_built=yes
    program "wasm in Node: C" node "$out/wasm/abi_test.js"
    program "wasm in Node: C++" node "$out/wasm/hpp.js"
    program "wasm in Node: C++ without exceptions" node "$out/wasm/no_exceptions.js"
    program "wasm in Node: little memory" node "$out/wasm/memory.js"
  fi
fi
