// @ts-check
// The doctor's page: what the host of this page sends, what to tell it, and what this browser can do.
import { advise, diagnose, pageAddress } from '../lib/doctor/index.js';
import { probeBrowser } from '../lib/doctor/probes.js';
import { TamisError } from '../lib/errors.js';
import { byId, inputById, make, withCode } from './dom.js';

/** @typedef {import('../lib/doctor/index.js').Report} Report */
/** @typedef {import('../lib/doctor/index.js').Finding} Finding */
/** @typedef {import('../lib/doctor/index.js').Advice} Advice */

const WORDS = { wrong: 'Wrong', hint: 'Hint', right: 'OK' };
const ORDER = ['wrong', 'hint', 'right'];

const root = document.documentElement;
const summary = byId('doctor-summary');
/** @type {Report | null} */
let report = null;
/** @type {Advice['server'] | null} */
let server = null;
let all = false;

/** @param {string} typed */
async function examine(typed) {
  root.dataset.state = 'looking';
  report = null;
  byId('doctor-error').textContent = '';
  say('wait', 'Looking…');
  try {
    const address = pageAddress(typed);
    if (new URL(address).origin !== location.origin) {
      throw new TamisError('unsupported', 'A browser lets a page look at its own host only.', {
        hint: 'Open doctor.html on that host, or run `node web/bin/tamis.js doctor` with its address.',
      });
    }
    report = await diagnose(address);
    say(tone(report), report.verdict);
  } catch (error) {
    const { message, hint } = error instanceof TamisError ? error : { message: `Something unexpected went wrong: ${error}`, hint: '' };
    say('fair', message);
    byId('doctor-error').replaceChildren(...withCode(hint));
  }
  byId('doctor-findings').replaceChildren(...[...(report?.findings ?? [])].sort((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level)).map(row));
  server = null;
  renderAdvice();
  root.dataset.state = 'ready';
}

/** @param {'wait' | 'good' | 'fair' | 'bad'} given @param {string} text */
function say(given, text) {
  summary.dataset.tone = given;
  summary.textContent = text;
}

/** @param {Report} found */
function tone({ mode, healthy }) {
  if (mode === null) return 'bad';
  return mode === 'threads' && healthy ? 'good' : 'fair';
}

/** @param {Finding} finding */
function row({ level, title, says, follows }) {
  return make('li', { 'data-level': level }, make('p', { class: 'mark-word' }, WORDS[level]),
    make('div', {}, make('h3', {}, title), make('p', { class: 'says' }, says), ...(follows ? [make('p', {}, follows)] : [])));
}

function renderAdvice() {
  const advice = report ? advise(report, { all }) : [];
  const healthy = report !== null && report.needs.length === 0;
  byId('advice').hidden = report === null;
  byId('advice-about').textContent = healthy && !all ? 'Nothing is missing.' : 'The server that answers here comes first, as far as it says which it is.';
  for (const id of ['advice-servers', 'advice-where', 'advice-copy']) byId(id).hidden = advice.length === 0;
  const chosen = advice.find((one) => one.server === server) ?? advice[0];
  byId('advice-chips').replaceChildren(...advice.map((one) => chip(one, one === chosen)));
  byId('advice-where').replaceChildren(...withCode(chosen && chosen.lines.length > 0 ? chosen.where : ''));
  byId('advice-lines').textContent = chosen?.lines.join('\n') ?? '';
  byId('advice-notes').replaceChildren(...(chosen?.notes ?? []).map((note) => make('li', {}, ...withCode(note))));
  byId('advice-copy').hidden = !chosen || chosen.lines.length === 0;
  byId('advice-all').setAttribute('aria-pressed', String(all));
  byId('advice-all').textContent = all ? 'Show only what is missing' : 'Show all that it should send';
  byId('advice-note').textContent = '';
}

/** @param {Advice} advice @param {boolean} chosen */
function chip({ server: name, title }, chosen) {
  const radio = make('input', { type: 'radio', name: 'server', value: name, ...(chosen ? { checked: '' } : {}) });
  radio.addEventListener('change', () => {
    server = name;
    renderAdvice();
    // It was made anew; the keyboard goes on from where it was.
    document.querySelector(/** @type {'input'} */ (`input[value="${name}"]`))?.focus();
  });
  return make('label', { class: 'tick' }, radio, make('span', {}, title));
}

byId('doctor-form').addEventListener('submit', (event) => {
  event.preventDefault();
  void examine(inputById('doctor-address').value);
});
byId('advice-all').addEventListener('click', () => {
  all = !all;
  renderAdvice();
});
byId('advice-copy').addEventListener('click', async () => {
  const text = byId('advice-lines').textContent ?? '';
  const copied = await navigator.clipboard?.writeText(text).then(() => true, () => false) ?? false;
  if (!copied) getSelection()?.selectAllChildren(byId('advice-lines'));
  byId('advice-note').textContent = copied ? 'Copied.' : 'The browser does not let this page copy; the lines are selected for you.';
});

inputById('doctor-address').value = new URL('./', location.href).href;
void examine(inputById('doctor-address').value);
const probes = await probeBrowser(new URL('../lib/doctor/nested-worker.js', import.meta.url));
byId('doctor-browser').replaceChildren(...probes.flatMap(({ title, says }) => [make('dt', {}, title), make('dd', {}, says)]));
root.dataset.browser = probes.every(({ ok }) => ok !== false) ? 'able' : 'lacking';
