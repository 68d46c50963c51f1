# A small made-up Debian repository and the recipe that installs from it, so that the installer's own code
# runs in a second: real apt, real dpkg, real archives, only the compilers are three-line scripts. Sourced by test.sh.

# package NAME VERSION [FIELD]: packs the folder $packing and empties it.
package() {
  mkdir -p "$packing/DEBIAN"
  cat >"$packing/DEBIAN/control" <<CONTROL
Package: $1
Version: $2
Architecture: all
Maintainer: nobody <nobody@example.org>
Description: made up for a test
${3:-}
CONTROL
  sed -i '/^$/d' "$packing/DEBIAN/control"
  dpkg-deb --root-owner-group -Zgzip -b "$packing" "$repository/$1_$2_all.deb" >/dev/null
  rm -rf "$packing"
  mkdir -p "$packing"
}

put() { # PATH < text: an executable in the package being packed
  mkdir -p "$packing/${1%/*}"
  cat >"$packing/$1"
  chmod 755 "$packing/$1"
}

index_repository() {
  local file
  for file in "$repository"/*.deb; do
    dpkg-deb -f "$file"
    printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "${file##*/}" "$(wc -c <"$file" | tr -d ' ')" "$(sha256_file "$file")"
  done >"$repository/Packages"
}

# make_repository EMSCRIPTEN_VERSION
make_repository() {
  local version=$1 name
  repository=$scratch/repository packing=$scratch/packing
  rm -rf "$repository" "$packing"
  mkdir -p "$repository" "$packing"

  printf '#!/bin/sh\necho rustc 1.96.0\n' | put usr/bin/rustc
  put usr/src/rustc-9/library/std/src/lib.rs </dev/null
  put usr/src/rustc-9/src/unwanted </dev/null
  put usr/share/doc/fake-rust/unwanted </dev/null
  package fake-rust 1:9.0
  package fake-std-dev 9.0 "Depends: fake-std-9 (= 9.0)"
  printf 'std' | put usr/lib/std
  package fake-std-9 9.0
  for name in clang lld llvm-ar llvm-nm; do printf '#!/bin/sh\n' | put usr/lib/llvm-22/bin/$name; done
  package fake-llvm 9.0

  printf '"%s"\n' "$version" | put usr/share/emscripten/emscripten-version.txt
  printf 'EXPECTED_LLVM_VERSION = 1\n' | put usr/share/emscripten/tools/shared.py
  # Writes what was asked for; waits while the file "slow" is there, so that a test can interrupt it.
  put usr/share/emscripten/em++ <<SCRIPT
#!/bin/sh
while [ -e "$scratch/slow" ]; do sleep 0.1; done
mkdir -p "\${EM_CACHE:-/tmp}"
while [ \$# -gt 0 ]; do
  if [ "\$1" = -o ]; then echo 'console.log("caught 42")' >"\$2"; fi
  shift
done
SCRIPT
  cp "$packing/usr/share/emscripten/em++" "$packing/usr/share/emscripten/emcc"
  put usr/share/nodejs/acorn/index.js </dev/null
  package fake-emscripten 9.0
  put usr/bin/wasm-opt </dev/null
  package fake-binaryen 9.0
  put usr/lib/libfake.so </dev/null
  package fake-libc 9.0
  index_repository
}

write_recipe() {
  cat >"$scratch/recipe.sh" <<'RECIPE'
layout_version=test
stable_suite=fake
stable_packages='fake-rust @fake-std fake-llvm'
llvm_major=22
new_suite=fakenew
new_packages='fake-emscripten fake-binaryen'
new_libraries='fake-libc'
library_packages=
unpack_excludes='./usr/share/doc ./usr/src/rustc-*/src'
RECIPE
}
