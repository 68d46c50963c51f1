// @ts-check
// What a job is at: a bar for each of its phases.
import { make } from './dom.js';
import { percent } from './format.js';

/** @typedef {import('../lib/index.js').Phase} Phase */

/**
 * Where a phase is, in words.
 * @param {Phase} phase
 */
export function phaseState({ state, share, fraction }) {
  if (state === 'waiting') return 'waits';
  if (state === 'done') return 'done';
  // Of a last step nobody knows how long it is.
  return share > 0 ? percent(fraction) : 'under way';
}

/** "Ordinary leaves (Φ₀)" @param {Phase} phase */
const titleOf = ({ name }) => name[0].toUpperCase() + name.slice(1).replace('Phi0', 'Φ₀').replace('Sigma', 'Σ');

/** @param {HTMLElement | null} list  to be filled; hidden for jobs of one phase */
export function phaseList(list) {
  /** @type {{ item: HTMLElement, bar: HTMLProgressElement, state: HTMLElement }[]} */
  let rows = [];
  let shown = '';

  /** @param {Phase[]} phases */
  function build(phases) {
    rows = phases.map((phase) => {
      const name = titleOf(phase);
      const share = phase.share > 0 ? `${phase.share < 0.01 ? 'under 1%' : percent(phase.share)} of the work` : '';
      const bar = make('progress', { max: '1', value: '0', 'aria-label': name });
      const state = make('span', { class: 'phase-state' });
      return { item: make('li', { class: 'phase' }, make('span', { class: 'phase-name' }, name), make('span', { class: 'phase-share quiet' }, share), bar, state), bar, state };
    });
    list?.replaceChildren(...rows.map(({ item }) => item));
  }

  return {
    /** @param {Phase[]} all */
    show(all) {
      if (!list) return;
      // Of the job before nothing stays, not even out of sight.
      const phases = all.length < 2 ? [] : all;
      list.hidden = phases.length === 0;
      const now = phases.map(({ name, share }) => `${name} ${share}`).join();
      if (now !== shown) build(phases);
      shown = now;
      for (const [i, phase] of phases.entries()) {
        const { item, bar, state } = rows[i];
        item.dataset.state = phase.state;
        bar.value = phase.fraction;
        state.textContent = phaseState(phase);
      }
    },
  };
}
