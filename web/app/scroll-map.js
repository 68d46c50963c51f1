// @ts-check
// Where in a list of any length a scrollbar of bounded length stands. Pure.
//
// Browsers cap the height of an element (Firefox at about 17.9 million pixels, Chromium and WebKit at 33.5 million) and
// place what lies far down with fewer and fewer digits, while 100 million rows of 32 pixels are 3.2 thousand million
// pixels. So past MOST_PX the bar is shorter than the list and stands in proportion to it. Close to either end it stays
// one to one: were it shrunk there too, rolling upwards from the hundredth row would meet the top of the bar at once.

/** Both browsers still place half pixels exactly there. */
export const MOST_PX = 2 ** 22;
/** How much at either end is one to one. */
const EXACT_PX = 2 ** 17;

/**
 * The height of what is scrolled.
 * @param {number} full  height of all the rows
 */
export const barHeight = (full) => Math.min(full, MOST_PX);

/**
 * Where the bar stands for a place in the list.
 * @param {number} place  pixels from the top of the list to the top of the view
 * @param {number} full  height of all the rows
 * @param {number} view  height of what is seen
 */
export function toBar(place, full, view) {
  if (full <= MOST_PX) return place;
  const [mostPlace, mostBar] = [full - view, MOST_PX - view];
  if (place <= EXACT_PX) return place;
  if (place >= mostPlace - EXACT_PX) return mostBar - (mostPlace - place);
  return EXACT_PX + ((place - EXACT_PX) / (mostPlace - 2 * EXACT_PX)) * (mostBar - 2 * EXACT_PX);
}

/**
 * The inverse of toBar: the place for where the bar stands.
 * @param {number} bar
 * @param {number} full
 * @param {number} view
 */
export function toPlace(bar, full, view) {
  if (full <= MOST_PX) return bar;
  const [mostPlace, mostBar] = [full - view, MOST_PX - view];
  if (bar <= EXACT_PX) return bar;
  if (bar >= mostBar - EXACT_PX) return mostPlace - (mostBar - bar);
  return EXACT_PX + ((bar - EXACT_PX) / (mostBar - 2 * EXACT_PX)) * (mostPlace - 2 * EXACT_PX);
}

/**
 * Whether a step of the bar is one that a wheel, a finger or a key takes, which moves the list by as much. A larger one
 * is the bar's thumb being dragged: its smallest step, a pixel of the screen, is `full` through `view` of them.
 * @param {number} step
 * @param {number} full
 * @param {number} view
 */
export const isRoll = (step, full, view) => full <= MOST_PX || Math.abs(step) < barHeight(full) / view / 2;
