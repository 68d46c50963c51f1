# The same programs under AddressSanitizer and UndefinedBehaviorSanitizer. The library itself is not
# instrumented, but its memory comes from the sanitizer's malloc: overruns of what it gives out or is
# given, and leaks, are seen.
need_library "$native_lib" native-lib
. "$here/sections/native.sh"
asan="-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer"
if ! echo 'int main(void) { return 0; }' | $CC $asan -x c -o "$out/asan_probe" - 2>"$out/log/asan_probe.log"; then
  not_run "AddressSanitizer: $CC has no runtime for it (Debian: apt-get install libgcc-12-dev, or use CC=clang)"
elif check "asan: programs compile" bash -c "build_native asan $asan"; then
  export TAMIS_SLOW_CHECKS=1 ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1
  program "asan: C" "$out/asan/abi_test"
  program "asan: C++" "$out/asan/hpp"
  program "asan: C++20 ranges" "$out/asan/ranges"
  program "asan: both kinds of C++ in one program" "$out/asan/mixed"
  unset TAMIS_SLOW_CHECKS ASAN_OPTIONS
fi
