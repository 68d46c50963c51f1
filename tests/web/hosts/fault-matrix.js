// @ts-check
// One line for each fault that was met: for the reader, and as JSON for the table at the end of `make test`.
import { appendFileSync } from 'node:fs';
import process from 'node:process';

/**
 * @param {{ diagnostic: (line: string) => void }} t
 * @param {{ browser: string, mode: string, fault: string, outcome: string, answer: string, expected: string, ms: number }} cell
 */
export function note(t, cell) {
  const { browser, mode, fault, outcome, answer } = cell;
  const ms = Math.round(cell.ms);
  t.diagnostic(`fault-matrix | ${browser} | ${mode} | ${fault} | ${outcome} | ${answer} | ${ms}`);
  if (process.env.TAMIS_FAULT_MATRIX) appendFileSync(process.env.TAMIS_FAULT_MATRIX, `${JSON.stringify({ ...cell, ms })}\n`);
}
