# The private toolchain: Debian packages unpacked into one cache folder, wrapped so that nothing else
# on the machine notices. Sourced by install.sh and env.sh.

# The recipe's values, not its text: a comment must not cost an install. A mirror serves the same files
# and does not count either.
private_key() {
  set -f # unpack_excludes holds patterns
  # shellcheck disable=SC2086,SC2116 # unquoted so that line breaks don't count
  echo $layout_version $stable_suite $stable_packages $llvm_major $new_suite $new_packages $new_libraries \
    $unpack_excludes "$(uname -m)" | sha256_stdin | cut -c1-12
  set +f
}

# The folder's own glibc loader, by architecture; only binaryen runs under it.
loader_name() {
  case $1 in
    amd64) echo ld-linux-x86-64.so.2 ;;
    arm64) echo ld-linux-aarch64.so.1 ;;
    *) die "no private toolchain for the architecture $1" "install emsdk and a rustup nightly instead: make doctor" ;;
  esac
}

install_private() {
  local final=$cache_root/toolchain-$(private_key) work
  have apt-get && have dpkg-deb ||
    die "there is no suitable emcc and Rust nightly here, and a private toolchain needs Debian's apt" \
      "make doctor names the commands for this machine"
  have node || die "node is missing" "sudo apt-get install nodejs npm (18.3 or newer)"
  have python3 || die "python3 is missing (emcc is written in it)" "sudo apt-get install python3"

  take_lock toolchain
  # Another clone may have finished while we waited.
  [ -f "$final/complete" ] && return 0

  local room
  mkdir -p "$cache_root"
  room=$(df -Pk "$cache_root" | awk 'NR==2 { print $4 }')
  [ "$room" -ge 2000000 ] || die "less than 2 GB free in $cache_root" "free some, or set TAMIS_CACHE to another folder"

  steps_total=7
  say "no suitable emcc and Rust nightly on PATH: installing a private toolchain into"
  say "  $final   (no root, about 200 MB to download, once for all clones)"
  rm -rf "$cache_root"/toolchain-*.partial
  if [ ! -d "$final" ]; then
    work=$final.partial
    unpack_private "$work"
    # The name means: fully unpacked. What follows can be repeated on it.
    mv "$work" "$final"
  else
    say "an earlier install was interrupted after unpacking: going on from there"
    steps_done=4
  fi
  step "writing wrappers and Emscripten's configuration"
  write_private_wrappers "$final"
  step "building Emscripten's system libraries (a minute or two)"
  warm_emscripten "$final"
  step "proving it: threads and C++ exceptions in Node"
  build_proxy_main "$final"
  prove_toolchain "$final/bin"
  printf '%s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >"$final/complete"
  remove_stale_archives
  say "the toolchain is ready: $final/bin"
}

unpack_private() {
  local work=$1 packages all_fetched
  step "reading the signed package lists of Debian $stable_suite and $new_suite"
  open_suite "$new_suite"
  open_suite "$stable_suite"
  packages=$(resolve_packages) || exit 1
  step "Rust and LLVM from $stable_suite"
  # shellcheck disable=SC2086 # lists of names
  {
    fetch_packages "$stable_suite" $packages
    all_fetched=$fetched
    step "Emscripten and binaryen from $new_suite"
    fetch_packages "$new_suite" $new_packages
    all_fetched=$all_fetched$fetched
    fetch_packages "$new_suite" $new_libraries
  }
  step "unpacking"
  unpack_archives "$work/newlibs"
  printf '%s%s' "$all_fetched" "$fetched" >"$work/archives"
  fetched=$all_fetched
  unpack_archives "$work/root"
  add_missing_libraries "$work"
  arrange_emscripten "$work"
}

# The standard library's package has its version in its name, which the development package knows:
# @NAME becomes the NAME-version that NAME-dev depends on.
resolve_packages() {
  local package name
  for package in $stable_packages; do
    case $package in
      @*)
        name=${package#@}
        package=$(private_apt_cache show --no-all-versions "$name-dev" | grep '^Depends:' | grep -o "$name-[0-9][0-9.]*" | head -n 1)
        [ -n "$package" ] || die "$name-dev of Debian $stable_suite names no $name package"
        ;;
    esac
    printf '%s ' "$package"
  done
}

# library_path FOLDER...: where unpacked packages keep shared libraries.
library_path() {
  local folder triplet path=
  triplet=$(debian_triplet)
  for folder in "$@"; do path=$path:$folder/usr/lib/$triplet:$folder/lib/$triplet; done
  printf '%s' "${path#:}"
}

debian_triplet() {
  case $(debian_arch) in
    amd64) echo x86_64-linux-gnu ;;
    arm64) echo aarch64-linux-gnu ;;
  esac
}

# What the programs need and the machine lacks is fetched too; those may need more in turn.
add_missing_libraries() {
  local work=$1 round missing soname line packages path
  mkdir -p "$work/libs"
  path=$(library_path "$work/root" "$work/libs")
  for round in 1 2 3 4 5 6 7 8; do
    missing=$(
      for program in root/usr/bin/cargo root/usr/bin/rustc root/usr/lib/llvm-$llvm_major/bin/{clang,lld,llvm-ar,llvm-nm}; do
        LD_LIBRARY_PATH=$path ldd "$work/$program" 2>/dev/null || true
      done | awk '/not found/ { print $1 }' | sort -u
    )
    [ -n "$missing" ] || return 0
    packages=
    for soname in $missing; do
      line=$(printf '%s\n' $library_packages | awk -F= -v s="$soname" '$1 == s { print $2 }')
      [ -n "$line" ] || die "the shared library $soname is missing and the recipe names no package for it" \
        "install it with your package manager and run this again"
      case " $packages " in *" $line "*) ;; *) packages="$packages $line" ;; esac
    done
    say "      libraries this machine lacks:$packages"
    # shellcheck disable=SC2086
    fetch_packages "$stable_suite" $packages
    unpack_archives "$work/libs"
    printf '%s' "$fetched" >>"$work/archives"
  done
  die "these shared libraries are still missing: $missing"
}

arrange_emscripten() {
  local work=$1 emscripten=$1/root/usr/share/emscripten version
  version=$(tr -d '"' <"$emscripten/emscripten-version.txt")
  emcc_version_accepted "$version" ||
    die "Debian $new_suite now carries Emscripten $version, which $emcc_version_reason" \
      "use emsdk until the recipe is mended: make doctor"
  # Emscripten imports acorn as an ES module, and those are only looked for in folders of this name.
  mv "$work/root/usr/share/nodejs" "$work/root/usr/share/node_modules"
  # It was packaged for the LLVM before ours and would warn at every link.
  sed -i "s/^EXPECTED_LLVM_VERSION = .*/EXPECTED_LLVM_VERSION = $llvm_major/" "$emscripten/tools/shared.py"
}

# wrapper FILE LINE...: an executable sh script.
wrapper() {
  local file=$1
  shift
  { echo '#!/bin/sh'; printf '%s\n' "$@"; } >"$file.new"
  chmod 755 "$file.new"
  mv "$file.new" "$file"
}

write_private_wrappers() {
  local final=$1 tool name path cargo_path emscripten=$1/root/usr/share/emscripten
  path=$(library_path "$final/root" "$final/libs")
  cargo_path=$(library_path "$final/libs")
  mkdir -p "$final/bin" "$final/llvm/bin" "$final/binaryen/bin"

  # LD_LIBRARY_PATH is set around each single program: exported to the shell it would reach the
  # machine's own programs too.
  for tool in "$final/root/usr/lib/llvm-$llvm_major/bin"/*; do
    name=${tool##*/}
    wrapper "$final/llvm/bin/$name" "LD_LIBRARY_PATH='$path' exec '$tool' \"\$@\""
  done
  for tool in "$final"/root/usr/bin/{wasm-*,wasm2js}; do
    case $tool in *wasm-ld*) continue ;; esac
    name=${tool##*/}
    # Built against a newer C library than the machine may have: run by that library's own loader.
    wrapper "$final/binaryen/bin/$name" \
      "exec '$final/newlibs/usr/lib/$(debian_triplet)/$(loader_name "$(debian_arch)")' --library-path '$(library_path "$final/newlibs" "$final/root")' '$tool' \"\$@\""
    ln -sf "../binaryen/bin/$name" "$final/bin/$name"
  done

  # Emscripten reads this file from its own folder, so it is found however emcc is called (CMake calls it by path).
  cat >"$emscripten/.emscripten" <<CONFIG
import shutil
LLVM_ROOT = '$final/llvm/bin'
BINARYEN_ROOT = '$final/binaryen'
NODE_JS = shutil.which('node') or 'node'
CACHE = '$final/emcache'
LLVM_ADD_VERSION = ''
CLANG_ADD_VERSION = ''
CONFIG
  for name in emcc em++ emar emranlib emnm emstrip emsize emcmake emconfigure emmake embuilder em-config emsymbolizer; do
    # The machine's python is preferred to a version manager's shim, which costs 0.1 s a call.
    wrapper "$final/bin/$name" \
      'if [ -z "$EMSDK_PYTHON" ] && /usr/bin/python3 -c "import sys; sys.exit(sys.version_info < (3, 10))" 2>/dev/null; then export EMSDK_PYTHON=/usr/bin/python3; fi' \
      'unset EM_CONFIG EMSDK EM_LLVM_ROOT EM_BINARYEN_ROOT' \
      "exec '$emscripten/$name' \"\$@\""
  done
  for name in llvm-nm llvm-objdump llvm-size llvm-ar wasm-ld; do
    ln -sf "../llvm/bin/$name" "$final/bin/$name"
  done

  # Not called cargo and rustc: the folder may stand first on PATH and must not hide the native ones.
  wrapper "$final/bin/tamis-rustc" "LD_LIBRARY_PATH='$path' exec '$final/root/usr/bin/rustc' \"\$@\""
  wrapper "$final/bin/tamis-rustdoc" "LD_LIBRARY_PATH='$path' exec '$final/root/usr/bin/rustdoc' \"\$@\""
  # A release compiler that is told to accept -Zbuild-std. rustup's own variables are dropped, in case
  # a cargo of rustup's is what calls us.
  wrapper "$final/bin/tamis-cargo" \
    'unset RUSTUP_TOOLCHAIN CARGO RUSTC_WRAPPER RUSTC_WORKSPACE_WRAPPER' \
    "export RUSTC='$final/bin/tamis-rustc' RUSTDOC='$final/bin/tamis-rustdoc' RUSTC_BOOTSTRAP=1" \
    "LD_LIBRARY_PATH='$cargo_path' exec '$final/root/usr/bin/cargo' \"\$@\""
}

# Archives of earlier recipes are of no use to anybody.
remove_stale_archives() {
  local file
  for file in "$cache_root"/archives/*.deb; do
    [ -e "$file" ] || continue
    cat "$cache_root"/*/archives 2>/dev/null | grep -q -F -x -e "$file" || rm -f "$file"
  done
}
