# The user's own emcc and nightly, played by scripts. Sourced by test.sh.
printf 'your own toolchain\n'

# own_tools VERSION: an emsdk and a rustup as the installer meets them.
own_tools() {
  local emsdk=$scratch/own/emsdk nightly=$scratch/own/nightly
  rm -rf "$scratch/own"
  mkdir -p "$emsdk" "$scratch/own/upstream/bin" "$nightly/bin" "$nightly/lib/rustlib/src/rust/library"
  printf '"%s"\n' "$1" >"$emsdk/emscripten-version.txt"
  cat >"$emsdk/em++" <<'SCRIPT'
#!/bin/sh
while [ $# -gt 0 ]; do
  if [ "$1" = -o ]; then echo 'console.log("caught 42")' >"$2"; fi
  shift
done
SCRIPT
  cp "$emsdk/em++" "$emsdk/emcc"
  printf '#!/bin/sh\ncase $1 in EMSCRIPTEN_ROOT) echo %s ;; BINARYEN_ROOT) echo %s ;; esac\n' "$emsdk" "$scratch/own/upstream" >"$emsdk/em-config"
  printf '#!/bin/sh\necho your wasm-opt\n' >"$scratch/own/upstream/bin/wasm-opt"
  printf '#!/bin/sh\necho "rustc 1.99.0-nightly (abc 2026-01-01)"\n' >"$nightly/bin/rustc"
  printf '#!/bin/sh\necho "your cargo, told to use $RUSTC"\n' >"$nightly/bin/cargo"
  printf '#!/bin/sh\n[ "$*" = "which --toolchain nightly rustc" ] && echo %s/bin/rustc\n' "$nightly" >"$emsdk/rustup"
  : >"$nightly/lib/rustlib/src/rust/library/Cargo.lock"
  chmod +x "$emsdk"/em* "$emsdk/rustup" "$nightly"/bin/* "$scratch/own/upstream/bin/wasm-opt"
}
with_own() {
  env HOME="$scratch/own" RUSTUP_HOME="$scratch/own" TAMIS_CACHE="$scratch/own-cache" TAMIS_TOOLCHAIN=own PATH="$scratch/own/emsdk:$PATH" "$here/$@" 2>&1
}

own_tools 6.0.7
out=$(with_own install.sh)
check "a good emcc and nightly are used" has "$out" "using emcc 6.0.7"
check "a second run says nothing" equal "$(with_own install.sh)" ""
out=$(with_own env.sh --print)
check "env.sh says whose it is" has "$out" "TAMIS_TOOLCHAIN_KIND=own"
check "and where CMake's file is" has "$out" "$scratch/own/emsdk/cmake/Modules/Platform/Emscripten.cmake"
bin=$(with_own env.sh --bin)
check "your wasm-opt is the one called" equal "$("$bin/wasm-opt")" "your wasm-opt"
check "your nightly's cargo is the one called" equal "$("$bin/tamis-cargo")" "your cargo, told to use $scratch/own/nightly/bin/rustc"

printf '"6.0.6"\n' >"$scratch/own/emsdk/emscripten-version.txt"
check "another emcc version is noticed" fails with_own install.sh --check
out=$(with_own install.sh) && status=0 || status=$?
check "6.0.6 is refused" equal $status 1
check "with the reason" has "$out" "emcc 6.0.6 breaks Rust links"

own_tools 6.0.5
rm "$scratch/own/nightly/lib/rustlib/src/rust/library/Cargo.lock"
out=$(with_own install.sh) && status=0 || status=$?
check "a nightly without rust-src is refused" equal $status 1
check "and the message names rust-src" has "$out" "no rust-src"

own_tools 6.0.5
printf '#!/bin/sh\necho "rustc 1.80.0-nightly (abc 2024-01-01)"\n' >"$scratch/own/nightly/bin/rustc"
check "a nightly that is too old is refused" has "$(with_own install.sh)" "older than 1.93.0"

own_tools 6.0.5
printf '#!/bin/sh\nexit 3\n' >"$scratch/own/emsdk/em++"
out=$(with_own install.sh) && status=0 || status=$?
check "an emcc that can't link is refused" equal $status 1
check "and is asked again next time" fails with_own install.sh --check
