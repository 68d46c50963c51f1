// @ts-check
// Who takes part in a bench. Who can't be had is left out, and the output says so.

/**
 * @template C
 * @param {{ wanted: (name: string) => boolean, say: (text: string) => void }} settings
 */
export function newRoster({ wanted, say }) {
  /** @type {C[]} */
  const contestants = [];
  /** @type {string[]} */
  const missing = [];
  /** @param {string} name  @param {() => Promise<C>} make */
  const add = async (name, make) => {
    if (!wanted(name)) return;
    say(`preparing ${name}`);
    try {
      contestants.push(await make());
    } catch (error) {
      missing.push(`${name} is left out: ${(error instanceof Error ? error.message : String(error)).trim()}`);
    }
  };
  return { contestants, missing, add };
}
