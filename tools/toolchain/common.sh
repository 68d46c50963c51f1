# Shared by the scripts of this folder: where things are kept, how progress is told, how to wait for
# a turn. Sourced, never run. Plain bash 3.2, because that is what macOS has.

here=${here:-$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)}

# One folder serves every clone on the machine.
cache_root=${TAMIS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/tamis}

say() { printf '%s\n' "$*" >&2; }
die() {
  printf 'error: %s\n' "$1" >&2
  shift
  local line
  for line in "$@"; do printf '  %s\n' "$line" >&2; done
  exit 1
}

# step "what happens": a numbered line of progress. The caller sets steps_total.
steps_done=0
steps_total=${steps_total:-0}
step() {
  steps_done=$((steps_done + 1))
  printf '[%d/%d] %s\n' "$steps_done" "$steps_total" "$*" >&2
}

have() { command -v "$1" >/dev/null 2>&1; }

# sha256 of stdin. macOS has no sha256sum.
sha256_stdin() {
  if have sha256sum; then sha256sum | cut -d' ' -f1; else shasum -a 256 | cut -d' ' -f1; fi
}
sha256_file() { sha256_stdin <"$1"; }

# megabytes BYTES: rounded to the nearest.
megabytes() { printf '%d MB' $((($1 + 500000) / 1000000)); }

# version_at_least HAVE WANT, for dotted numbers; anything after the numbers is ignored.
version_at_least() {
  local have_parts want_parts i h w
  IFS=. read -r -a have_parts <<<"${1%%[!0-9.]*}"
  IFS=. read -r -a want_parts <<<"${2%%[!0-9.]*}"
  for i in 0 1 2; do
    h=${have_parts[$i]:-0} w=${want_parts[$i]:-0}
    ((10#$h > 10#$w)) && return 0
    ((10#$h < 10#$w)) && return 1
  done
  return 0
}

# take_lock NAME: held until this process ends, so that two clones do not install at once.
# Opened on a descriptor that children inherit; they all end before we do.
take_lock() {
  have flock || return 0 # macOS: nothing is downloaded there, and files are renamed into place
  mkdir -p "$cache_root"
  exec 9>"$cache_root/$1.lock"
  flock -n 9 && return 0
  say "waiting for another clone that is installing ($cache_root/$1.lock)"
  flock 9
}

# nproc, which macOS spells differently.
cores() { nproc 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null || echo 2; }
