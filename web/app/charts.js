// @ts-check
// The three charts of the benchmark: time, speed-up and efficiency over the number of threads.
// Medians as points with a bar for their spread; the ideal and the Amdahl fit as lines.
import { byId } from './dom.js';
import { duration, many, significant } from './format.js';
import { uPlot } from './uplot.js';

/**
 * What is drawn at one thread count.
 * @typedef {object} Point
 * @property {number} threads
 * @property {number} middle
 * @property {number} low
 * @property {number} high
 */
/**
 * @typedef {object} Chart
 * @property {Point[]} points
 * @property {(threads: number) => number | null} fit  the Amdahl fit; null while there is none
 * @property {(threads: number) => number | null} ideal
 */
/** @typedef {{ id: string, say: (value: number) => string, axis: (value: number) => string }} Style */

const CHARTS = /** @type {const} */ ({
  time: { id: 'chart-time', say: duration, axis: (/** @type {number} */ ms) => (ms >= 1000 ? `${plain(ms / 1000)} s` : `${plain(ms)} ms`) },
  speedup: { id: 'chart-speedup', say: (/** @type {number} */ v) => `${significant(v)} ×`, axis: (/** @type {number} */ v) => `${plain(v)}×` },
  efficiency: { id: 'chart-efficiency', say: (/** @type {number} */ v) => `${Math.round(v * 100)}%`, axis: (/** @type {number} */ v) => `${Math.round(v * 100)}%` },
});

/** @typedef {keyof typeof CHARTS} ChartName */
/** @typedef {import('uplot')} Plot */

/** @param {number} value */
const plain = (value) => String(Number(value.toPrecision(3)));

/** @param {string} name */
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--chart-${name}`).trim();

const FONT = '13px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
const HEIGHT = 240;

/** Three charts that are made once and then given new figures. */
export class Charts {
  /** @type {Map<ChartName, { plot: Plot, chart: Chart, most: number }>} */
  #drawn = new Map();
  #cores;

  /** @param {number} cores  marked in the charts: more threads than that share them */
  constructor(cores) {
    this.#cores = cores;
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#redraw());
    const sizes = new ResizeObserver((entries) => {
      for (const { target, contentRect } of entries) this.#resize(target.id, contentRect.width);
    });
    for (const { id } of Object.values(CHARTS)) sizes.observe(byId(id));
  }

  /**
   * @param {ChartName} name
   * @param {Chart} chart
   * @param {number} most  threads: the right end of the chart
   */
  show(name, chart, most) {
    const style = CHARTS[name];
    const holder = byId(style.id);
    holder.setAttribute('aria-label', described(name, chart, style));
    const before = this.#drawn.get(name);
    if (before && before.most === most) {
      before.chart = chart;
      before.plot.setData(columns(chart, most));
      return;
    }
    before?.plot.destroy();
    const drawn = { chart, most, plot: /** @type {Plot} */ (/** @type {unknown} */ (null)) };
    this.#drawn.set(name, drawn);
    drawn.plot = new uPlot(
      this.#options(style, drawn, holder.clientWidth), columns(chart, most), holder);
  }

  clear() {
    for (const { plot } of this.#drawn.values()) plot.destroy();
    this.#drawn.clear();
  }

  #redraw() {
    for (const { plot } of this.#drawn.values()) plot.redraw(false, true);
  }

  /** @param {string} id @param {number} width */
  #resize(id, width) {
    for (const [name, { plot }] of this.#drawn) {
      if (CHARTS[name].id === id && width > 0 && Math.round(width) !== plot.width) {
        plot.setSize({ width: Math.round(width), height: HEIGHT });
      }
    }
  }

  /**
   * @param {Style} style
   * @param {{ chart: Chart, most: number }} drawn
   * @param {number} width
   * @returns {import('uplot').Options}
   */
  #options(style, drawn, width) {
    const readout = byId(`${style.id}-readout`);
    const axis = {
      stroke: () => colour('text'),
      grid: { stroke: () => colour('grid'), width: 1 },
      ticks: { show: false },
      font: FONT,
    };
    return {
      width: Math.max(120, width),
      height: HEIGHT,
      padding: [8, 8, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      scales: {
        x: { time: false, range: [0.6, drawn.most + 0.4] },
        y: { range: (_plot, _min, max) => [0, Math.max(max, ceiling(drawn.chart)) * 1.06 || 1] },
      },
      axes: [
        { ...axis, grid: { show: false }, size: 32, splits: () => wholeSteps(drawn.most), values: (_plot, values) => values.map(String) },
        { ...axis, size: (_plot, values) => labelWidth(values), gap: 6, space: 40, values: (_plot, values) => values.map(style.axis) },
      ],
      series: [
        {},
        { label: 'Ideal', stroke: () => colour('ideal'), width: 1.5, dash: [2, 3], points: { show: false } },
        { label: 'Amdahl fit', stroke: () => colour('fit'), width: 2, dash: [7, 4], points: { show: false } },
        { label: 'Measured', stroke: () => colour('measured'), width: 2, points: { show: false } },
      ],
      hooks: {
        drawClear: [(plot) => markCores(plot, this.#cores, drawn.most)],
        draw: [(plot) => drawSpread(plot, drawn.chart.points)],
        setCursor: [(plot) => {
          const at = plot.cursor.idx;
          const threads = at === null || at === undefined ? undefined : plot.data[0][at];
          const point = drawn.chart.points.find((one) => one.threads === threads);
          readout.textContent = point ? sentence(point, style) : '';
        }],
      },
    };
  }
}

/**
 * Columns for uPlot: every whole number of threads, empty where nothing was measured.
 * @param {Chart} chart
 * @param {number} most
 * @returns {import('uplot').AlignedData}
 */
function columns(chart, most) {
  const threads = Array.from({ length: most }, (_, i) => i + 1);
  const measured = new Map(chart.points.map((point) => [point.threads, point.middle]));
  return [
    threads,
    threads.map(chart.ideal),
    threads.map(chart.fit),
    // undefined, unlike null, lets the line run on to the next point.
    threads.map((n) => measured.get(n)),
  ];
}

/**
 * Room for the widest label, and a gap.
 * @param {string[] | null} values
 */
const labelWidth = (values) => 14 + 8 * Math.max(3, ...(values ?? []).map((value) => value.length));

/**
 * The highest end of a spread, which uPlot does not know of.
 * @param {Chart} chart
 */
const ceiling = ({ points }) => Math.max(0, ...points.map((point) => point.high));

/**
 * At most nine labels, all of them whole and the first one 1.
 * @param {number} most
 */
function wholeSteps(most) {
  const step = Math.ceil(most / 8);
  if (step === 1) return Array.from({ length: most }, (_, i) => i + 1);
  return [1, ...Array.from({ length: Math.floor(most / step) }, (_, i) => (i + 1) * step)];
}

/**
 * A soft ground right of the core count: threads there share cores.
 * @param {Plot} plot
 * @param {number} cores
 * @param {number} most
 */
function markCores(plot, cores, most) {
  if (most <= cores) return;
  const { ctx, bbox } = plot;
  const edge = plot.valToPos(cores + 0.5, 'x', true);
  ctx.save();
  ctx.fillStyle = colour('grid');
  ctx.globalAlpha = 0.55;
  ctx.fillRect(edge, bbox.top, bbox.left + bbox.width - edge, bbox.height);
  ctx.restore();
}

/**
 * Spread bars, and the medians as rings on top of them.
 * @param {Plot} plot
 * @param {Point[]} points
 */
function drawSpread(plot, points) {
  const { ctx } = plot;
  const unit = devicePixelRatio;
  const [stroke, ground] = [colour('measured'), getComputedStyle(document.body).backgroundColor];
  ctx.save();
  ctx.strokeStyle = stroke;
  ctx.fillStyle = ground;
  ctx.setLineDash([]);
  for (const point of points) {
    const x = plot.valToPos(point.threads, 'x', true);
    const [low, high, middle] = [point.low, point.high, point.middle].map((value) => plot.valToPos(value, 'y', true));
    const cap = 5 * unit;
    ctx.lineWidth = 1.5 * unit;
    ctx.beginPath();
    ctx.moveTo(x, low);
    ctx.lineTo(x, high);
    for (const end of [low, high]) {
      ctx.moveTo(x - cap, end);
      ctx.lineTo(x + cap, end);
    }
    ctx.stroke();
    ctx.lineWidth = 2 * unit;
    ctx.beginPath();
    ctx.arc(x, middle, 3.5 * unit, 0, 2 * Math.PI);
    ctx.fill();
    ctx.stroke();
  }
  ctx.restore();
}

/** @param {Point} point @param {Style} style */
const sentence = (point, { say }) =>
  `${many(point.threads, 'thread')}: ${say(point.middle)} (${say(point.low)} to ${say(point.high)})`;

/**
 * The chart in words, for those who can't see it.
 * @param {string} name
 * @param {Chart} chart
 * @param {Style} style
 */
const described = (name, { points }, style) =>
  `Chart of ${name === 'speedup' ? 'speed-up' : name}. ${points.map((point) => sentence(point, style)).join('; ')}. The table below has the same figures.`;
