// @ts-check
import process from 'node:process';
import { adviceText, advise, diagnose, pageAddress } from '../lib/doctor/index.js';

/** @typedef {import('./arguments.js').Request} Request */

const MARKS = { right: 'ok   ', hint: 'hint ', wrong: 'WRONG' };

/**
 * tamis doctor: whether a page's host sends what threads need, and what to tell it. Ends with exit code 1 when
 * something is wrong.
 * @param {Request} request
 * @param {AbortSignal} signal
 */
export async function doctor({ address, worker, wasm, all, json, quiet }, signal) {
  const report = await diagnose(pageAddress(address), { worker, wasm, signal });
  const advice = advise(report, { all });
  if (!report.healthy) process.exitCode = 1;
  if (json) {
    console.log(JSON.stringify({ ...report, advice }, null, 2));
    return;
  }
  const lines = report.findings.filter(({ level }) => !quiet || level !== 'right').flatMap(({ level, title, says, follows }) => [
    `${MARKS[level]}  ${title}: ${says}`, ...(follows ? [`       ${follows}`] : []),
  ]);
  console.log([report.address, ...lines, '', report.verdict].join('\n'));
  if (advice.length === 0 || (quiet && !all)) return;
  console.log(`\n${all ? 'All that a server should send' : 'To add what is missing'}, for the server that you have:\n\n${advice.map(adviceText).join('\n\n')}`);
}
