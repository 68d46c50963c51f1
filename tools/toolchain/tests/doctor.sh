# doctor, on machines that lack things. Sourced by test.sh.
printf 'doctor\n'

# A PATH with the basic commands only, and then what a test adds to it.
bare=$scratch/bare
mkdir -p "$bare"
for name in bash sh sed grep awk cut head tail cat ls uname nproc sha256sum tr dirname mktemp sort df wc env rm mkdir readlink id find; do
  if have "$name"; then ln -sf "$(command -v "$name")" "$bare/$name"; fi
done
doctor() { env -i HOME="$scratch/nobody" PATH="$bare" TAMIS_CACHE="$scratch/doctor-cache" "$here/doctor.sh" 2>&1; }
answers() { # NAME TEXT: a program that prints TEXT
  printf '#!/bin/sh\necho "%s"\n' "$2" >"$bare/$1"
  chmod +x "$bare/$1"
}

out=$(doctor) && status=0 || status=$?
check "with nothing here make web can't run" equal $status 1
check "the summary says so" has "$out" "make web can not run yet"
for name in node npm python3 make "C compiler" toolchain cargo; do
  check "$name is reported missing" grep -q -E "^  missing +$name " <<<"$out"
done
check "emsdk's commands are given" has "$out" "emsdk install 6.0.5"
check "rustup's command is given" has "$out" "--component rust-src"
check "no colours when it is not a terminal" has_not "$out" $'\e['

answers node v16.20.2
answers npm 10.1.0
answers python3 "Python 3.11.2"
answers make "GNU Make 4.3"
answers cc "cc (Debian 12.2.0-14) 12.2.0"
answers apt-get "apt 2.6.1 (amd64)"
answers dpkg-deb "1.21"
answers dpkg amd64
: >"$scratch/keys.gpg"
doctor() { env -i HOME="$scratch/nobody" PATH="$bare" TAMIS_CACHE="$scratch/doctor-cache" TAMIS_DEBIAN_KEYRING="$scratch/keys.gpg" "$here/doctor.sh" 2>&1; }
out=$(doctor) && status=0 || status=$?
check "an old node blocks make web" equal $status 1
check "and is called too old" grep -q -E "^  too old +node +16.20.2 .*needs 18.3.0" <<<"$out"
case $(uname -s) in
  Linux) check "with apt, its command is given" has "$out" "apt-get install --no-install-recommends nodejs" ;;
  Darwin) check "on macOS, Homebrew's command is given" has "$out" "brew install node" ;;
esac

answers node v20.1.0
out=$(doctor) && status=0 || status=$?
check "when the toolchain can be installed make web can run" equal $status 0
check "and doctor says that it will be" grep -q -E "^  later +private toolchain" <<<"$out"
check "what only tests want does not block" grep -q -E "^  missing +cargo " <<<"$out"
check "doctor changes nothing" test ! -e "$scratch/doctor-cache"
answers dpkg riscv64
out=$(doctor) && status=0 || status=$?
check "an architecture without a recipe blocks make web" equal $status 1
