// Where each of many pictures lies, of which most have never been asked for: a pure calculation.
//
// The list is cut into blocks from its end, so that what comes in at the top moves nothing below. A block whose
// proportions are known is laid out exactly; any other one takes about the room it will need.
import { GAP, heightFor, layOut } from "./rows.js";

export const BLOCK = 500; // pictures
const USUAL = 1.35; // proportions of a picture of which nothing is known

/** How many blocks a list has; the first one holds from half to one and a half of the others. */
const blocksOf = (total) => (total ? Math.max(1, Math.round(total / BLOCK)) : 0);

export class Plan {
  #blocks = []; // {start, end, laid, height}
  #tops = [];

  constructor(total, width) {
    this.total = total;
    this.width = width;
    this.aim = heightFor(width);
    const count = blocksOf(total);
    for (let number = 0; number < count; number += 1) {
      const start = number ? total - (count - number) * BLOCK : 0;
      const end = total - (count - number - 1) * BLOCK;
      this.#blocks.push({ start, end, laid: null, height: this.#guess(end - start) });
    }
    this.#stack(0);
  }

  #guess(count) {
    const perRow = Math.max(1, this.width / (this.aim * USUAL));
    return Math.ceil(count / perRow) * (this.aim + GAP);
  }

  #stack(from) {
    for (let number = from; number < this.#blocks.length; number += 1) {
      this.#tops[number] = number ? this.#tops[number - 1] + this.#blocks[number - 1].height : 0;
    }
  }

  get height() {
    const last = this.#blocks.length - 1;
    return last < 0 ? 0 : this.#tops[last] + this.#blocks[last].height;
  }

  /** Return the block of a picture as `{number, start, end, isKnown}`. */
  blockOf(index) {
    const number = lastAtMost(this.#blocks, index, (block) => block.start);
    const { start, end, laid } = this.#blocks[number];
    return { number, start, end, isKnown: laid !== null };
  }

  /** Return the blocks that a stretch of the page touches. */
  blocksBetween(top, bottom) {
    if (!this.total) return [];
    const first = this.#blockAt(top);
    const last = this.#blockAt(bottom);
    return Array.from({ length: last - first + 1 }, (_, step) => this.blockOf(this.#blocks[first + step].start));
  }

  /** Learn the proportions of a block. */
  learn(number, ratios) {
    const block = this.#blocks[number];
    block.laid = layOut(ratios, { width: this.width, aim: this.aim, isLast: number === this.#blocks.length - 1 });
    block.height = block.laid.height;
    this.#stack(number + 1);
  }

  /** Return the room of a picture; of one that is not known, where it will be about. */
  box(index) {
    const { number, start, end } = this.blockOf(index);
    const { laid, height } = this.#blocks[number];
    const top = this.#tops[number];
    if (!laid) return { x: 0, y: top + (height * (index - start)) / (end - start), width: this.aim, height: this.aim, isKnown: false };
    const at = index - start;
    return { x: laid.xs[at], y: top + laid.ys[at], width: laid.widths[at], height: laid.heights[at], isKnown: true };
  }

  /** Return the first picture whose room ends below `y`; of a block that is not known, the likeliest. */
  indexAt(y) {
    if (!this.total) return 0;
    const number = this.#blockAt(y);
    const { start, end, laid, height } = this.#blocks[number];
    const within = Math.max(0, y - this.#tops[number]);
    if (!laid) return Math.min(end - 1, start + Math.floor((within / height) * (end - start)));
    const row = lastAtMost(laid.rows, within, (first) => laid.ys[first]);
    return start + laid.rows[row];
  }

  /** Return the known pictures that touch a stretch of the page, from its top. */
  between(top, bottom) {
    const found = [];
    for (const { number, start, end, isKnown } of this.blocksBetween(top, bottom)) {
      if (!isKnown) continue;
      const first = Math.max(start, this.#tops[number] > top ? start : this.indexAt(top));
      for (let index = first; index < end && this.box(index).y < bottom; index += 1) found.push(index);
    }
    return found;
  }

  /** Return the picture in the row below (`way` 1) or above (-1) that is nearest to one; itself at the edge. */
  beyond(index, way) {
    const { x, y, width, height } = this.box(index);
    const next = way > 0 ? y + height + GAP : y - GAP - 1;
    if (next < 0 || next >= this.height) return index;
    let best = this.indexAt(next);
    const row = this.box(best).y;
    const middle = x + width / 2;
    const far = (other) => Math.abs(this.box(other).x + this.box(other).width / 2 - middle);
    for (let other = best; other < this.total && this.box(other).y === row; other += 1) if (far(other) < far(best)) best = other;
    return best;
  }

  #blockAt(y) {
    return lastAtMost(this.#tops, y, (top) => top);
  }
}

/** Return the place of the last item whose key is not beyond a value; the first if all are. */
function lastAtMost(items, value, key) {
  let [low, high] = [0, items.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (key(items[middle]) <= value) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}
