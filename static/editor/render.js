// Doing a recipe in the browser, on canvases and bytes (no WebGL: what is seen shall be what the server makes).
import { densities, even, nominal, planned } from "./sizes.js";
import { blurred, cells, sharpened } from "./soft.js";
import { isColour, spread, tone } from "./tones.js";

const LEADING = 1.2; // distance of lines, as a multiple of the size
const ASCENT = 1.069; // of both typefaces, as a multiple of the size
const FINE = 3; // pixels of deviation that are blurred as they are; more is blurred smaller
const GEOMETRY = ["orient", "crop", "rotate", "flip", "resize"];

/** A canvas that is read as often as it is drawn on. */
export function canvasOf(width, height) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  return { canvas, context };
}

const sidesOf = (canvas) => [canvas.width, canvas.height];

// -- Turning, cutting, scaling: one drawing for a row of them ----------------------------------------------

const WAYS = {
  orient: () => new DOMMatrix(),
  flip: ({ axis }, [width, height]) => (axis === "horizontal" ? new DOMMatrix([-1, 0, 0, 1, width, 0]) : new DOMMatrix([1, 0, 0, -1, 0, height])),
  rotate: ({ degrees }, [width, height], after) => new DOMMatrix().translate(after[0] / 2, after[1] / 2).rotate(degrees).translate(-width / 2, -height / 2),
  crop: ({ x, y }, [width, height], after) => new DOMMatrix().translate(-Math.min(even(x * width), width - after[0]), -Math.min(even(y * height), height - after[1])),
  resize: ({ fit }, before, after) => {
    const [across, down] = [after[0] / before[0], after[1] / before[1]];
    if (fit !== "cover") return new DOMMatrix().scale(across, down);
    const scale = Math.max(across, down);
    return new DOMMatrix().translate((after[0] - before[0] * scale) / 2, (after[1] - before[1] * scale) / 2).scale(scale);
  },
};

const cuts = (step) => step.op === "crop" || step.fit === "cover";
const leans = (step) => step.op === "rotate" && step.degrees % 90 !== 0;

/** Up to where steps from `start` on can be drawn at once: what was cut off must not come back by a turn. */
function foldEnd(recipe, start) {
  let isCut = false;
  for (let at = start; at < recipe.length; at += 1) {
    if (!GEOMETRY.includes(recipe[at].op) || (isCut && leans(recipe[at]))) return at;
    isCut ||= cuts(recipe[at]);
  }
  return recipe.length;
}

function placed(picture, { recipe, sizes, density }, start, end) {
  let matrix = new DOMMatrix().scale(sizes[start][0] / picture.width, sizes[start][1] / picture.height);
  for (let at = start; at < end; at += 1) matrix = WAYS[recipe[at].op](recipe[at], sizes[at], sizes[at + 1]).multiply(matrix);
  const { canvas, context } = canvasOf(...planned(sizes[end], density[end]));
  const whole = new DOMMatrix().scale(canvas.width / sizes[end][0], canvas.height / sizes[end][1]).multiply(matrix);
  context.setTransform(whole);
  context.drawImage(picture, 0, 0);
  context.resetTransform();
  return canvas;
}

// -- Everything else: one step after the other ------------------------------------------------------------

function changed(canvas, change) {
  const context = canvas.getContext("2d");
  const image = context.getImageData(0, 0, canvas.width, canvas.height);
  const data = change(image.data);
  if (data) image.data.set(data);
  context.putImageData(image, 0, 0);
  return canvas;
}

function soft(canvas, radius) {
  const by = Math.max(1, radius / FINE);
  if (by === 1) return changed(canvas, (pixels) => blurred(pixels, canvas.width, canvas.height, radius));
  const small = canvasOf(...sidesOf(canvas).map((side) => Math.max(1, Math.round(side / by))));
  small.context.drawImage(canvas, 0, 0, small.canvas.width, small.canvas.height);
  changed(small.canvas, (pixels) => blurred(pixels, small.canvas.width, small.canvas.height, radius / by));
  const { canvas: large, context } = canvasOf(...sidesOf(canvas));
  context.drawImage(small.canvas, 0, 0, large.width, large.height);
  return large;
}

/** The pixels of a part, whole ones and at least one. */
function partOf(step, canvas) {
  const [right, bottom] = [Math.min(canvas.width, Math.ceil((step.x + step.width) * canvas.width)), Math.min(canvas.height, Math.ceil((step.y + step.height) * canvas.height))];
  const [left, top] = [Math.min(Math.floor(step.x * canvas.width), right - 1), Math.min(Math.floor(step.y * canvas.height), bottom - 1)];
  return [left, top, right - left, bottom - top];
}

function redacted(canvas, step) {
  const [part, context] = [partOf(step, canvas), canvas.getContext("2d")];
  const mode = step.mode ?? "fill";
  if (mode === "fill") {
    context.fillStyle = "#000";
    context.fillRect(...part);
    return canvas;
  }
  const { wide, high, data } = cells(context.getImageData(...part).data, part[2], part[3], Math.min(...sidesOf(canvas)));
  const small = canvasOf(wide, high);
  small.context.putImageData(new ImageData(data, wide, high), 0, 0);
  context.imageSmoothingEnabled = mode === "blur";
  context.clearRect(...part);
  context.drawImage(small.canvas, ...part);
  context.imageSmoothingEnabled = true;
  return canvas;
}

const place = (step, canvas) => [Math.min(Math.round(step.x * canvas.width), canvas.width - 1), Math.min(Math.round(step.y * canvas.height), canvas.height - 1)];

/** The typeface of a text as canvases name it. */
export function fontOf(name = "sans", size = 16) {
  const family = name.startsWith("serif") ? "ImageHub Serif" : "ImageHub Sans";
  return `${name.endsWith("-bold") ? 700 : 400} ${size}px "${family}"`;
}

function plainLetters(context) {
  context.fontKerning = "none";
  context.textRendering = "optimizeSpeed";
  context.direction = "ltr";
}

/** How large a text is, in pixels of a picture with that shorter side. */
export function textSize(step, shorter) {
  const { context } = canvasOf(1, 1);
  const size = (step.size ?? 0.05) * shorter;
  context.font = fontOf(step.font, size);
  plainLetters(context);
  const lines = step.text.split("\n");
  return { width: Math.max(...lines.map((line) => context.measureText(line).width)), height: (lines.length - 1) * size * LEADING + size * 1.362 };
}

function written(canvas, step) {
  const context = canvas.getContext("2d");
  const [size, [left, top]] = [(step.size ?? 0.05) * Math.min(...sidesOf(canvas)), place(step, canvas)];
  context.font = fontOf(step.font, Math.max(1, size));
  plainLetters(context);
  context.fillStyle = step.colour ?? "#ffffff";
  step.text.split("\n").forEach((line, number) => context.fillText(line, left, top + number * size * LEADING + Math.ceil(ASCENT * size)));
  return canvas;
}

function watermarked(canvas, step, { overlays }) {
  const mark = overlays.get(step.image);
  if (!mark) return canvas;
  const context = canvas.getContext("2d");
  const width = Math.max(1, Math.round(step.width * canvas.width));
  context.globalAlpha = step.opacity ?? 1;
  context.drawImage(mark, ...place(step, canvas), width, Math.max(1, Math.round((mark.height * width) / mark.width)));
  context.globalAlpha = 1;
  return canvas;
}

function bordered(canvas, step, size) {
  const framed = canvasOf(...size);
  framed.context.fillStyle = step.colour ?? "#ffffff";
  framed.context.fillRect(0, 0, ...size);
  const at = [Math.floor((size[0] - canvas.width) / 2), Math.floor((size[1] - canvas.height) / 2)];
  framed.context.clearRect(...at, canvas.width, canvas.height);
  framed.context.drawImage(canvas, ...at);
  return framed.canvas;
}

const STEPS = {
  auto: (canvas) => changed(canvas, (pixels) => spread(pixels)),
  sharpen: (canvas, { amount }) => changed(canvas, (pixels) => sharpened(pixels, canvas.width, canvas.height, amount)),
  blur: (canvas, { radius }) => soft(canvas, radius * Math.min(...sidesOf(canvas))),
  redact: redacted,
  text: written,
  watermark: watermarked,
  border: (canvas, step, _assets, size) => bordered(canvas, step, size),
};

function colourEnd(recipe, start) {
  let end = start;
  while (end < recipe.length && isColour(recipe[end].op)) end += 1;
  return end;
}

/**
 * Draw what a recipe gives from a picture, at most `width` pixels wide; answers with a new canvas.
 * `source` is `{ picture, size }`, with the size of the original that the picture stands for.
 */
export function render(recipe, source, width, assets = { overlays: new Map() }) {
  const sizes = nominal(recipe, source.size);
  const plan = { recipe, sizes, density: densities(recipe, sizes, width) };
  let at = foldEnd(recipe, 0);
  let canvas = placed(source.picture, plan, 0, at);
  while (at < recipe.length) {
    const [from, folded, coloured] = [at, foldEnd(recipe, at), colourEnd(recipe, at)];
    if (folded > from) canvas = placed(canvas, plan, from, folded);
    else if (coloured > from) changed(canvas, (pixels) => tone(pixels, recipe.slice(from, coloured)));
    else canvas = STEPS[recipe[from].op]?.(canvas, recipe[from], assets, planned(sizes[from + 1], plan.density[from + 1])) ?? canvas;
    at = Math.max(folded, coloured, from + 1);
  }
  return canvas;
}
