# The wasm programs in real browsers: on a worker (-sPROXY_TO_PTHREAD), and on the page's own thread, where
# blocking calls must refuse. Node cannot show the second: its main thread may wait.
need_emscripten
. "$here/sections/wasm.sh" # for build_wasm

first_of() {
  local name
  for name in "$@"; do command -v "$name" 2>/dev/null && return 0; done
  return 1
}
chromium=${CHROMIUM:-$(first_of chromium chromium-browser google-chrome google-chrome-stable)}
firefox=${FIREFOX:-$(first_of firefox-esr firefox)}

# The section wasm has built them, if it ran.
[ -n "${wasm_is_built:-}" ] || check "browser: programs compile" bash -c build_wasm
for browser in chromium firefox; do
  if [ -z "${!browser}" ]; then
    not_run "no $browser is here: make browsers installs it (or set $(echo $browser | tr a-z A-Z) to its path)"
    continue
  fi
  # Not `values`: half a minute of counting that says nothing about a browser.
  program "$browser: C" node "$here/browser.mjs" "$browser" "${!browser}" "$out/wasm/abi_test.js" \
    pool statics jobs handles chunks many tuplets nth pi generate streams bytes iterators cursors checkpoints
  program "$browser: C++" node "$here/browser.mjs" "$browser" "${!browser}" "$out/wasm/hpp.js"
  program "$browser: the page's own thread" node "$here/browser.mjs" "$browser" "${!browser}" "$out/wasm/main_thread.js"
done
