# What this machine is, and which command installs what on it. Sourced by doctor.sh.

platform_name() {
  local name
  if [ -r /etc/os-release ]; then
    name=$(. /etc/os-release && printf '%s' "${PRETTY_NAME:-Linux}")
  else
    name=$(uname -s)
    [ "$name" != Darwin ] || name="macOS $(sw_vers -productVersion 2>/dev/null || true)"
  fi
  printf '%s, %s, %s cores' "$name" "$(uname -m)" "$(cores)"
}

# command_for KEY: one line that installs it here. Debian and Ubuntu by apt, macOS by Homebrew, else what to look for.
command_for() {
  local apt= brew= other=
  case $1 in
    # The two that have their own installers everywhere.
    emsdk)
      echo "git clone https://github.com/emscripten-core/emsdk && emsdk/emsdk install $emcc_oldest && emsdk/emsdk activate $emcc_oldest && . emsdk/emsdk_env.sh"
      return
      ;;
    nightly)
      if have rustup; then
        echo "rustup toolchain install nightly --profile minimal --component rust-src"
      else
        echo "curl --proto '=https' -sSf https://sh.rustup.rs | sh, then: rustup toolchain install nightly --profile minimal --component rust-src"
      fi
      return
      ;;
    rust)
      if have rustup; then echo "rustup update stable"; else echo "curl --proto '=https' -sSf https://sh.rustup.rs | sh"; fi
      return
      ;;
    # Debian 12, Ubuntu 24.04 and newer carry a Node that is new enough.
    node) apt=nodejs brew=node other="Node $node_oldest or newer, from https://nodejs.org" ;;
    npm) apt=npm brew=node other="npm, which comes with Node" ;;
    python3) apt=python3 brew=python3 other="Python 3.10 or newer" ;;
    make) apt=make brew=make other="GNU make" ;;
    cc) apt="gcc libc6-dev" brew=- other="a C compiler called cc" ;;
    clang) apt=clang brew=- other="clang" ;;
    cmake) apt=cmake brew=cmake other="cmake 3.16 or newer" ;;
    valgrind) apt=valgrind brew=- other="valgrind" ;;
    chromium) apt=chromium brew="--cask google-chrome" other="Chromium or Chrome (or set CHROMIUM to its path)" ;;
    firefox) apt=firefox-esr brew="--cask firefox" other="Firefox (or set FIREFOX to its path)" ;;
    xvfb) apt="xvfb xauth" brew=- other="xvfb-run" ;;
    webkit) apt=webkit2gtk-driver brew=- other="WebKitGTK's WebKitWebDriver" ;;
    keyring) apt=debian-archive-keyring other="debian-archive-keyring" ;;
  esac
  if [ "$(uname -s)" = Darwin ]; then
    case $1 in
      cc | clang) echo "xcode-select --install" ;;
      valgrind | xvfb | webkit) echo "not on macOS; the tests that want it are left out and say so" ;;
      *) echo "brew install $brew" ;;
    esac
  elif have apt-get; then
    # Ubuntu's chromium and firefox packages are stubs for snap, which test drivers can not steer well.
    if [ -r /etc/os-release ] && grep -q '^ID=ubuntu' /etc/os-release; then
      case $1 in
        chromium) echo "install Google Chrome's .deb from https://www.google.com/chrome (Ubuntu's own package is a snap)" && return ;;
        firefox) echo "install Firefox's .deb: https://support.mozilla.org/kb/install-firefox-linux (Ubuntu's own package is a snap)" && return ;;
      esac
    fi
    echo "sudo apt-get install --no-install-recommends $apt"
  else
    echo "install with your package manager: $other"
  fi
}
