# Which versions are accepted. Sourced by test.sh.
printf 'versions\n'

accepts() { emcc_version_accepted "$1" || { printf 'refused %s: it %s\n' "$1" "$emcc_version_reason" && false; }; }
refuses() { # VERSION REASON
  if emcc_version_accepted "$1"; then printf 'accepted %s\n' "$1" && return 1; fi
  has "$emcc_version_reason" "$2"
}
for version in 6.0.5 6.0.7 6.0.10 6.0.60 6.1.0 7.0.0 10.0.0 6.0.8-git; do
  check "emcc $version is accepted" accepts $version
done
check "emcc 6.0.6 is refused for what it breaks" refuses 6.0.6 "breaks Rust links"
check "emcc 6.0.6-git is refused as well" refuses 6.0.6-git "breaks Rust links"
for version in 3.1.50 5.9.9 6.0.4; do
  check "emcc $version is refused as too old" refuses $version "older than 6.0.5"
done
check "a version that is none is refused" refuses "unknown" "not a version"

check "10 is newer than 9" version_at_least 1.10.0 1.9.9
check "a missing part counts as 0" version_at_least 18.3 18.3.0
check "18.2 is older than 18.3.0" fails version_at_least 18.2 18.3.0
check "a suffix does not matter" version_at_least 1.97.0-nightly 1.97.0
check "octal-looking parts are decimal" version_at_least 1.08.0 1.7.0

# emcc prints its version in this form; the one beside it in a file is preferred because starting emcc is slow.
shim=$scratch/emcc-prints
mkdir -p "$shim"
printf '#!/bin/sh\necho "emcc (Emscripten gcc/clang-like replacement + linker emulating GNU ld) 3.1.50 (047b82506d6b471873300a5e4d1e690420b582d0)"\n' >"$shim/emcc"
chmod +x "$shim/emcc"
check "the version emcc prints is read" equal "$(emcc_version "$shim/emcc")" 3.1.50
printf '"6.0.7"\n' >"$shim/emscripten-version.txt"
mkdir -p "$shim/links"
ln -s ../emcc "$shim/links/emcc"
check "the version file is found through a link" equal "$(emcc_version "$shim/links/emcc")" 6.0.7
