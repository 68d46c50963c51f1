// @ts-check
// The box of a panel where it says what went wrong, and what to do next.
import { byId, make, withCode } from './dom.js';
import { inWords, isFatal } from './engine.js';

/**
 * @param {string} id  of the box
 * @param {import('./engine.js').Engine} engine
 */
export function notice(id, engine) {
  const box = byId(id);

  /** @param {'plain' | 'bad'} tone @param {...Node} content */
  const show = (tone, ...content) => {
    box.dataset.tone = tone;
    box.replaceChildren(...content);
    box.hidden = false;
  };

  return {
    hide() {
      box.hidden = true;
    },

    /** @param {string} text */
    say(text) {
      show('plain', make('p', {}, text));
    },

    /** @param {unknown} error */
    sayError(error) {
      const { text, hint } = inWords(error);
      const content = [make('p', {}, text)];
      if (hint) content.push(make('p', {}, ...withCode(hint)));
      if (isFatal(error)) {
        const button = make('button', { type: 'button' }, 'Start the sieve afresh');
        button.addEventListener('click', () => {
          box.hidden = true;
          void engine.start({ threads: engine.threads || undefined });
        });
        content.push(make('p', { class: 'actions' }, button));
      }
      show('bad', ...content);
    },
  };
}
