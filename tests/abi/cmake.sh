#!/usr/bin/env bash
# Prints the path of a cmake to test with: the one on PATH, else a private one.
#
# The private one is Debian's package and what it needs, unpacked into the cache folder that the wasm
# toolchain uses: no root, nothing of the system changed, one download of some 12 MB for all clones.
# (Python's wheel of cmake would do as well, but fresh machines have no pip; apt-get is always there on Debian.)
set -euo pipefail

cache=${TAMIS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/tamis}
cmake=$cache/cmake/bin/cmake

if command -v cmake; then exit 0; fi
if [ -x "$cmake" ]; then echo "$cmake"; exit 0; fi

give_up() {
  {
    echo "cmake is not here, and $1. One of these installs it:"
    echo "  sudo apt-get update && sudo apt-get install cmake     Debian, Ubuntu"
    echo "  brew install cmake                                    macOS"
  } >&2
  exit 1
}

command -v apt-get >/dev/null && command -v dpkg >/dev/null || give_up "this is no Debian or Ubuntu"

mkdir -p "$cache"
# In a new folder, renamed when it is whole: an interrupted download leaves nothing half made.
new=$(mktemp -d "$cache/cmake.XXXXXX")
trap 'rm -rf "$new"' EXIT
# "Inst NAME ..." for each package that an installation would add to this machine.
packages=$(apt-get --simulate --no-install-recommends install cmake 2>/dev/null | awk '$1 == "Inst" { print $2 }') || true
[ -n "$packages" ] || give_up "apt-get knows no package of that name (are its lists empty?)"
echo "cmake: downloading $(echo $packages) into $cache/cmake" >&2
(cd "$new" && apt-get download -qq $packages >/dev/null 2>download.log) ||
  { cat "$new/download.log" >&2; give_up "the download failed"; }
mkdir "$new/root" "$new/bin"
for deb in "$new"/*.deb; do dpkg -x "$deb" "$new/root"; done
rm "$new"/*.deb

# cmake finds its own modules beside itself; its libraries have to be pointed out, to it alone.
for tool in cmake ctest; do
  cat >"$new/bin/$tool" <<END
#!/bin/sh
root=\$(cd "\$(dirname "\$0")/../root" && pwd)
for folder in "\$root"/usr/lib/*/; do LD_LIBRARY_PATH=\$folder\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}; done
export LD_LIBRARY_PATH
exec "\$root/usr/bin/$tool" "\$@"
END
  chmod +x "$new/bin/$tool"
done
"$new/bin/cmake" --version >/dev/null || give_up "the unpacked one does not start"
rm -rf "$cache/cmake"
mv "$new" "$cache/cmake"
echo "$cmake"
