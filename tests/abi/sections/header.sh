# The headers: each stands alone, in the oldest language it promises and the newest, and keeps what it
# says. Nothing is linked.

# compiles COMPILER STANDARD LANGUAGE HEADER [FLAG...]
compiles() {
  local compiler=$1 standard=$2 language=$3 header=$4
  shift 4
  printf '#include "%s"\n#include "%s"\n' "$header" "$header" |
    $compiler -std="$standard" $warnings "$@" -I"$root/include" -x "$language" -c -o "$out/header.o" -
}
export -f compiles

c_compilers=() cxx_compilers=() seen=' '
for pair in "$CC $CXX" "gcc g++" "clang clang++"; do
  set -- $pair
  have "$1" && have "$2" || continue
  # cc is usually one of the other two.
  real=$(readlink -f "$(command -v "$1")" 2>/dev/null || command -v "$1")
  case $seen in *" $real "*) continue ;; esac
  seen+="$real " c_compilers+=("$1") cxx_compilers+=("$2")
done
# Emscripten's compiler is a clang, and the only one on many machines.
need_emscripten
c_compilers+=(emcc) cxx_compilers+=(em++)

for compiler in "${c_compilers[@]}"; do
  for standard in c99 c11 c17; do
    check "header: tamis.h alone, $compiler -std=$standard" bash -c "compiles $compiler $standard c tamis.h"
  done
done
for compiler in "${cxx_compilers[@]}"; do
  check "header: tamis.h alone, $compiler -std=c++17" bash -c "compiles $compiler c++17 c++ tamis.h"
  for standard in c++17 c++20; do
    check "header: tamis.hpp alone, $compiler -std=$standard" \
      bash -c "compiles $compiler $standard c++ tamis.hpp -Wshadow"
  done
  check "header: tamis.hpp alone, $compiler -fno-exceptions -fno-rtti" \
    bash -c "compiles $compiler c++17 c++ tamis.hpp -Wshadow -fno-exceptions -fno-rtti"
done
refuses "header: tamis.hpp says which C++ it needs" 'needs C\+\+17' \
  bash -c "compiles ${cxx_compilers[0]} c++14 c++ tamis.hpp"

need_library "$native_lib" native-lib
# The archive holds Rust's own objects too. readelf rather than nm where there is one: a Debian machine with
# an older LLVM has a plugin that makes nm stumble over the bitcode that Rust puts beside the code.
if have readelf; then
  readelf -Ws "$native_lib" 2>/dev/null | awk '$4 == "FUNC" && $5 == "GLOBAL" && $7 != "UND" && $8 ~ /^tam_/ { print $8 }'
else
  # On macOS names begin with an underscore.
  nm -g "$native_lib" 2>/dev/null | awk 'NF >= 2 && $(NF-1) == "T" && sub(/^_?tam_/, "tam_", $NF) { print $NF }'
fi | sort -u >"$out/native.txt"
emnm -g "$wasm_lib" 2>/dev/null | awk 'NF >= 2 && $(NF-1) == "T" && $NF ~ /^tam_/ { print $NF }' | sort -u >"$out/wasm.txt"
program "header: manual and symbols" node "$here/header.mjs" "$root" "$out/native.txt" "$out/wasm.txt"
