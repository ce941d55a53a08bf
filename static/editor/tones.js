// Light and colour on bytes of RGBA, as the server does them (tones.py): tables and matrices, fused where they meet. Pure.

const LUMA = [0.2126, 0.7152, 0.0722];
const SEPIA = [[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]];
const WARMTH = 0.4; // stops of full temperature
const CLIPPED = 0.005; // of the pixels, at either end
const LEAST_RANGE = 16; // tones

function linear(value) {
  if (value < 0) return -linear(-value);
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function stored(light) {
  if (light < 0) return -stored(-light);
  return light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
}

const lit = (gain) => (value) => stored(linear(value) * gain);
const thrice = (curve) => [curve, curve, curve];

function temperature({ value }) {
  const lift = 2 ** (WARMTH * value);
  const gains = [lift, 1, 1 / lift];
  const kept = LUMA.reduce((sum, weight, at) => sum + weight * gains[at], 0);
  return gains.map((gain) => lit(gain / kept));
}

const CURVES = {
  brightness: ({ value }) => thrice((tone) => tone * value),
  contrast: ({ value }) => thrice((tone) => (tone - 0.5) * value + 0.5),
  exposure: ({ stops }) => thrice(lit(2 ** stops)),
  temperature,
};

const saturation = (value) => [0, 1, 2].map((row) => LUMA.map((weight, column) => weight * (1 - value) + (column === row ? value : 0)));
const MATRICES = { saturation: ({ value }) => saturation(value), grayscale: () => saturation(0), sepia: () => SEPIA };

/** The operations that look at one pixel at a time. */
export const isColour = (op) => op in CURVES || op in MATRICES;

function curve(pixels, curves) {
  const tables = curves.map((fused) => Uint8ClampedArray.from({ length: 256 }, (_, tone) => Math.round(255 * fused(tone / 255))));
  const [red, green, blue] = tables;
  for (let at = 0; at < pixels.length; at += 4) {
    pixels[at] = red[pixels[at]];
    pixels[at + 1] = green[pixels[at + 1]];
    pixels[at + 2] = blue[pixels[at + 2]];
  }
}

function mix(pixels, [[a, b, c], [d, e, f], [g, h, i]]) {
  for (let at = 0; at < pixels.length; at += 4) {
    const red = pixels[at];
    const green = pixels[at + 1];
    const blue = pixels[at + 2];
    pixels[at] = a * red + b * green + c * blue;
    pixels[at + 1] = d * red + e * green + f * blue;
    pixels[at + 2] = g * red + h * green + i * blue;
  }
}

const product = (first, second) => second.map((row) => [0, 1, 2].map((column) => row.reduce((sum, one, at) => sum + one * first[at][column], 0)));
const chained = (steps) => [0, 1, 2].map((channel) => {
  const row = steps.map((step) => CURVES[step.op](step)[channel]);
  return (value) => row.reduce((tone, one) => one(tone), value);
});

/** Do a row of colour operations, in place. */
export function tone(pixels, steps) {
  let from = 0;
  while (from < steps.length) {
    const isCurve = steps[from].op in CURVES;
    let to = from + 1;
    while (to < steps.length && steps[to].op in CURVES === isCurve) to += 1;
    const row = steps.slice(from, to);
    if (isCurve) curve(pixels, chained(row));
    else mix(pixels, row.map((step) => MATRICES[step.op](step)).reduce(product));
    from = to;
  }
}

function edge(counts, total) {
  let seen = 0;
  for (let at = 0; at < 256; at += 1) {
    seen += counts[at];
    if (seen > total * CLIPPED) return at;
  }
  return 0;
}

/** Spread the tones over the whole range, in place. */
export function spread(pixels) {
  const counts = new Uint32Array(256);
  let total = 0;
  for (let at = 0; at < pixels.length; at += 4) {
    if (pixels[at + 3] === 0) continue;
    counts[(pixels[at] * 19595 + pixels[at + 1] * 38470 + pixels[at + 2] * 7471 + 0x8000) >> 16] += 1;
    total += 1;
  }
  const [low, high] = [edge(counts, total), 255 - edge(counts.toReversed(), total)];
  if (high - low >= LEAST_RANGE) curve(pixels, thrice((value) => (value * 255 - low) / (high - low)));
}
