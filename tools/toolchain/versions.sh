# Which versions are good enough, and why. Sourced.

# emcc_version_accepted VERSION: else emcc_version_reason says what is wrong with it, after "which".
emcc_oldest=6.0.5
emcc_version_accepted() {
  emcc_version_reason=
  case $1 in
    '' | [!0-9]*)
      emcc_version_reason="is not a version number"
      return 1
      ;;
    6.0.6 | 6.0.6[!0-9]*)
      emcc_version_reason="breaks Rust links (6.0.5 or 6.0.7 and newer do not)"
      return 1
      ;;
  esac
  version_at_least "$1" "$emcc_oldest" && return 0
  emcc_version_reason="is older than $emcc_oldest, the oldest that is tested: its linker may not read what today's Rust writes"
  return 1
}

# Since 1.93 Rust unwinds with wasm exceptions for this target, which catch_unwind rests on.
rust_oldest=1.93.0
# Emscripten's compiler is JavaScript and asks for this.
node_oldest=18.3.0

# version_in TEXT: the first dotted number.
version_in() { sed -n 's/^[^0-9]*\([0-9][0-9]*\.[0-9][0-9.]*\).*/\1/p' <<<"$1" | head -n 1; }
