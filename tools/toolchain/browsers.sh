#!/usr/bin/env bash
# Makes sure the browsers that the tests drive are here, and prints where, for eval:
#   CHROMIUM=... FIREFOX=... GECKODRIVER=...            and with --webkit: WEBKIT_DRIVER=... XVFB_RUN=...
# Variables of these names that are set already are taken as they are. What is missing is installed from
# Debian's packages when that needs no password; else the command to run is printed, with exit code 1.
#   --check     install nothing
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/common.sh"
. "$here/cargo-tool.sh"

# Pinned: a driver is built once and never rebuilt by itself.
geckodriver_version=${TAMIS_GECKODRIVER_VERSION:-0.37.1}

webkit= check_only=
for option in "$@"; do
  case $option in
    --webkit) webkit=yes ;;
    --check) check_only=yes ;;
    *) die "unknown option $option" "usage: $0 [--webkit] [--check]" ;;
  esac
done

# first_program NAME...: the first that exists, by name or path.
first_program() {
  local name
  for name in "$@"; do
    if have "$name"; then
      command -v "$name"
      return 0
    fi
  done
  return 1
}

find_browsers() {
  missing=
  chromium=${CHROMIUM:-$(first_program chromium chromium-browser google-chrome google-chrome-stable \
    "/Applications/Chromium.app/Contents/MacOS/Chromium" \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")} || missing="$missing chromium"
  firefox=${FIREFOX:-$(first_program firefox-esr firefox "/Applications/Firefox.app/Contents/MacOS/firefox")} ||
    missing="$missing firefox-esr"
  # Without a font the screenshots show boxes.
  if have fc-list && [ -z "$(fc-list | head -n 1)" ]; then missing="$missing fonts-dejavu-core"; fi
  webkit_driver= xvfb_run=
  [ -n "$webkit" ] || return 0
  webkit_driver=${WEBKIT_DRIVER:-$(first_program WebKitWebDriver)} || missing="$missing webkit2gtk-driver"
  # xvfb-run needs xauth, which Debian only recommends.
  xvfb_run=${XVFB_RUN:-$(first_program xvfb-run)} || missing="$missing xvfb xauth"
}

install_packages() {
  local as_root=
  if have brew && ! have apt-get; then
    die "missing:$missing" "install Chrome and Firefox: brew install --cask google-chrome firefox"
  fi
  have apt-get || die "missing:$missing" "install them with your package manager, or set CHROMIUM and FIREFOX to their paths"
  if [ "$(id -u)" != 0 ]; then
    if have sudo && sudo -n true 2>/dev/null; then as_root="sudo -n"; else
      die "missing:$missing" "run: sudo apt-get install --no-install-recommends$missing"
    fi
  fi
  say "installing$missing from Debian's packages"
  # The lists may be absent (fresh images) or old: read them anew and try once more.
  # shellcheck disable=SC2086 # a list of names
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing >&2 ||
    { $as_root apt-get update -q >&2 &&
      $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing >&2; } ||
    die "the browsers could not be installed" "run: sudo apt-get install --no-install-recommends$missing"
}

find_browsers
if [ -n "$missing" ]; then
  [ -z "$check_only" ] || die "missing:$missing" "run: $0${webkit:+ --webkit}"
  install_packages
  find_browsers
  [ -z "$missing" ] || die "still missing after installing:$missing"
fi

geckodriver=${GECKODRIVER:-$(first_program geckodriver)} || geckodriver=
if [ -z "$geckodriver" ]; then
  tool_path=$cache_root/geckodriver-$geckodriver_version/bin/geckodriver
  if [ ! -x "$tool_path" ]; then
    [ -z "$check_only" ] || die "missing: geckodriver" "run: $0   (builds it once, about 4 minutes)"
    cargo_tool geckodriver "$geckodriver_version" geckodriver
  fi
  geckodriver=$tool_path
fi

# Quoted for eval: paths of Mac applications hold spaces.
printf 'CHROMIUM=%q\nFIREFOX=%q\nGECKODRIVER=%q\n' "$chromium" "$firefox" "$geckodriver"
if [ -n "$webkit" ]; then printf 'WEBKIT_DRIVER=%q\nXVFB_RUN=%q\n' "$webkit_driver" "$xvfb_run"; fi
