// Blurring, sharpening and making unreadable, on bytes of RGBA. Pure.

/** The weights of a Gaussian, from the middle out. */
function weights(radius) {
  const reach = Math.max(1, Math.ceil(radius * 2.5));
  const half = Float32Array.from({ length: reach + 1 }, (_, at) => Math.exp(-(at * at) / (2 * radius * radius)));
  const sum = half[0] + 2 * half.subarray(1).reduce((one, other) => one + other, 0);
  return half.map((weight) => weight / sum);
}

/** Blur along rows or columns; the four sums stand there one by one, as a loop over them costs three times as much. */
function smear(from, to, width, height, half, isDown) {
  const reach = half.length - 1;
  const [step, last] = isDown ? [width * 4, height - 1] : [4, width - 1];
  let here = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, here += 4) {
      const place = isDown ? y : x;
      let red = half[0] * from[here];
      let green = half[0] * from[here + 1];
      let blue = half[0] * from[here + 2];
      let alpha = half[0] * from[here + 3];
      for (let off = 1; off <= reach; off += 1) {
        const weight = half[off];
        const back = here - (place < off ? place : off) * step;
        const on = here + (place + off > last ? last - place : off) * step;
        red += weight * (from[back] + from[on]);
        green += weight * (from[back + 1] + from[on + 1]);
        blue += weight * (from[back + 2] + from[on + 2]);
        alpha += weight * (from[back + 3] + from[on + 3]);
      }
      to[here] = red;
      to[here + 1] = green;
      to[here + 2] = blue;
      to[here + 3] = alpha;
    }
  }
}

const weigh = (pixels, by) => {
  for (let at = 0; at < pixels.length; at += 4) {
    const share = by(pixels[at + 3]);
    for (let channel = 0; channel < 3; channel += 1) pixels[at + channel] *= share;
  }
};

function isOpaque(pixels) {
  for (let at = 3; at < pixels.length; at += 4) if (pixels[at] < 255) return false;
  return true;
}

/** The pixels blurred by a radius in pixels; transparent ones weigh nothing. */
export function blurred(pixels, width, height, radius) {
  if (radius < 0.1) return pixels;
  const [half, ground] = [weights(radius), new Float32Array(pixels)];
  const across = new Float32Array(pixels.length);
  const opaque = isOpaque(pixels);
  if (!opaque) weigh(ground, (alpha) => alpha / 255);
  smear(ground, across, width, height, half, false);
  smear(across, ground, width, height, half, true);
  if (!opaque) weigh(ground, (alpha) => (alpha ? 255 / alpha : 0));
  return new Uint8ClampedArray(ground);
}

const EDGE = 0.001; // of the shorter side
const LEAST_EDGE = 0.5; // pixels
const BITS = 11; // in which one is told where whole numbers are reckoned with
const NEXT = 218; // the weight of a neighbour at the least edge; those beyond it weigh nothing
const MIDDLE = 2 ** BITS - 2 * NEXT;

/** What `sharpened` gives of an opaque picture at the least edge, as whole numbers and row by row: a third of the time. */
function crisp(pixels, width, height, amount) {
  const [sharp, row, length] = [new Uint8ClampedArray(pixels.length), new Int32Array(width * 4 + 8), width * 4];
  const gain = Math.round((1 + amount) * 256);
  for (let y = 0; y < height; y += 1) {
    const [here, above, below] = [y * length, Math.max(0, y - 1) * length, Math.min(height - 1, y + 1) * length];
    for (let at = 0; at < length; at += 1) row[at + 4] = Math.imul(MIDDLE, pixels[here + at]) + Math.imul(NEXT, pixels[above + at] + pixels[below + at]);
    row.copyWithin(0, 4, 8);
    row.copyWithin(length + 4, length, length + 4);
    for (let at = 0; at < length; at += 1) {
      const around = (Math.imul(MIDDLE, row[at + 4]) + Math.imul(NEXT, row[at] + row[at + 8]) + (1 << (2 * BITS - 1))) >> (2 * BITS);
      sharp[here + at] = around + ((Math.imul(pixels[here + at] - around, gain) + 128) >> 8);
    }
  }
  return sharp;
}

/** The pixels with every colour lifted away from that of its surroundings; transparency stays. */
export function sharpened(pixels, width, height, amount) {
  const edge = EDGE * Math.min(width, height);
  if (edge <= LEAST_EDGE && isOpaque(pixels)) return crisp(pixels, width, height, amount);
  const around = blurred(pixels, width, height, Math.max(LEAST_EDGE, edge));
  const sharp = new Uint8ClampedArray(pixels);
  for (let at = 0; at < pixels.length; at += 4) {
    for (let place = at; place < at + 3; place += 1) sharp[place] = around[place] + (pixels[place] - around[place]) * (1 + amount);
  }
  return sharp;
}

const COARSE = 4; // cells along the shorter side of what is hidden, at most
const COARSEST = 0.02; // of the picture's shorter side, at least

/** The means of the coarse cells of a part: how many there are each way, and their bytes of RGBA. */
export function cells(pixels, width, height, shorter) {
  const cell = Math.max(Math.min(width, height) / COARSE, shorter * COARSEST);
  const [wide, high] = [Math.ceil(width / cell), Math.ceil(height / cell)];
  const [sums, counts] = [new Float64Array(wide * high * 4), new Uint32Array(wide * high)];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const to = Math.floor((y * high) / height) * wide + Math.floor((x * wide) / width);
      counts[to] += 1;
      for (let channel = 0; channel < 4; channel += 1) sums[to * 4 + channel] += pixels[(y * width + x) * 4 + channel];
    }
  }
  return { wide, high, data: Uint8ClampedArray.from(sums, (sum, at) => sum / counts[at >> 2]) };
}
