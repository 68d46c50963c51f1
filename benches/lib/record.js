// @ts-check
// Where figures are kept.
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { root } from './programs.js';

/**
 * benches/record/<today>-<name>.csv, or with a number behind the name: never one that is there already.
 * @param {string} name
 */
export function recordFile(name) {
  const folder = path.join(root, 'benches/record');
  mkdirSync(folder, { recursive: true });
  const today = new Date().toLocaleDateString('sv'); // Swedish dates are ISO 8601
  for (let again = 1; ; again++) {
    const file = path.join(folder, `${today}-${name}${again === 1 ? '' : `-${again}`}.csv`);
    if (!existsSync(file)) return file;
  }
}
