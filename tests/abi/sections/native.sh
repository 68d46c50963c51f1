# The C and C++ programs, natively. Sourced by run.sh; other sections use build_native too.

# What `cc` itself does not add of what Rust's standard library needs.
native_libs="-pthread -lm -ldl"

# build_native FOLDER [FLAG...]: abi_test and the C++ programs into out/abi/FOLDER.
build_native() {
  local to=$out/$1 include="-I$root/include -I$here/c" cxx="$CXX -std=c++17 $warnings -Wshadow"
  shift
  mkdir -p "$to"
  set -e
  $CC -std=c99 $warnings -g -O1 "$@" $include "$here"/c/*.c "$native_lib" $native_libs -o "$to/abi_test"
  $CC -std=c99 $warnings -g -O1 "$@" $include -c "$here/c/check.c" -o "$to/check.o"
  $cxx -g -O1 "$@" $include "$here/cpp/hpp.cpp" "$here/cpp/lists.cpp" "$to/check.o" "$native_lib" $native_libs -o "$to/hpp"
  ${cxx/c++17/c++20} -g -O1 "$@" $include "$here/cpp/ranges.cpp" "$to/check.o" "$native_lib" $native_libs -o "$to/ranges"
  $cxx -g -O1 "$@" -fno-exceptions $include "$here/cpp/no_exceptions.cpp" "$to/check.o" "$native_lib" \
    $native_libs -o "$to/no_exceptions"
  $cxx -g -O1 "$@" $include -c "$here/cpp/mixed_on.cpp" -o "$to/mixed_on.o"
  $cxx -g -O1 "$@" -fno-exceptions $include -c "$here/cpp/mixed_off.cpp" -o "$to/mixed_off.o"
  $CXX "$@" "$to/mixed_on.o" "$to/mixed_off.o" "$to/check.o" "$native_lib" $native_libs -o "$to/mixed"
}
export native_libs
export -f build_native

if [ "$name" = native ]; then
  need_library "$native_lib" native-lib
  if check "native: programs compile as C99 and C++17 without a warning" bash -c 'build_native native'; then
    native_is_built=yes
    program "native: C" "$out/native/abi_test"
    program "native: C++" "$out/native/hpp"
    program "native: C++20 ranges" "$out/native/ranges"
    program "native: C++ without exceptions" "$out/native/no_exceptions"
    program "native: both kinds of C++ in one program" "$out/native/mixed"
    refuses "native: an unknown suite is named" 'unknown suite' "$out/native/abi_test" nonsense
  fi
fi
