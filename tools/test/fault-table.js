// @ts-check
// Prints what the tests of faults wrote down, a row for each fault and a column for each browser and mode:
//   node tools/test/fault-table.js FILE...
// Each line of a file is { browser, mode, fault, outcome, answer, expected, ms }. Fails when an answer was wrong.
import { existsSync, readFileSync } from 'node:fs';
import process from 'node:process';

/** @typedef {{ browser: string, mode: string, fault: string, outcome: string, answer: string, expected: string, ms: number }} Cell */

/** @type {Cell[]} */
const cells = process.argv.slice(2).filter((file) => existsSync(file)).flatMap((file) => (
  readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line))));
if (cells.length === 0) process.exit(0);

/** @param {string[]} names */
const distinct = (names) => [...new Set(names)];
/** @param {Cell} cell */
const column = ({ browser, mode }) => `${browser} ${mode}`;
/** @param {Cell} cell */
const isRight = ({ answer, expected }) => String(answer) === String(expected);

const columns = distinct(cells.map(column)).sort();
const rows = distinct(cells.map(({ fault }) => fault)).map((fault) => [
  fault,
  ...columns.map((name) => {
    const there = cells.filter((cell) => cell.fault === fault && column(cell) === name);
    if (there.length === 0) return '–';
    const wrong = there.find((cell) => !isRight(cell));
    if (wrong) return `WRONG: ${wrong.answer}`;
    // The slowest, should a fault have been injected more than once.
    const { outcome, ms } = there.reduce((a, b) => (b.ms > a.ms ? b : a));
    return `${outcome}, ${Math.round(ms)} ms`;
  }),
]);
const table = [['fault', ...columns], ...rows];
const widths = table[0].map((_, i) => Math.max(...table.map((row) => row[i].length)));
console.log('\n== faults: what was done to a running job, and how its answer (compared with a known value) came about');
for (const row of table) console.log(row.map((cell, i) => cell.padEnd(widths[i])).join('  ').trimEnd());
const right = cells.filter(isRight).length;
console.log(`${right} of ${cells.length} answers exact`);
process.exit(right === cells.length ? 0 : 1);
