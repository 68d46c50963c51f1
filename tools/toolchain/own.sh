# The user's own toolchain: emcc on PATH and a rustup nightly that has rust-src. Sourced.

# emcc_version EMCC: read from the file beside it where there is one, because starting emcc takes 0.3 s.
emcc_version() {
  local target=$1 link file
  while [ -L "$target" ]; do
    link=$(readlink "$target")
    case $link in /*) target=$link ;; *) target=${target%/*}/$link ;; esac
  done
  file=${target%/*}/emscripten-version.txt
  if [ -r "$file" ]; then tr -d '"\n' <"$file"; else
    "$1" --version 2>/dev/null | sed -n '1s/^emcc ([^)]*) \([^ ]*\).*/\1/p'
  fi
}

# find_own: sets own_emcc, own_emcc_version, own_nightly (the toolchain's folder), own_rustc_version;
# own_reason says why it can't be used, and is empty when it can.
find_own() {
  own_emcc= own_emcc_version= own_nightly= own_rustc_version= own_reason=
  if ! have emcc; then
    own_reason="no emcc on PATH"
  else
    own_emcc=$(command -v emcc)
    own_emcc_version=$(emcc_version "$own_emcc")
    emcc_version_accepted "$own_emcc_version" || own_reason="emcc $own_emcc_version $emcc_version_reason"
  fi
  find_own_nightly
}

find_own_nightly() {
  local rustc sysroot why=
  if ! have rustup; then
    why="no rustup"
  elif ! rustc=$(RUSTUP_AUTO_INSTALL=0 rustup which --toolchain "${TAMIS_NIGHTLY:-nightly}" rustc 2>/dev/null); then
    why="rustup has no nightly toolchain"
  else
    sysroot=${rustc%/bin/rustc}
    own_rustc_version=$("$rustc" --version 2>/dev/null | cut -d' ' -f2)
    if [ ! -f "$sysroot/lib/rustlib/src/rust/library/Cargo.lock" ]; then
      why="the nightly toolchain has no rust-src"
    elif ! version_at_least "$own_rustc_version" "$rust_oldest"; then
      why="the nightly is $own_rustc_version, older than $rust_oldest"
    else
      own_nightly=$sysroot
    fi
  fi
  [ -z "$why" ] || own_reason=${own_reason:+$own_reason; }$why
}

# What decides whether the own toolchain is usable, without starting it: which emcc, its version, when it and
# rustup's toolchains were last changed. Another install, another key.
own_key() {
  local emcc rustup rustup_home=${RUSTUP_HOME:-$HOME/.rustup}
  emcc=$(command -v emcc) && rustup=$(command -v rustup) || return 1
  {
    printf '%s\n' "$emcc" "${TAMIS_NIGHTLY:-}"
    cat "$here/own.sh" "$here/versions.sh" "${emcc%/*}/emscripten-version.txt" 2>/dev/null
    ls -lLd "$emcc" "$rustup" "$rustup_home/toolchains" "$rustup_home"/toolchains/*/lib/rustlib/components 2>/dev/null || true
  } | sha256_stdin | cut -c1-12
}

# install_own FOLDER: the same bin folder as the private toolchain has, filled with pointers to the user's tools.
install_own() {
  local final=$1 work=$1.partial.$$ name emscripten binaryen tool
  say "using emcc $own_emcc_version ($own_emcc) and Rust $own_rustc_version ($own_nightly)"
  rm -rf "$work"
  mkdir -p "$work/bin"
  for name in emcc em++ emar emranlib emnm emstrip emsize emcmake emconfigure emmake embuilder em-config emsymbolizer; do
    tool=${own_emcc%/*}/$name
    [ -x "$tool" ] && wrapper "$work/bin/$name" "exec '$tool' \"\$@\""
  done
  emscripten=$("${own_emcc%/*}/em-config" EMSCRIPTEN_ROOT) || die "em-config beside $own_emcc does not answer"
  binaryen=$("${own_emcc%/*}/em-config" BINARYEN_ROOT) || die "em-config beside $own_emcc does not answer"
  for tool in "$binaryen"/bin/wasm-*; do
    [ -x "$tool" ] && wrapper "$work/bin/${tool##*/}" "exec '$tool' \"\$@\""
  done
  wrapper "$work/bin/tamis-rustc" "exec '$own_nightly/bin/rustc' \"\$@\""
  wrapper "$work/bin/tamis-rustdoc" "exec '$own_nightly/bin/rustdoc' \"\$@\""
  wrapper "$work/bin/tamis-cargo" \
    'unset RUSTUP_TOOLCHAIN CARGO RUSTC_WRAPPER RUSTC_WORKSPACE_WRAPPER' \
    "export RUSTC='$own_nightly/bin/rustc' RUSTDOC='$own_nightly/bin/rustdoc'" \
    "exec '$own_nightly/bin/cargo' \"\$@\""
  printf '%s\n' "$emscripten" >"$work/emscripten-root"
  printf '%s\n' "$own_emcc_version" >"$work/emcc-version"
  build_proxy_main "$work"
  prove_toolchain "$work/bin"
  date -u +%Y-%m-%dT%H:%M:%SZ >"$work/complete"
  rm -rf "$final"
  mv "$work" "$final"
}
