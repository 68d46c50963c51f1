# Debian packages without root: private lists, verified downloads, unpacking. Sourced.
# The system's apt is read for its mirror and nothing else: sources, lists, caches, preferences and
# status are all our own, in one folder per suite.

# The mirror the machine itself uses, so that a local one, or one behind a wall, is respected.
debian_mirror() { # main | security
  local name=debian chosen=${TAMIS_DEBIAN_MIRROR:-}
  if [ "$1" = security ]; then name=debian-security chosen=${TAMIS_DEBIAN_SECURITY_MIRROR:-}; fi
  if [ -z "$chosen" ]; then
    chosen=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
      grep -E "/$name/?\$" | head -n 1) || true
  fi
  chosen=${chosen:-http://deb.debian.org/$name}
  printf '%s' "${chosen%/}"
}

debian_arch() { dpkg --print-architecture; }

# The keys that sign Debian's lists. The package exists in Ubuntu and Mint too.
debian_keyring() {
  local file
  for file in "${TAMIS_DEBIAN_KEYRING:-}" /usr/share/keyrings/debian-archive-keyring.pgp \
    /usr/share/keyrings/debian-archive-keyring.gpg; do
    if [ -n "$file" ] && [ -r "$file" ]; then
      printf '%s' "$file"
      return 0
    fi
  done
  die "Debian's archive keys are missing, so packages could not be verified" \
    "mend it with: sudo apt-get install debian-archive-keyring"
}

# sources_for SUITE: sources.list lines. TAMIS_APT_SOURCES replaces them (the tests use a local repository).
sources_for() {
  local suite=$1 options
  if [ -n "${TAMIS_APT_SOURCES:-}" ]; then
    printf '%s\n' "$TAMIS_APT_SOURCES"
    return
  fi
  options="[arch=$(debian_arch) signed-by=$(debian_keyring)]" || exit 1
  printf 'deb %s %s %s main\n' "$options" "$(debian_mirror main)" "$suite"
  case $suite in
    bookworm | trixie)
      printf 'deb %s %s %s-security main\n' "$options" "$(debian_mirror security)" "$suite"
      ;;
  esac
}

# open_suite SUITE: makes the private apt for a suite and fetches its signed lists if they are older
# than a day. Afterwards private_apt and friends speak to that suite.
open_suite() {
  local suite=$1 dir sources
  dir=$cache_root/apt/$suite
  apt_conf=$dir/apt.conf
  mkdir -p "$dir/state/lists/partial" "$dir/cache/archives/partial"
  sources=$(sources_for "$suite") || exit 1
  if [ "$sources" != "$(cat "$dir/sources.list" 2>/dev/null)" ]; then
    rm -f "$dir/lists-fetched"
    printf '%s\n' "$sources" >"$dir/sources.list"
  fi
  : >"$dir/status"
  # Read after the system's configuration (-c), so these win; proxies set there still hold.
  # The hooks are cleared because some images delete /var/cache/apt in them.
  cat >"$apt_conf" <<CONF
Dir::Etc::sourcelist "$dir/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "$dir/state";
Dir::State::lists "$dir/state/lists";
Dir::State::status "$dir/status";
Dir::State::extended_states "$dir/extended_states";
Dir::Cache "$dir/cache";
Dir::Cache::archives "$dir/cache/archives";
Dir::Log "$dir";
APT::Sandbox::User "";
APT::Get::AllowUnauthenticated "false";
Acquire::AllowInsecureRepositories "false";
Acquire::AllowWeakRepositories "false";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::IndexTargets::deb::DEP-11-icons::DefaultEnabled "false";
Acquire::IndexTargets::deb::DEP-11-icons-small::DefaultEnabled "false";
Acquire::IndexTargets::deb::DEP-11-icons-hidpi::DefaultEnabled "false";
Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
#clear APT::Architectures;
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
CONF
  if [ -z "$(find "$dir/lists-fetched" -mtime -1 2>/dev/null)" ]; then
    refresh_lists "$suite"
  fi
}

private_apt() { LC_ALL=C apt-get -q -c "$apt_conf" "$@"; }
private_apt_cache() { LC_ALL=C apt-cache -c "$apt_conf" "$@"; }

refresh_lists() {
  local log=${apt_conf%/*}/update.log
  rm -f "${apt_conf%/*}/lists-fetched"
  # Error-Mode=any: a list that could not be fetched must not leave an old one in use unseen.
  if ! private_apt -o APT::Update::Error-Mode=any update >"$log" 2>&1; then
    cat "$log" >&2
    die "the package lists of Debian $1 could not be fetched or verified" \
      "is the machine online? another mirror: TAMIS_DEBIAN_MIRROR=http://... (and TAMIS_DEBIAN_SECURITY_MIRROR)"
  fi
  touch "${apt_conf%/*}/lists-fetched"
}

# wanted_archives PACKAGE...: "uri file size sha256" of each, as the signed lists of the open suite say.
wanted_archives() {
  private_apt --print-uris download "$@" |
    sed -n "s/^'\([^']*\)' \([^ ]*\) \([0-9]*\) SHA256:\([0-9a-f]*\)\$/\1 \2 \3 \4/p"
}

archive_is_good() { # FILE SHA256
  [ -f "$1" ] && [ "$(sha256_file "$1")" = "$2" ]
}

# fetch_packages SUITE PACKAGE...: leaves verified archives in archives/, their paths in $fetched.
# An archive that is there already is hashed too, so a changed or half-written one is fetched again.
fetch_packages() {
  local suite=$1 folder=$cache_root/archives try wanted uri file size sha missing names bytes
  shift
  open_suite "$suite"
  mkdir -p "$folder"
  for try in 1 2; do
    if ! wanted=$(wanted_archives "$@") || [ "$(printf '%s\n' "$wanted" | grep -c .)" -ne $# ]; then
      [ $try = 1 ] || die "Debian $suite does not offer all of: $*"
      refresh_lists "$suite"
      continue
    fi
    missing= fetched= bytes=0
    while read -r uri file size sha; do
      fetched="$fetched$folder/$file
"
      archive_is_good "$folder/$file" "$sha" && continue
      if [ -f "$folder/$file" ]; then
        say "      $file is damaged or was changed: fetching it again"
        rm -f "$folder/$file"
      fi
      missing="$missing ${file%%_*}"
      bytes=$((bytes + size))
    done <<<"$wanted"
    names=$(printf '%s' "$missing" | wc -w)
    if [ "$((names))" = 0 ]; then
      say "      all $# archives are here and match their checksums"
      return 0
    fi
    say "      downloading $((names)) of $# packages ($(megabytes $bytes))"
    # shellcheck disable=SC2086 # a list of names
    if (cd "$folder" && private_apt download $missing >"${apt_conf%/*}/download.log" 2>&1); then
      while read -r uri file size sha; do
        archive_is_good "$folder/$file" "$sha" ||
          die "$file does not match the checksum in Debian's signed lists" "run this again; if it stays, choose another mirror"
      done <<<"$wanted"
      return 0
    fi
    if [ $try = 2 ]; then
      cat "${apt_conf%/*}/download.log" >&2
      die "packages could not be downloaded from Debian $suite" "run this again: what is here already is kept"
    fi
    # A mirror drops superseded versions: lists a few hours old can name files that are gone.
    refresh_lists "$suite"
  done
}

# unpack_archives FOLDER: unpacks $fetched into it, leaving out $unpack_excludes.
unpack_archives() {
  # A * in a pattern must not reach into folders: library/std/src has to stay.
  local folder=$1 pattern options=(--no-same-owner --anchored --no-wildcards-match-slash)
  set -f # the patterns are tar's, not the shell's
  for pattern in ${unpack_excludes:-}; do options+=("--exclude=$pattern"); done
  set +f
  mkdir -p "$folder"
  # Decompressing takes most of the time, so one archive per core.
  # shellcheck disable=SC2016 # expanded by the inner shell
  printf '%s' "$fetched" | tr '\n' '\0' | xargs -0 -P "$(cores)" -n 1 bash -c '
    set -eo pipefail
    folder=$1 archive=${@: -1}
    dpkg-deb --fsys-tarfile "$archive" | tar -x -C "$folder" "${@:2:$#-2}"' unpack "$folder" "${options[@]}" ||
    die "a package could not be unpacked (is the disk full?)"
}
