# Which installed toolchain is to be used. Sourced after common.sh; starts hardly any program.
. "${TAMIS_RECIPE:-$here/recipe.sh}" # the tests install a small made-up one
. "$here/versions.sh"
. "$here/own.sh"
. "$here/private.sh"

# find_ready: sets toolchain_kind (own or private) and toolchain_dir; fails if none is ready.
# TAMIS_TOOLCHAIN=own or =private narrows the choice.
find_ready() {
  local key
  toolchain_kind= toolchain_dir=
  if [ "${TAMIS_TOOLCHAIN:-}" != private ] && key=$(own_key) && [ -f "$cache_root/own-$key/complete" ]; then
    toolchain_kind=own toolchain_dir=$cache_root/own-$key
    return 0
  fi
  [ "${TAMIS_TOOLCHAIN:-}" != own ] || return 1
  # An emcc and rustup that were judged unfit have left no folder: the private one then serves.
  key=$(private_key)
  [ -f "$cache_root/toolchain-$key/complete" ] || return 1
  toolchain_kind=private toolchain_dir=$cache_root/toolchain-$key
}
