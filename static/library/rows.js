// Where pictures of given proportions lie in rows that fill a width: a pure calculation, in whole pixels.

export const GAP = 4; // pixels between two pictures
const NARROWEST = 0.4; // proportions (width / height) beyond which a picture is cut rather than made a sliver
const WIDEST = 4;
const MOST = 60; // pictures in a row, however small they are

/** The height that rows are to have about, in a place of this width. */
export const heightFor = (width) => (width < 480 ? 116 : Math.min(240, Math.round(130 + width * 0.06)));

/** The proportions that a picture gets in the grid. */
export const shown = (ratio) => Math.min(WIDEST, Math.max(NARROWEST, ratio));

const rowHeight = (ratios, count, width) => (width - GAP * (count - 1)) / ratios;

/** How far a row is from what it should be; a row that is too low looks worse than one that is too high. */
function fault(height, aim) {
  const far = Math.log(height / aim);
  return far * far * (far < 0 ? 1.5 : 1);
}

/** Return where each row ends, so that all rows together are as near to their aim as they can be. */
function ends(ratios, width, aim, isLast) {
  const best = new Float64Array(ratios.length + 1).fill(Infinity);
  const from = new Int32Array(ratios.length + 1);
  best[0] = 0;
  for (let end = 1; end <= ratios.length; end += 1) {
    let sum = 0;
    for (let start = end - 1; start >= 0 && end - start <= MOST; start -= 1) {
      sum += shown(ratios[start]);
      const height = rowHeight(sum, end - start, width);
      // The end of everything may stay open: its pictures are as high as the others.
      const cost = isLast && end === ratios.length && height > aim ? 0 : fault(Math.max(height, 1), aim);
      if (best[start] + cost < best[end]) {
        best[end] = best[start] + cost;
        from[end] = start;
      }
      if (height < aim / 3) break;
    }
  }
  const found = [];
  for (let end = ratios.length; end > 0; end = from[end]) found.push(end);
  return found.reverse();
}

/**
 * Lay pictures out from the top left: `xs`, `ys`, `widths`, `heights` by picture, `rows` by the number of each
 * row's first picture, and the `height` of all with the gap below. `isLast`: nothing follows, so the last row
 * need not be full.
 */
export function layOut(ratios, { width, aim = heightFor(width), isLast = false }) {
  const count = ratios.length;
  const laid = { xs: new Int32Array(count), ys: new Int32Array(count), widths: new Int32Array(count), heights: new Int32Array(count), rows: [], height: 0 };
  let start = 0;
  for (const end of ends(ratios, width, aim, isLast)) {
    laid.rows.push(start);
    laid.height += fill(laid, ratios, { start, end, width, aim, isOpen: isLast && end === count }) + GAP;
    start = end;
  }
  return laid;
}

/** Lay out one row; returns its height. */
function fill(laid, ratios, { start, end, width, aim, isOpen }) {
  let sum = 0;
  for (let at = start; at < end; at += 1) sum += shown(ratios[at]);
  const exact = rowHeight(sum, end - start, width);
  const isFull = !isOpen || exact <= aim;
  const scale = isFull ? exact : aim;
  const height = Math.max(1, Math.round(scale));
  let passed = 0;
  for (let at = start; at < end; at += 1) {
    const left = Math.round(passed * scale) + GAP * (at - start);
    passed += shown(ratios[at]);
    // The right edge is rounded from the left of the page too: so gaps stay gaps and the last edge is the page's.
    const right = isFull && at === end - 1 ? width : Math.round(passed * scale) + GAP * (at - start);
    laid.xs[at] = left;
    laid.ys[at] = laid.height;
    laid.widths[at] = Math.max(1, right - left);
    laid.heights[at] = height;
  }
  return height;
}
