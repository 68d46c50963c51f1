# The doctor's rows about the WebAssembly toolchain. Sourced by doctor.sh.

find_own
if [ -n "$own_emcc" ]; then
  if emcc_version_accepted "$own_emcc_version"; then
    row ok "emcc (yours)" "$own_emcc_version" "$own_emcc"
  else
    row "too old" "emcc (yours)" "${own_emcc_version:--}" "$own_emcc $emcc_version_reason"
  fi
else
  row optional "emcc (yours)" - "not on PATH"
fi
if [ -n "$own_nightly" ]; then
  row ok "nightly + rust-src" "$own_rustc_version" "$own_nightly"
else
  row optional "nightly + rust-src" "${own_rustc_version:--}" "${own_reason##*; }"
fi

# why_not_private: empty if install.sh could install the private toolchain here.
why_not_private() {
  if ! have apt-get || ! have dpkg-deb; then
    echo "this system has no apt"
  elif ! (loader_name "$(debian_arch)") >/dev/null 2>&1; then
    echo "there is no recipe for $(debian_arch)"
  elif ! (debian_keyring) >/dev/null 2>&1; then
    echo "debian-archive-keyring is missing"
  fi
}

if find_ready; then
  row ok "toolchain in use" "$toolchain_kind" "$toolchain_dir"
else
  blocked=$(why_not_private)
  if [ -z "$own_reason" ]; then
    row ok "toolchain in use" own "yours will be used"
  elif [ -z "$blocked" ]; then
    row later "private toolchain" - "make web installs it into $cache_root (200 MB to download, no root)"
  else
    row missing "toolchain" - "$own_reason; a private one can't be installed: $blocked"
    web_blocked="$web_blocked toolchain"
    if [ "$blocked" = "debian-archive-keyring is missing" ]; then cure "private toolchain" "$(command_for keyring)"; fi
    emcc_version_accepted "${own_emcc_version:-}" || cure emcc "$(command_for emsdk)"
    if [ -z "$own_nightly" ]; then cure "nightly + rust-src" "$(command_for nightly)"; fi
  fi
fi
# Recipes come and go; each leaves about 0.8 GB that older commits may still want.
for folder in "$cache_root"/toolchain-*/; do
  folder=${folder%/}
  case $folder in *'*' | "$toolchain_dir" | *.partial) continue ;; esac
  row optional "older toolchain" - "not used by this clone: rm -r $folder"
done
