// @ts-check
// Steps that are skipped when nothing they depend on has changed. What is compared is content, not
// time: a fresh checkout or a restored cache has arbitrary times.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { dist } from './paths.js';

const record = path.join(dist, '.steps.json');

/** @param {string} text */
export const say = (text) => console.log(`web: ${text}`);

/**
 * @param {string} name  said when it runs
 * @param {{ inputs: string[], outputs: string[], recipe?: unknown }} dependencies  recipe: settings that
 *   are no files, such as flags
 * @param {() => void | Promise<void>} run
 */
export async function step(name, { inputs, outputs, recipe }, run) {
  const hash = createHash('sha256').update(JSON.stringify(recipe ?? null));
  for (const input of inputs) hash.update(input).update(readFileSync(input));
  const fingerprint = hash.digest('hex');
  const known = existsSync(record) ? JSON.parse(readFileSync(record, 'utf8')) : {};
  if (known[name] === fingerprint && outputs.every((output) => existsSync(output))) {
    say(`${name}: up to date`);
    return;
  }
  const began = performance.now();
  for (const output of outputs) mkdirSync(path.dirname(output), { recursive: true });
  await run();
  known[name] = fingerprint;
  writeFileSync(record, `${JSON.stringify(known, null, 2)}\n`);
  say(`${name}: done in ${((performance.now() - began) / 1000).toFixed(1)} s`);
}
