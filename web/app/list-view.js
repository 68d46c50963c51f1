// @ts-check
// A list of any length of which only the rows in view are in the document.
//
// What is scrolled is an empty box; the rows stand in a window that sticks to the top of the view and are written anew
// as the box moves. So the browser may scroll by itself, smoothly, while the program is busy: the rows never leave.
// scroll-map.js says how a bar of bounded length stands for a longer list.
import { byId, make } from './dom.js';
import { grouped } from './format.js';
import { barHeight, isRoll, toBar, toPlace } from './scroll-map.js';

/** After so long without a movement the bar is put where it belongs: sooner would break a wheel's smooth roll. */
const REST_MS = 150;
const CELLS = ['number', 'what', 'gap'];

/**
 * What is shown: texts for the row numbers from..from + count - 1.
 * @typedef {(from: number, count: number) => { what: string, gap: string }[]} Texts
 */

export class ListView {
  #grid;
  #scroller = byId('list-scroller');
  #spacer = byId('list-spacer');
  #window = byId('list-window');
  #rows = byId('list-rows');
  /** @type {HTMLElement[]} the rows of the document, from the top of the view */
  #slots = [];
  /** @type {Texts} */
  #texts = () => [];
  #length = 0;
  /** Pixels from the top of the list to the top of the view. */
  #place = 0;
  /** Where the scroller stood when we last looked. */
  #bar = 0;
  /** The row that the keyboard is at. */
  #active = 0;
  #rowHeight = 32;
  #viewHeight = 0;
  #painting = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #rest;

  /** @param {string} id  of the grid */
  constructor(id) {
    this.#grid = byId(id);
    this.#scroller.addEventListener('scroll', () => this.#follow(), { passive: true });
    this.#grid.addEventListener('keydown', (event) => this.#onKey(event));
    this.#rows.addEventListener('click', (event) => {
      const row = /** @type {Element} */ (event.target).closest('[role="row"]');
      if (row) this.#setActive(Number(row.getAttribute('aria-rowindex')) - 2);
    });
    new ResizeObserver(() => this.#measure()).observe(this.#scroller);
  }

  /** The number of the row at the top, from 0. */
  get top() {
    return Math.floor(this.#place / this.#rowHeight);
  }

  /**
   * Begins another list.
   * @param {Texts} texts
   * @param {string} name  for screen readers
   * @param {[number: number, what: number, gap: number]} widths  of the columns' longest texts, in characters
   */
  begin(texts, name, [number, what, gap]) {
    this.#texts = texts;
    this.#grid.setAttribute('aria-label', name);
    this.#grid.style.setProperty('--list-number', `${number}ch`);
    this.#grid.style.setProperty('--list-what', `${what}ch`);
    this.#grid.style.setProperty('--list-gap', `${gap}ch`);
    this.#active = this.#place = 0;
    this.#length = 0;
    this.grow(0, false);
    this.#settle();
  }

  /**
   * There are so many rows now.
   * @param {number} length
   * @param {boolean} complete  no more will come
   */
  grow(length, complete) {
    this.#length = length;
    // Of a list that still grows nobody knows the length; the header is a row, too.
    this.#grid.setAttribute('aria-rowcount', complete ? String(length + 1) : '-1');
    this.#spacer.style.height = `${barHeight(this.#full)}px`;
    // It clips its rows, which would else reach below the box and make it longer.
    this.#window.style.height = `${Math.min(this.#viewHeight, this.#full)}px`;
    this.#restSoon();
    this.#paintSoon();
  }

  /** The texts of rows in view have changed. */
  refresh() {
    this.#paintSoon();
  }

  /**
   * Shows a row in the middle of the view and makes it the keyboard's.
   * @param {number} row  from 0
   */
  show(row) {
    this.#active = Math.max(0, Math.min(row, this.#length - 1));
    const above = Math.floor((this.#viewHeight / this.#rowHeight - 1) / 2);
    this.#moveTo((this.#active - above) * this.#rowHeight);
  }

  focus() {
    this.#grid.focus({ preventScroll: true });
  }

  get #full() {
    return this.#length * this.#rowHeight;
  }

  #measure() {
    this.#viewHeight = this.#scroller.clientHeight;
    if (this.#viewHeight === 0) return;
    this.#rowHeight = parseFloat(getComputedStyle(this.#scroller).getPropertyValue('--row-height')) || 32;
    const needed = Math.ceil(this.#viewHeight / this.#rowHeight) + 1;
    // Its width is the platform's own, and none where it lies over the content.
    byId('list-head').style.paddingRight = `${this.#scroller.offsetWidth - this.#scroller.clientWidth}px`;
    while (this.#slots.length > needed) this.#slots.pop()?.remove();
    while (this.#slots.length < needed) {
      const slot = make('div', { role: 'row', class: 'list-row', id: `list-row-${this.#slots.length}`, hidden: '' },
        ...CELLS.map((name) => make('div', { role: 'gridcell', class: `list-${name}` })));
      this.#slots.push(slot);
      this.#rows.append(slot);
    }
    this.#window.style.height = `${Math.min(this.#viewHeight, this.#full)}px`;
    this.#moveTo(this.#place);
  }

  /** @param {number} place */
  #moveTo(place) {
    this.#place = this.#clamp(place);
    this.#settle();
    this.#paintSoon();
  }

  /** @param {number} place */
  #clamp(place) {
    return Math.max(0, Math.min(place, this.#full - this.#viewHeight));
  }

  /** Puts the bar where it belongs. */
  #settle() {
    clearTimeout(this.#rest);
    const bar = toBar(this.#place, this.#full, this.#viewHeight);
    if (Math.abs(bar - this.#scroller.scrollTop) >= 1) this.#scroller.scrollTop = bar;
    // The browser rounds, and stops at the end.
    this.#bar = this.#scroller.scrollTop;
  }

  #restSoon() {
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      // Frames may come later than this timer, and with them the news of a movement: it must not be undone.
      if (!this.#follow()) this.#settle();
    }, REST_MS);
  }

  /** Goes where the bar is. @returns {boolean} whether it had moved */
  #follow() {
    const bar = this.#scroller.scrollTop;
    const step = bar - this.#bar;
    if (step === 0) return false;
    this.#bar = bar;
    const place = isRoll(step, this.#full, this.#viewHeight) ? this.#place + step : toPlace(bar, this.#full, this.#viewHeight);
    this.#place = this.#clamp(place);
    this.#restSoon();
    this.#paintSoon();
    return true;
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.altKey || event.metaKey || this.#length === 0) return;
    const page = Math.max(1, Math.floor(this.#viewHeight / this.#rowHeight) - 1);
    const row = {
      ArrowDown: this.#active + 1, ArrowUp: this.#active - 1, PageDown: this.#active + page, PageUp: this.#active - page,
      Home: 0, End: this.#length - 1,
    }[event.key];
    if (row === undefined) return;
    event.preventDefault();
    this.#setActive(row);
    const top = this.#active * this.#rowHeight;
    if (top < this.#place) this.#moveTo(top);
    else if (top + this.#rowHeight > this.#place + this.#viewHeight) this.#moveTo(top + this.#rowHeight - this.#viewHeight);
  }

  /** @param {number} row */
  #setActive(row) {
    this.#active = Math.max(0, Math.min(row, this.#length - 1));
    this.#paintSoon();
  }

  /** Once a frame at most. */
  #paintSoon() {
    if (this.#painting) return;
    this.#painting = true;
    requestAnimationFrame(() => {
      this.#painting = false;
      this.#paint();
    });
  }

  #paint() {
    if (this.#slots.length === 0) return;
    const top = this.top;
    const texts = this.#texts(top, this.#slots.length);
    this.#rows.style.transform = `translateY(${top * this.#rowHeight - this.#place}px)`;
    let active = '';
    for (const [i, slot] of this.#slots.entries()) {
      const text = texts[i];
      slot.hidden = !text;
      if (!text) continue;
      const row = top + i;
      slot.setAttribute('aria-rowindex', String(row + 2));
      // Read out by the grid, so the row says which it is; seen, it is marked when the grid has the focus.
      slot.setAttribute('aria-selected', String(row === this.#active));
      if (row === this.#active) active = slot.id;
      for (const [cell, value] of [grouped(row + 1), text.what, text.gap].entries()) {
        const element = slot.children[cell];
        // What stays the same keeps its selection, for people who copy.
        if (element.textContent !== value) element.textContent = value;
      }
    }
    if (active) this.#grid.setAttribute('aria-activedescendant', active);
    else this.#grid.removeAttribute('aria-activedescendant');
  }
}
