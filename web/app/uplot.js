// @ts-check
// uPlot as `make web` puts it into dist/, with the types of its package.

// @ts-ignore: there is nothing to resolve before the first build, and untyped JavaScript after it.
import built from '../dist/vendor/uplot.js';

export const uPlot = /** @type {typeof import('uplot')} */ (/** @type {unknown} */ (built));
