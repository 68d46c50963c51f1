# Programs that come from crates.io, built once into the cache. Sourced after common.sh.

# cargo_tool NAME VERSION PROGRAM: sets tool_path to the built program.
# Built in a folder of its own and renamed when complete, so an interrupted build is simply started again
# (cargo keeps what it compiled in build/).
cargo_tool() {
  local name=$1 version=$2 program=$3 final=$cache_root/$1-$2
  tool_path=$final/bin/$program
  [ -x "$tool_path" ] && return 0
  have cargo || die "cargo is missing, and $name has to be built with it" "https://rustup.rs, or: make doctor"
  take_lock "$name"
  [ -x "$tool_path" ] && return 0
  say "building $name $version, once for all clones (some minutes) into $final"
  # This project's flags and target folder are not for it.
  (
    unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_TARGET CARGO_BUILD_RUSTFLAGS
    cd "$cache_root" # away from any .cargo/config of the project
    CARGO_TARGET_DIR=$cache_root/build/$name cargo install "$name" --version "$version" --locked --root "$final.partial" >&2
  ) || die "$name could not be built"
  rm -rf "$final" "$cache_root/build/$name"
  mv "$final.partial" "$final"
}
