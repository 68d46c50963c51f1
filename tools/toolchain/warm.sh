# Builds Emscripten's own libraries once, by linking what we link, and proves that the result runs. Sourced.

# What every web link of ours needs, and what lld 22 needs: without --stack-first it crashes.
threads_flags='-pthread -fwasm-exceptions -Wl,--stack-first'

write_probe() {
  cat >"$1" <<'CPP'
#include <stdexcept>
#include <cstdio>
#include <thread>
#include <atomic>
int main() {
  std::atomic<int> sum{0};
  std::thread a([&] { sum += 40; }), b([&] { sum += 2; });
  a.join();
  b.join();
  try {
    throw std::runtime_error("caught");
  } catch (const std::exception &e) {
    std::printf("%s %d\n", e.what(), sum.load());
  }
}
CPP
}

# warm_emscripten FOLDER: fills its emcache. Built beside it and renamed, because an interrupted build
# would leave half a library that Emscripten takes for a whole one.
warm_emscripten() {
  local final=$1 scratch=$1/warm.partial malloc
  [ -d "$final/emcache" ] && return 0
  rm -rf "$scratch" "$final/emcache.partial"
  mkdir -p "$scratch"
  write_probe "$scratch/probe.cpp"
  for malloc in mimalloc dlmalloc; do
    # shellcheck disable=SC2086
    warm_link "$final" -O3 -sMALLOC=$malloc $threads_flags
  done
  mv "$final/emcache.partial" "$final/emcache"
  rm -rf "$scratch"
}

warm_link() {
  local final=$1 log=$1/warm.log line
  shift
  EM_CACHE=$final/emcache.partial "$final/bin/em++" "$final/warm.partial/probe.cpp" \
    -o "$final/warm.partial/probe.mjs" -sMODULARIZE -sEXPORT_ES6 -sENVIRONMENT=web,worker,node "$@" 2>&1 |
    while IFS= read -r line; do
      printf '%s\n' "$line" >>"$log"
      case $line in *"generating system library: "*) line=${line%%.a...*} && say "      ${line##*/}.a" ;; esac
    done && return 0
  tail -n 30 "$log" >&2
  die "Emscripten could not link a small program" "the whole log: $log"
}

# build_proxy_main FOLDER: the object that wasm-cargo links into tests (see proxy_main.c).
build_proxy_main() {
  mkdir -p "$1/lib"
  "$1/bin/emcc" -O2 -pthread -fwasm-exceptions -c "$here/proxy_main.c" -o "$1/lib/proxy_main.o.new"
  mv "$1/lib/proxy_main.o.new" "$1/lib/proxy_main.o"
}

# prove_toolchain BIN: a threaded program that throws, run in Node.
prove_toolchain() {
  local bin=$1 scratch out
  scratch=$(mktemp -d)
  write_probe "$scratch/probe.cpp"
  # shellcheck disable=SC2086
  if ! "$bin/em++" "$scratch/probe.cpp" -o "$scratch/probe.js" -O3 -sMALLOC=mimalloc $threads_flags \
    -sENVIRONMENT=node,worker -sINITIAL_MEMORY=64MB -sPROXY_TO_PTHREAD -sEXIT_RUNTIME >"$scratch/log" 2>&1; then
    cat "$scratch/log" >&2
    rm -rf "$scratch"
    die "emcc could not link a small threaded program"
  fi
  out=$(node "$scratch/probe.js" 2>&1) || true
  rm -rf "$scratch"
  [ "$out" = "caught 42" ] || die "a small threaded program did not run in node $(node --version): $out"
}
