# What is installed, where it may be moved, and programs that are built with it by plain compilers and by
# pkg-config, by the very lines of the examples' READMEs.
. "$here/readme.sh"
need_prefix
installer=$root/tools/install/install.sh

layout_is_as_documented() {
  local file missing=0
  for file in include/tamis.h include/tamis.hpp lib/libtamis.a lib/wasm32-emscripten/libtamis.a \
    lib/pkgconfig/tamis.pc lib/wasm32-emscripten/pkgconfig/tamis.pc lib/cmake/tamis/tamisConfig.cmake \
    lib/cmake/tamis/tamisConfigVersion.cmake share/tamis/pthread-pool-size.js; do
    [ -f "$PREFIX/$file" ] || { echo "$file is missing"; missing=1; }
  done
  [ ! -e "$out/stage/opt/tamis" ] && [ "$missing" = 0 ]
}
nothing_names_the_prefix() {
  ! grep -rIl -e /opt/tamis -e "$out" "$PREFIX/include" "$PREFIX/lib/cmake" "$PREFIX/share" "$PREFIX"/lib/*/pkgconfig \
    "$PREFIX/lib/pkgconfig"
}
no_template_is_left_unfilled() { ! grep -rIn '@[A-Z_]*@' "$PREFIX/lib/cmake" "$PREFIX/lib/pkgconfig" "$PREFIX/share"; }
installing_again_changes_nothing() {
  (cd "$PREFIX" && find . -type f -exec cksum {} + | sort) >"$out/before.txt"
  "$installer" --prefix "$PREFIX" --native "$native_lib" --emscripten "$wasm_lib"
  (cd "$PREFIX" && find . -type f -exec cksum {} + | sort) >"$out/after.txt"
  diff "$out/before.txt" "$out/after.txt"
}
one_half_can_be_installed_alone() {
  rm -rf "$out/half"
  (cd "$out" && "$installer" --prefix half --native "$native_lib") && [ -f "$out/half/lib/libtamis.a" ] &&
    [ ! -e "$out/half/lib/wasm32-emscripten" ]
}
pkg_config_knows_the_version() {
  local version
  version=$(sed -n 's/^#define TAM_VERSION "\(.*\)"/\1/p' "$PREFIX/include/tamis.h")
  [ "$(PKG_CONFIG_PATH=$PREFIX/lib/pkgconfig pkg-config --modversion tamis)" = "$version" ] &&
    [ "$(PKG_CONFIG_PATH=$PREFIX/lib/wasm32-emscripten/pkgconfig pkg-config --modversion tamis)" = "$version" ]
}
# What `make install` does, if it is this clone's own library that is tested.
make_install_works() {
  rm -rf "$out/made"
  # Not this make's jobserver and variables: it is a user's make.
  env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -s -C "$root" install PREFIX=/usr DESTDIR="$out/made" &&
    [ -f "$out/made/usr/lib/libtamis.a" ] && [ -f "$out/made/usr/lib/cmake/tamis/tamisConfig.cmake" ]
}
export installer
export -f layout_is_as_documented nothing_names_the_prefix no_template_is_left_unfilled one_half_can_be_installed_alone \
  installing_again_changes_nothing pkg_config_knows_the_version make_install_works

check "install: the layout is the documented one, behind DESTDIR" bash -c layout_is_as_documented
check "install: no file names the prefix" bash -c nothing_names_the_prefix
check "install: no placeholder is left" bash -c no_template_is_left_unfilled
check "install: again changes nothing" bash -c installing_again_changes_nothing
check "install: one half alone, into a relative prefix" bash -c one_half_can_be_installed_alone
if [ -z "${TAMIS_LIB:-}${TAMIS_WASM_LIB:-}" ]; then
  check "install: make install" bash -c make_install_works
else
  not_run "make install: TAMIS_LIB or TAMIS_WASM_LIB names another library than make would install"
fi
refuses "install: no prefix" '--prefix is missing' "$installer" --native "$native_lib"
refuses "install: no library" 'nothing to install' "$installer" --prefix "$out/nowhere"
refuses "install: a library that is not there" 'no /no/such.a: build it first' \
  "$installer" --prefix "$out/nowhere" --native /no/such.a
refuses "install: an unknown option" 'unknown argument: --nonsense' "$installer" --nonsense
refuses "install: an option without its value" '--prefix needs a value' "$installer" --prefix

for example in c cpp; do
  check "install: examples/$example by the compiler alone" bash -c "run_block $example native-cc"
done
need_emscripten
for example in c cpp; do
  check "install: examples/$example by Emscripten alone, in Node" bash -c "run_block $example web-emcc"
done
if have pkg-config; then
  check "install: pkg-config knows the version" bash -c pkg_config_knows_the_version
  for example in c cpp; do
    check "install: examples/$example by pkg-config" bash -c "run_block $example native-pkg-config"
  done
  check "install: examples/c by pkg-config and Emscripten, in Node" bash -c "run_block c web-pkg-config"
else
  not_run "pkg-config is not here (Debian: apt-get install pkg-config)"
fi

for source in primes lists; do
  check "install: examples/c/$source.c compiles as C99 without a warning" \
    $CC -std=c99 $warnings -I"$PREFIX/include" -c "$root/examples/c/$source.c" -o "$out/example.o"
  check "install: examples/cpp/$source.cpp compiles as C++17 without a warning" \
    $CXX -std=c++17 $warnings -Wshadow -I"$PREFIX/include" -c "$root/examples/cpp/$source.cpp" -o "$out/example.o"
done

# The example programs' own bad input.
c_example=$out/examples/c-native-cc/primes
cpp_example=$out/examples/cpp-native-cc/primes
if [ -x "$c_example" ] && [ -x "$cpp_example" ]; then
  for wrong in -1 12x '' 18446744073709551616 1e9; do
    refuses "install: examples/c refuses '$wrong'" '^usage:' "$c_example" "$wrong"
    refuses "install: examples/cpp refuses '$wrong'" '^usage:' "$cpp_example" "$wrong"
    refuses "install: lists in C refuses '$wrong'" '^usage:' "${c_example%primes}lists" "$wrong"
    refuses "install: lists in C++ refuses '$wrong'" '^usage:' "${cpp_example%primes}lists" "$wrong"
  done
fi
