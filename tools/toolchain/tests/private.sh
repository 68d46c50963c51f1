# The private toolchain, installed from the made-up repository. Sourced by test.sh.
. "$here/tests/repository.sh"
printf 'private toolchain\n'

make_repository 6.0.5
write_recipe
home=$scratch/home
mkdir -p "$home"

# Everything the installer looks at comes from here; PATH has no rustup, so the own toolchain is out.
installer() { # FOLDER OF SCRIPTS, ARGUMENTS...
  local folder=$1
  shift
  env -u XDG_CACHE_HOME HOME="$home" TAMIS_CACHE="$scratch/cache" TAMIS_TOOLCHAIN=private TAMIS_RECIPE="$scratch/recipe.sh" \
    TAMIS_APT_SOURCES="deb [trusted=yes arch=$(dpkg --print-architecture)] copy:$repository ./" PATH="${shims:+$shims:}$PATH" \
    "$folder/$1" "${@:2}" 2>&1
}
ready() { installer "$here" env.sh --bin; }
folder_in_use() { find "$scratch/cache" -maxdepth 1 -name 'toolchain-*' -type d; }

check "nothing is ready before the install" fails ready
out=$(installer "$here" install.sh) && status=0 || status=$?
check "the install succeeds" equal $status 0
check "each step says what it does" has "$out" "[4/7] unpacking"
check "downloads say how many packages" has "$out" "downloading 3 of 3 packages"
bin=$(ready)
check "afterwards the wrappers are there" test -x "$bin/emcc" -a -x "$bin/wasm-opt" -a -x "$bin/tamis-cargo"
root=${bin%/bin}/root
check "a wrapped tool runs" equal "$("$bin/tamis-rustc" --version)" "rustc 1.96.0"
check "the standard library's source is unpacked" test -f "$root/usr/src/rustc-9/library/std/src/lib.rs"
check "what is not needed is left out" test ! -e "$root/usr/src/rustc-9/src" -a ! -e "$root/usr/share/doc"
check "acorn is where ES modules are looked for" test -f "$root/usr/share/node_modules/acorn/index.js"
check "a newer C library stays apart" test -f "${bin%/bin}/newlibs/usr/lib/libfake.so" -a ! -e "$root/usr/lib/libfake.so"
check "no half-made folder is left" equal "$(find "$scratch/cache" -name '*.partial')" ""

before=$(find "$scratch/cache" -type f -exec ls -ln --time-style=full-iso {} + | sort)
check "a second install says nothing" equal "$(installer "$here" install.sh)" ""
cp -r "$here" "$scratch/other-clone"
check "another clone says nothing either" equal "$(installer "$scratch/other-clone" install.sh)" ""
check "and uses the same folder" equal "$(installer "$scratch/other-clone" env.sh --bin)" "$bin"
check "neither touched a file" equal "$(find "$scratch/cache" -type f -exec ls -ln --time-style=full-iso {} + | sort)" "$before"

conf=$scratch/cache/apt/fake/apt.conf
check "apt's lists, caches and status are ours" equal \
  "$(apt-config -c "$conf" dump --format '%f %v%n' | grep -E '^Dir::(State|Cache|Log|Etc::source)' | grep -v -e "$scratch" -e ' *$' -e /dev/null -e 'Dir::[A-Za-z:]* [a-z_.]*$')" ""
check "apt's hooks are off" equal "$(apt-config -c "$conf" dump | grep '^APT::Update::.*Invoke' | grep -v ' "";$')" ""

printf 'damage\n'
archive=$(ls "$scratch"/cache/archives/fake-rust_*.deb)
sum=$(sha256_file "$archive")
rm -rf "$(folder_in_use)"
printf 'x' | dd of="$archive" bs=1 seek=200 conv=notrunc 2>"$scratch/dd.log"
out=$(installer "$here" install.sh)
check "a changed archive is caught" has "$out" "was changed: fetching it again"
check "only that one is fetched again" has "$out" "downloading 1 of 3 packages"
check "and is whole again" equal "$(sha256_file "$archive")" "$sum"
check "the install succeeded" ready

rm -rf "$(folder_in_use)"
: >"$archive"
out=$(installer "$here" install.sh)
check "an empty archive is caught too" has "$out" "was changed: fetching it again"
check "that install succeeded as well" ready

rm -rf "$scratch/cache"
cp "$repository"/fake-std-9_*.deb "$scratch/good.deb"
printf 'x' | dd of="$(ls "$repository"/fake-std-9_*.deb)" bs=1 seek=200 conv=notrunc 2>"$scratch/dd.log"
out=$(installer "$here" install.sh) && status=0 || status=$?
check "a mirror whose archive differs from its list is refused" equal $status 1
check "and nothing counts as installed" fails ready
cp "$scratch/good.deb" "$(ls "$repository"/fake-std-9_*.deb)"
check "with the mirror mended the same command succeeds" installer "$here" install.sh

printf 'interruptions\n'
# interrupt PATTERN: starts an install that can't end, kills it without warning when it has said PATTERN.
interrupt() {
  local tries=0 pid
  setsid bash -c "$(declare -f installer); scratch='$scratch' home='$home' repository='$repository' shims='${shims:-}'; installer '$here' install.sh" >"$scratch/interrupted.log" 2>&1 &
  pid=$!
  until grep -q -F -e "$1" "$scratch/interrupted.log"; do
    tries=$((tries + 1))
    [ $tries -lt 200 ] || break
    sleep 0.1
  done
  sleep 0.3
  kill -KILL -- "-$pid"
  wait "$pid" 2>>"$scratch/killed.log"
  [ $tries -lt 200 ]
}

rm -rf "$(folder_in_use)"
shims=$scratch/shims
mkdir -p "$shims"
# The last archive never finishes unpacking.
printf '#!/bin/sh\ncase "$*" in *--fsys-tarfile*llvm*) sleep 60 ;; esac\nexec %s "$@"\n' "$(command -v dpkg-deb)" >"$shims/dpkg-deb"
chmod +x "$shims/dpkg-deb"
check "an install is killed while it unpacks" interrupt "[4/7]"
shims=
check "a half-unpacked folder is there" test -n "$(find "$scratch/cache" -maxdepth 1 -name '*.partial')"
check "but does not count" fails ready
check "the same command again repairs it" installer "$here" install.sh
check "then it counts" ready
check "and the half-unpacked folder is gone" equal "$(find "$scratch/cache" -name '*.partial')" ""

rm -rf "$(folder_in_use)"
touch "$scratch/slow"
check "an install is killed while it builds libraries" interrupt "[6/7]"
check "unpacked, but it does not count" fails ready
rm "$scratch/slow"
out=$(installer "$here" install.sh)
check "the same command goes on from there" has "$out" "going on from there"
check "without unpacking again" has_not "$out" "[4/7]"
check "then it counts as well" ready

printf 'two clones at once\n'
rm -rf "$(folder_in_use)"
installer "$here" install.sh >"$scratch/first.log" &
first=$!
installer "$scratch/other-clone" install.sh >"$scratch/second.log" && second_status=0 || second_status=$?
wait "$first" && first_status=0 || first_status=$?
check "both succeed" equal "$first_status $second_status" "0 0"
check "only one of them installed" equal "$(cat "$scratch/first.log" "$scratch/second.log" | grep -c '\[4/7\]')" 1

printf 'what the mirror may do later\n'
rm -rf "$(folder_in_use)" "$scratch/cache/archives"
rm "$repository"/fake-llvm_*.deb
for name in clang lld llvm-ar llvm-nm; do printf '#!/bin/sh\n' | put usr/lib/llvm-22/bin/$name; done
package fake-llvm 9.1
index_repository
check "a superseded package is found again by reading the lists anew" installer "$here" install.sh
check "in its new version" test -f "$scratch/cache/archives/fake-llvm_9.1_all.deb"

rm -rf "$scratch/cache"
make_repository 6.0.6
out=$(installer "$here" install.sh) && status=0 || status=$?
check "an Emscripten that breaks links is refused" equal $status 1
check "and the message says why" has "$out" "breaks Rust links"
rm -rf "$scratch/cache" "$repository"/fake-llvm_*.deb
index_repository
out=$(installer "$here" install.sh) && status=0 || status=$?
check "a package the suite no longer has is named" has "$out" "fake-llvm"
check "with a failure" equal $status 1
