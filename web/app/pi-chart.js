// @ts-check
// The chart of how far Li(x) and R(x) are off pi(x), as shares of pi(x): both axes are logarithmic.
import { byId } from './dom.js';
import { grouped } from './format.js';
import { uPlot } from './uplot.js';

/** @typedef {{ exponent: number, count: bigint, li: number, r: number }} Row  at x = 10^exponent */

const FONT = '13px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
const HEIGHT = 260;

/** @param {string} name */
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--chart-${name}`).trim();

/** 0.000123 is "0.012%", and smaller ones keep two digits. @param {number} share */
export function shareWords(share) {
  const size = Math.abs(share) * 100;
  const sign = share < 0 ? '−' : '+';
  if (size === 0) return '0%';
  if (size >= 0.0001) return `${sign}${Number(size.toPrecision(2))}%`;
  const exponent = Math.floor(Math.log10(size));
  return `${sign}${(size / 10 ** exponent).toFixed(1)} × 10${raised(exponent)}%`;
}

/** @param {number} estimate @param {bigint} count */
export const shareOf = (estimate, count) => (estimate - Number(count)) / Number(count);

export class PiChart {
  /** @type {import('uplot') | null} */
  #plot = null;
  /** @type {Row[]} */
  #rows = [];
  #holder = byId('chart-pi');

  constructor() {
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#plot?.redraw(false, true));
    new ResizeObserver(([{ contentRect: { width } }]) => {
      if (this.#plot && width > 0 && Math.round(width) !== this.#plot.width) this.#plot.setSize({ width: Math.round(width), height: HEIGHT });
    }).observe(this.#holder);
  }

  /** @param {Row[]} rows */
  show(rows) {
    this.#rows = rows;
    this.#holder.setAttribute('aria-label', `Chart of the errors of Li and R. ${rows.map(sentence).join(' ')}`);
    const columns = /** @type {import('uplot').AlignedData} */ ([
      rows.map(({ exponent }) => exponent),
      rows.map(({ li, count }) => Math.abs(shareOf(li, count))),
      rows.map(({ r, count }) => Math.abs(shareOf(r, count))),
    ]);
    if (this.#plot) this.#plot.setData(columns);
    else this.#plot = new uPlot(this.#options(), columns, this.#holder);
  }

  /** @returns {import('uplot').Options} */
  #options() {
    const axis = { stroke: () => colour('text'), grid: { stroke: () => colour('grid'), width: 1 }, ticks: { show: false }, font: FONT };
    /** @param {string} label @param {string} name @param {number[]} [dash] */
    const line = (label, name, dash) => ({
      label, width: 2, dash, stroke: () => colour(name),
      points: { show: true, size: 8, fill: () => getComputedStyle(document.body).backgroundColor, stroke: () => colour(name), width: 2 },
    });
    return {
      width: Math.max(120, this.#holder.clientWidth),
      height: HEIGHT,
      padding: [8, 16, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      scales: {
        x: { time: false, range: (_plot, min, max) => [min - 0.4, Math.max(max, 2) + 0.4] },
        y: { distr: 3, log: 10 },
      },
      axes: [
        { ...axis, grid: { show: false }, size: 32, space: 36, incrs: [1, 2, 3, 5], values: (_plot, values) => values.map((k) => `10${raised(k)}`) },
        {
          ...axis, size: 64, gap: 6,
          // Every second power of ten: between, the labels of a logarithmic axis would crowd.
          splits: (_plot, _axis, min, max) => evenPowers(Math.log10(min), Math.log10(max)),
          values: (_plot, values) => values.map((value) => {
            const power = Math.round(Math.log10(value));
            return power >= -4 ? `${Number((100 * value).toPrecision(1))}%` : `10${raised(power + 2)}%`;
          }),
          filter: (_plot, values) => values,
        },
      ],
      series: [{}, line('Li', 'fit', [7, 4]), line('R', 'measured')],
      hooks: {
        setCursor: [(plot) => {
          const row = this.#rows[plot.cursor.idx ?? -1];
          byId('chart-pi-readout').textContent = row ? sentence(row) : '';
        }],
      },
    };
  }
}

/** The powers of ten with an even exponent. @param {number} low @param {number} high  exponents */
function evenPowers(low, high) {
  const powers = [];
  for (let power = 2 * Math.ceil(low / 2 - 1e-9); power <= high + 1e-9; power += 2) powers.push(10 ** power);
  return powers;
}

/** @param {number} power */
const raised = (power) => [...String(power)].map((sign) => (sign === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(sign)])).join('');

/** @param {Row} row */
const sentence = ({ exponent, count, li, r }) =>
  `π(10${raised(exponent)}) = ${grouped(count)}; Li is off by ${shareWords(shareOf(li, count))}, R by ${shareWords(shareOf(r, count))}.`;
