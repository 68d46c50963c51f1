// @ts-check
// One job that has not ended, with its bar and its buttons.
import { announce, make } from './dom.js';
import { healedWords, jobState, jobTitle } from './job-words.js';

/**
 * @param {string} id
 * @param {import('./jobs-panel.js').Actions} actions
 */
export function jobCard(id, actions) {
  const title = make('h3', { class: 'job-title' });
  const state = make('p', { class: 'job-state quiet' });
  const healed = make('p', { class: 'job-healed quiet' });
  const bar = make('progress', { max: '1', value: '0' });
  const steer = button('Pause', () => void (steer.dataset.does === 'resume' ? actions.resume(id) : actions.pause(id)));
  const token = make('input', { type: 'text', readonly: '', class: 'job-token', 'aria-label': 'The job as a token' });
  token.hidden = true;
  token.addEventListener('focus', () => token.select());
  const said = make('span', { class: 'quiet', role: 'status' });
  const element = make('li', { class: 'job', 'data-job': id },
    make('div', { class: 'job-head' }, title, state),
    bar,
    healed,
    make('p', { class: 'actions job-actions' },
      steer,
      button('Cancel', () => void actions.cancel(id)),
      button('Save to file', () => void actions.save(id)),
      button('Copy as token', () => void actions.copy(id, (text, copied) => {
        token.value = text;
        token.hidden = false;
        said.textContent = copied ? 'Copied. On another device, paste it below.' : 'Copy it from here.';
        if (!copied) token.focus();
      })),
      button('Remove', () => void actions.remove(id)),
      said),
    token);
  let spoken = '';

  return {
    element,
    /** @param {import('./durable.js').JobRecord} record */
    show(record) {
      const words = jobState(record);
      const name = jobTitle(record);
      if (title.textContent !== name) {
        title.textContent = name;
        bar.setAttribute('aria-label', name);
        for (const one of element.querySelectorAll('button')) one.setAttribute('aria-label', `${one.textContent}: ${name}`);
      }
      element.dataset.state = record.state;
      state.textContent = words;
      bar.value = record.fraction;
      const healing = record.healed ? healedWords(record.healed) : '';
      if (healed.textContent !== healing) {
        healed.textContent = healing;
        if (spoken) announce(`${name}: ${healing}`);
      }
      const does = record.state === 'paused' ? 'resume' : 'pause';
      if (steer.dataset.does !== does) {
        steer.dataset.does = does;
        steer.textContent = does === 'resume' ? 'Resume' : 'Pause';
        steer.setAttribute('aria-label', `${steer.textContent}: ${name}`);
      }
      if (spoken && spoken !== record.state) announce(`${name}: ${words}.`);
      spoken = record.state;
    },
  };
}

/** @param {string} text @param {() => void} act */
function button(text, act) {
  const made = make('button', { type: 'button', class: 'small', 'data-act': text.toLowerCase().replaceAll(' ', '-') }, text);
  made.addEventListener('click', act);
  return made;
}
