# The CMake package: the examples by the lines of their READMEs, natively and with emcmake, and what
# find_package() refuses.
. "$here/readme.sh"
need_prefix
need_emscripten
if ! cmake=$("$here/cmake.sh" 2>"$out/log/cmake.log"); then
  bad "cmake: there is a cmake to test with" "$out/log/cmake.log"
  return
fi
export PATH=$(dirname "$cmake"):$PATH

for example in c cpp; do
  check "cmake: examples/$example, native" bash -c "run_block $example native-cmake"
  check "cmake: examples/$example, emcmake, in Node" bash -c "run_block $example web-cmake"
done

# asks_for FOLDER LINE [ARGUMENT...]: configures a project that says only LINE.
asks_for() {
  local at=$out/cmake/$1
  rm -rf "$at"
  mkdir -p "$at"
  printf 'cmake_minimum_required(VERSION 3.13)\nproject(ask LANGUAGES C)\n%s\n' "$2" >"$at/CMakeLists.txt"
  shift 2
  "${EMCMAKE:-env}" cmake -S "$at" -B "$at/build" "$@"
}
export -f asks_for
prefix_path="-DCMAKE_PREFIX_PATH=$PREFIX"
check "cmake: any version is found by CMAKE_PREFIX_PATH" \
  bash -c "asks_for any 'find_package(tamis REQUIRED)' '$prefix_path'"
version=$(sed -n 's/^#define TAM_VERSION "\(.*\)"/\1/p' "$PREFIX/include/tamis.h")
check "cmake: its own version is found, exactly" \
  bash -c "asks_for exact 'find_package(tamis $version EXACT REQUIRED)' '$prefix_path'"
refuses "cmake: a newer version is refused, and the found one named" "version: $version" \
  bash -c "asks_for newer 'find_package(tamis 99 REQUIRED)' '$prefix_path'"
case $version in
0.*)
  refuses "cmake: another 0.x is refused" "version: $version" \
    bash -c "asks_for other 'find_package(tamis 0.0 REQUIRED)' '$prefix_path'"
  check "cmake: any 0.x is found when 0 is asked for" \
    bash -c "asks_for zero 'find_package(tamis 0 REQUIRED)' '$prefix_path'"
  ;;
esac
check "cmake: asking twice is fine" \
  bash -c "asks_for twice 'find_package(tamis REQUIRED) 
find_package(tamis REQUIRED)' '$prefix_path'"
half=$out/cmake-half
rm -rf "$half"
"$root/tools/install/install.sh" --prefix "$half" --native "$native_lib" >/dev/null
refuses "cmake: a prefix without the wasm library says so" 'installed without --emscripten' \
  env EMCMAKE=emcmake bash -c "asks_for half 'find_package(tamis REQUIRED)' '-Dtamis_DIR=$half/lib/cmake/tamis'"

# The two variables reach the linker.
options_are_heard() {
  asks_for options 'set(TAMIS_PTHREAD_POOL_SIZE 3)
set(TAMIS_MEMORY_GROWTH OFF)
find_package(tamis REQUIRED)
get_target_property(options tamis::tamis INTERFACE_LINK_OPTIONS)
message(STATUS "options: ${options}")' "-Dtamis_DIR=$PREFIX/lib/cmake/tamis" >"$out/options.txt" 2>&1
  cat "$out/options.txt"
  grep -q 'options: .*-sPTHREAD_POOL_SIZE=3;' "$out/options.txt" && ! grep -q 'options: .*GROWTH' "$out/options.txt" &&
    grep -q 'options: .*-sABORTING_MALLOC=0' "$out/options.txt"
}
export -f options_are_heard
check "cmake: TAMIS_PTHREAD_POOL_SIZE and TAMIS_MEMORY_GROWTH are heard" env EMCMAKE=emcmake bash -c options_are_heard
