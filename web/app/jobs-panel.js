// @ts-check
// The jobs of all tabs: what runs, waits, is paused, and has ended; steering them, keeping them in files, taking them up.
import { announce, byId, download, inputById, make } from './dom.js';
import { jobCard } from './job-card.js';
import { foundWords, healedWords, historyCsv, jobResult, jobState, jobTitle } from './job-words.js';
import { duration, many } from './format.js';
import { notice } from './notice.js';

/** @typedef {import('./durable.js').Jobs} Jobs */
/** @typedef {import('./durable.js').JobRecord} JobRecord */

/** Ended jobs that are shown; the export has all. */
const SHOWN = 12;

const ROLES = {
  leader: 'This tab runs them. Other tabs of this page show and steer the same ones, and one of them goes on when this tab goes.',
  follower: 'Another tab of this page runs them. This one shows and steers the same ones, and goes on should that one go.',
  alone: 'This browser keeps the tabs of this page apart here, so this tab runs its own.',
};

/**
 * @param {import('./engine.js').Engine} engine
 * @param {Promise<Jobs>} opening
 */
export function mountJobsPanel(engine, opening) {
  const box = notice('jobs-error', engine);
  const underWay = byId('jobs-list');
  /** @type {Map<string, ReturnType<typeof jobCard>>} */
  const cards = new Map();
  /** What the table of ended jobs shows: it is built anew only when that changes. */
  let shown = '';

  /** @param {() => Promise<unknown>} step */
  const attempt = async (step) => {
    box.hide();
    try {
      await step();
    } catch (error) {
      box.sayError(error);
    }
  };

  void opening.then((jobs) => {
    const actions = actionsOn(jobs, attempt);

    function render() {
      const all = jobs.list();
      const open = all.filter(({ endedAt }) => endedAt === null);
      const ended = all.filter(({ endedAt }) => endedAt !== null).sort((a, b) => Number(b.endedAt) - Number(a.endedAt));
      for (const record of open) {
        let card = cards.get(record.id);
        if (!card) {
          card = jobCard(record.id, actions);
          cards.set(record.id, card);
          underWay.append(card.element);
        }
        card.show(record);
      }
      for (const [id, card] of cards) {
        if (open.some((record) => record.id === id)) continue;
        // Focus must not fall off the page with the button that had it.
        if (card.element.contains(document.activeElement)) byId('jobs-title').focus({ preventScroll: true });
        card.element.remove();
        cards.delete(id);
      }
      byId('jobs-none').hidden = all.length > 0;
      underWay.hidden = open.length === 0;
      showEnded(ended);
      byId('jobs-lead').textContent = ROLES[jobs.role];
      byId('jobs-remarks').replaceChildren(...jobs.remarks.map((sentence) => make('li', {}, sentence)));
      byId('jobs-remarks').hidden = jobs.remarks.length === 0;
    }

    /** @param {JobRecord[]} ended  newest first */
    function showEnded(ended) {
      const now = ended.map(({ id, state }) => `${id} ${state}`).join();
      if (now === shown) return;
      shown = now;
      byId('jobs-ended').hidden = ended.length === 0;
      byId('jobs-rows').replaceChildren(...ended.slice(0, SHOWN).map((record) => endedRow(record, actions)));
      byId('jobs-more').textContent = ended.length > SHOWN ? `${many(ended.length - SHOWN, 'earlier job')} are in the files below.` : '';
    }

    const found = jobs.found.flatMap((id) => jobs.get(id) ?? []);
    if (found.length > 0) {
      byId('jobs-found').textContent = foundWords(found);
      byId('jobs-found').hidden = false;
      announce(foundWords(found));
    }

    let due = false;
    jobs.addEventListener('change', () => {
      if (due) return;
      due = true;
      // One picture for all that changes at once; a timer, since hidden pages paint no frames.
      setTimeout(() => {
        due = false;
        render();
      }, 30);
    });
    render();
    mountTakingUp(jobs, attempt);
    byId('jobs-json').addEventListener('click', () => download('tamis-jobs.json', 'application/json', jobs.exportHistory()));
    byId('jobs-csv').addEventListener('click', () =>
      download('tamis-jobs.csv', 'text/csv', historyCsv(jobs.list().filter(({ endedAt }) => endedAt !== null))));
  });
}

/**
 * What the buttons of a job do.
 * @param {Jobs} jobs
 * @param {(step: () => Promise<unknown>) => Promise<void>} attempt
 */
const actionsOn = (jobs, attempt) => ({
  pause: (/** @type {string} */ id) => attempt(() => jobs.pause(id)),
  resume: (/** @type {string} */ id) => attempt(() => jobs.resume(id)),
  cancel: (/** @type {string} */ id) => attempt(() => jobs.cancel(id)),
  remove: (/** @type {string} */ id) => attempt(() => jobs.remove(id)),
  save: (/** @type {string} */ id) => attempt(async () => {
    const { bytes, name } = await jobs.exportJob(id);
    download(name, 'application/octet-stream', /** @type {Uint8Array<ArrayBuffer>} */ (bytes));
  }),
  /** @param {string} id @param {(token: string, copied: boolean) => void} show */
  copy: (id, show) => attempt(async () => {
    const token = await jobs.token(id);
    // Not in insecure pages, and refused to pages without the focus: then it is there to be copied by hand.
    const copied = await Promise.resolve(navigator.clipboard?.writeText(token).then(() => true)).catch(() => false);
    show(token, copied ?? false);
  }),
});

/** @typedef {ReturnType<typeof actionsOn>} Actions */

/**
 * @param {JobRecord} record  that has ended
 * @param {Actions} actions
 */
function endedRow(record, { resume, remove }) {
  const goOn = make('button', { type: 'button', class: 'small' }, 'Go on');
  goOn.addEventListener('click', () => void resume(record.id));
  const forget = make('button', { type: 'button', class: 'small', 'aria-label': `Remove: ${jobTitle(record)}` }, 'Remove');
  forget.addEventListener('click', () => void remove(record.id));
  return make('tr', { 'data-job': record.id, 'data-state': record.state },
    make('th', { scope: 'row' }, jobTitle(record), ...(record.healed ? [make('p', { class: 'job-healed quiet' }, healedWords(record.healed))] : [])),
    record.state === 'done'
      ? make('td', { class: 'num' }, ...jobResult(record).map((line) => make('div', {}, line)))
      : make('td', {}, jobState(record)),
    make('td', { class: 'num wide' }, duration(record.elapsedMs)),
    make('td', { class: 'wide' }, new Date(Number(record.endedAt)).toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'short' })),
    make('td', { class: 'row-actions' }, ...(record.state === 'done' ? [forget] : [goOn, ' ', forget])));
}

/**
 * Files and tokens of jobs that were kept elsewhere.
 * @param {Jobs} jobs
 * @param {(step: () => Promise<unknown>) => Promise<void>} attempt
 */
function mountTakingUp(jobs, attempt) {
  const file = inputById('jobs-file');
  const token = inputById('jobs-token');
  const note = byId('jobs-note');

  /** @param {Uint8Array | string} from */
  const takeUp = (from) => attempt(async () => {
    note.textContent = '';
    const id = await jobs.importJob(from);
    const record = jobs.get(id);
    if (record) note.textContent = `Taken up: ${jobTitle(record)}.`;
  });

  byId('jobs-load').addEventListener('click', () => file.click());
  file.addEventListener('change', async () => {
    const [chosen] = file.files ?? [];
    // The same file may be chosen again.
    if (chosen) await takeUp(new Uint8Array(await chosen.arrayBuffer()));
    file.value = '';
  });
  byId('jobs-token-form').addEventListener('submit', (event) => {
    event.preventDefault();
    const text = token.value.trim();
    byId('jobs-token-error').textContent = text ? '' : 'Paste a token first: “Copy as token” gives one.';
    if (!text) {
      token.focus();
      return;
    }
    token.value = '';
    void takeUp(text);
  });
}
