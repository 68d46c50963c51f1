// @ts-check
// What the benches' command lines have in common.
import process from 'node:process';

/** Progress; the tables alone go to stdout. @param {string} text */
export const say = (text) => console.error(`bench: ${text}`);

/** Runs a bench. What goes wrong is told in a sentence. @param {() => Promise<void>} main */
export async function begin(main) {
  try {
    await main();
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}

/**
 * @param {string} option
 * @param {string} text
 * @param {number} least
 * @param {number} most
 */
export function integer(option, text, least, most) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most) throw new Error(`${option}: "${text}" is no integer from ${least} to ${most}`);
  return value;
}

/** The name of a record, or undefined. @param {string | undefined} name */
export function recordName(name) {
  if (name !== undefined && !/^[\w-]+$/.test(name)) throw new Error('--name takes letters, digits, _ and -');
  return name;
}

/**
 * Those that are named; all without names.
 * @param {import('./plan.js').Work[]} works
 * @param {string[] | undefined} names
 */
export function choose(works, names) {
  const unknown = names?.find((name) => !works.some((work) => work.name === name));
  if (unknown !== undefined) throw new Error(`--works: there is no "${unknown}" here, but ${works.map(({ name }) => name).join(', ')}`);
  return names ? works.filter(({ name }) => names.includes(name)) : works;
}
