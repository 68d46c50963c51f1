#!/bin/sh
# Installs libtamis.a, the headers, and what pkg-config and CMake need to find them.
#
#   tools/install/install.sh --prefix DIR [--native LIBTAMIS_A] [--emscripten LIBTAMIS_A]
#                            [--destdir DIR] [--native-libs "-lpthread -lm ..."]
#
# At least one of --native and --emscripten; both may share a prefix. --destdir (or DESTDIR) is put
# before every path that is written, and never written into a file. Nothing installed names the prefix, so the folder may
# be moved as a whole.
#
#   PREFIX/include/tamis.h, tamis.hpp
#   PREFIX/lib/libtamis.a, lib/pkgconfig/tamis.pc                      (--native)
#   PREFIX/lib/wasm32-emscripten/libtamis.a, .../pkgconfig/tamis.pc    (--emscripten)
#   PREFIX/lib/cmake/tamis/tamisConfig.cmake, tamisConfigVersion.cmake
#   PREFIX/share/tamis/pthread-pool-size.js                            (--emscripten)
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)

die() {
    echo "install.sh: $*" >&2
    echo "usage: install.sh --prefix DIR [--native LIB] [--emscripten LIB] [--destdir DIR] [--native-libs FLAGS]" >&2
    exit 2
}

prefix='' native='' emscripten='' native_libs='' destdir=${DESTDIR:-}
while [ $# -gt 0 ]; do
    case $1 in
    --prefix | --native | --emscripten | --destdir | --native-libs)
        [ $# -ge 2 ] || die "$1 needs a value"
        case $1 in
        --prefix) prefix=$2 ;;
        --native) native=$2 ;;
        --emscripten) emscripten=$2 ;;
        --destdir) destdir=$2 ;;
        --native-libs) native_libs=$2 ;;
        esac
        shift 2
        ;;
    *) die "unknown argument: $1" ;;
    esac
done

[ -n "$prefix" ] || die "--prefix is missing"
[ -n "$native$emscripten" ] || die "nothing to install: give --native, --emscripten or both"
case $prefix in
/*) ;;
*) prefix=$PWD/$prefix ;;
esac
for lib in "$native" "$emscripten"; do
    [ -z "$lib" ] || [ -f "$lib" ] || die "there is no $lib: build it first (make lib)"
done
for header in tamis.h tamis.hpp; do
    [ -f "$root/include/$header" ] || die "there is no include/$header: is this a whole clone?"
done
version=$(sed -n 's/^version *= *"\([0-9][0-9.]*\)".*/\1/p' "$root/Cargo.toml" | head -n 1)
[ -n "$version" ] || die "Cargo.toml has no version"

# What Rust's standard library needs from the system, asked of the compiler that built the library.
# It is told only when something is compiled: nothing, into a folder that goes again. (Not into /dev/null:
# rustc renames its output into place, and root's would replace the device.)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
if [ -n "$native" ] && [ -z "$native_libs" ]; then
    : >"$scratch/nothing.rs"
    native_libs=$(rustc --print native-static-libs --crate-type staticlib -o "$scratch/nothing.a" "$scratch/nothing.rs" 2>&1 |
        sed -n 's/^note: native-static-libs: //p') || true
    # Without a compiler here: what it says on Linux, harmless elsewhere.
    [ -n "$native_libs" ] || native_libs='-lpthread -lm -ldl -lc'
fi

dest=$destdir$prefix

put() { # put FILE FOLDER [NAME]
    name=${3:-$(basename "$1")}
    mkdir -p "$dest/$2"
    # Into a new file first: a program that is being linked just now keeps the old one.
    cp "$1" "$dest/$2/.$name.new"
    chmod 644 "$dest/$2/.$name.new"
    mv -f "$dest/$2/.$name.new" "$dest/$2/$name"
}

fill() { # fill TEMPLATE FOLDER NAME: a template with its values
    sed -e "s|@VERSION@|$version|g" -e "s|@NATIVE_LIBS@|$native_libs|g" "$here/$1" >"$scratch/$3"
    put "$scratch/$3" "$2"
}

put "$root/include/tamis.h" include
put "$root/include/tamis.hpp" include
if [ -n "$native" ]; then
    put "$native" lib libtamis.a
    fill tamis-native.pc.in lib/pkgconfig tamis.pc
    # A file of its own: installing for the web alone, later, must not lose it.
    fill native-libs.txt.in lib/cmake/tamis native-libs.txt
fi
if [ -n "$emscripten" ]; then
    put "$emscripten" lib/wasm32-emscripten libtamis.a
    fill tamis-emscripten.pc.in lib/wasm32-emscripten/pkgconfig tamis.pc
    put "$here/pthread-pool-size.js" share/tamis
fi
put "$here/tamisConfig.cmake" lib/cmake/tamis
fill tamisConfigVersion.cmake.in lib/cmake/tamis tamisConfigVersion.cmake

echo "tamis $version is in $prefix:${native:+ native}${emscripten:+ emscripten}"
