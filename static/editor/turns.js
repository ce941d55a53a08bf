// Turning and cropping as pure arithmetic. A turn is a mirroring (left for right) first, then quarters clockwise,
// then a straightening by degrees; a crop is in shares of the turned picture, which grew to hold its corners.

export const UPRIGHT = Object.freeze({ mirrored: false, quarters: 0, degrees: 0 });
const LEAST = 0.02; // of a side of a crop

const quartersOf = (number) => ((number % 4) + 4) % 4;
const FLIPS = { horizontal: 0, vertical: 2 };

/** Whether a turn leaves the sides of the picture straight. */
export const isWhole = (turn) => turn.degrees === 0;

/** Mirror what is shown. */
export const flipped = (turn, axis) => ({
  mirrored: !turn.mirrored,
  quarters: quartersOf(FLIPS[axis] - turn.quarters),
  degrees: turn.degrees === 0 ? 0 : -turn.degrees,
});

/** Turn what is shown by quarters. */
export const quartered = (turn, by) => ({ ...turn, quarters: quartersOf(turn.quarters + by) });

/** Where a crop lies after its picture was mirrored. */
export function flippedCrop(crop, axis) {
  if (!crop) return null;
  return axis === "horizontal" ? { ...crop, x: 1 - crop.x - crop.width } : { ...crop, y: 1 - crop.y - crop.height };
}

/** Where a crop lies after its picture was turned clockwise by quarters. */
export function quarteredCrop(crop, by) {
  let now = crop;
  for (let count = 0; now && count < quartersOf(by); count += 1) now = { x: 1 - now.y - now.height, y: now.x, width: now.height, height: now.width };
  return now;
}

/** Write a turn as operations. */
export function turnSteps({ mirrored, quarters, degrees }) {
  const steps = [];
  if (mirrored) steps.push({ op: "flip", axis: "horizontal" });
  if (quarters) steps.push({ op: "rotate", degrees: quarters * 90 });
  if (degrees) steps.push({ op: "rotate", degrees });
  return steps;
}

/** Read operations as one turn, or null where a straightening is followed by more, which would crop twice. */
export function turnOf(steps) {
  let turn = UPRIGHT;
  for (const step of steps) {
    if (turn.degrees) return null;
    if (step.op === "flip") turn = flipped(turn, step.axis);
    else if (step.degrees % 90 === 0) turn = quartered(turn, step.degrees / 90);
    else if (Math.abs(step.degrees) > 45) return null;
    else turn = { ...turn, degrees: step.degrees };
  }
  return turn;
}

/** The sides of a picture once it was turned by quarters. */
export const turnedSides = ([width, height], { quarters }) => (quarters % 2 ? [height, width] : [width, height]);

/** The sides of what holds a picture with its corners once it was straightened. */
export function expandedSides([width, height], degrees) {
  const [cos, sin] = cosines(degrees);
  return [width * cos + height * sin, width * sin + height * cos];
}

const cosines = (degrees) => [Math.abs(Math.cos((degrees * Math.PI) / 180)), Math.abs(Math.sin((degrees * Math.PI) / 180))];

/** By how much each corner of a crop lies beyond the straightened picture, as a share of it; at most 0 is inside. */
export function excess(crop, sides, degrees) {
  const whole = expandedSides(sides, degrees);
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const corners = [crop.x, crop.x + crop.width].flatMap((x) => [crop.y, crop.y + crop.height].map((y) => [(x - 0.5) * whole[0], (y - 0.5) * whole[1]]));
  return Math.max(...corners.flatMap(([x, y]) => [Math.abs(x * cos + y * sin) / sides[0] - 0.5, Math.abs(-x * sin + y * cos) / sides[1] - 0.5]));
}

/** Where sides lean, a pixel stays free: the server rounds, and must find no empty corner. */
const margin = (sides, degrees) => (degrees ? Math.min(0.1, 1.5 / Math.min(...sides)) : 0);
const isInside = (crop, sides, degrees) => excess(crop, sides, degrees) <= 1e-9 - margin(sides, degrees) * 0.9;

/** The largest crop of a proportion (width / height in pixels) around the middle of a straightened picture. */
export function fitted(sides, degrees, proportion) {
  const [cos, sin] = cosines(degrees);
  const room = 1 - 2 * margin(sides, degrees);
  const high = room * Math.min(sides[0] / (proportion * cos + sin), sides[1] / (proportion * sin + cos));
  const whole = expandedSides(sides, degrees);
  const [width, height] = [Math.min(1, (high * proportion) / whole[0]), Math.min(1, high / whole[1])];
  return { x: (1 - width) / 2, y: (1 - height) / 2, width, height };
}

/** A crop that grew too large for its picture, made smaller around its own middle; one beyond help fits anew. */
export function shrunk(crop, sides, degrees) {
  if (isInside(crop, sides, degrees)) return crop;
  const middle = { x: crop.x + crop.width / 2, y: crop.y + crop.height / 2 };
  const at = (share) => ({ x: middle.x - (crop.width * share) / 2, y: middle.y - (crop.height * share) / 2, width: crop.width * share, height: crop.height * share });
  const [inside] = bisected((share) => isInside(at(share), sides, degrees));
  if (inside > LEAST) return at(inside);
  const whole = expandedSides(sides, degrees);
  return fitted(sides, degrees, (crop.width * whole[0]) / (crop.height * whole[1]));
}

/** The way from one crop towards another as far as it stays on the picture, each axis by itself. */
export function reached(from, to, sides, degrees) {
  const along = ["x", "y"].reduce((crop, axis) => towards(crop, { ...crop, ...axisOf(to, axis) }, sides, degrees), from);
  return towards(along, to, sides, degrees);
}

const axisOf = (crop, axis) => (axis === "x" ? { x: crop.x, width: crop.width } : { y: crop.y, height: crop.height });

function towards(from, to, sides, degrees) {
  const at = (share) => Object.fromEntries(Object.keys(from).map((key) => [key, from[key] + (to[key] - from[key]) * share]));
  if (isInside(to, sides, degrees)) return to;
  return at(bisected((share) => isInside(at(share), sides, degrees))[0]);
}

function bisected(holds) {
  let [low, high] = [0, 1];
  for (let count = 0; count < 30; count += 1) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return [low, high];
}

/** Straighten a form's picture: the crop keeps its proportion and leaves no empty corner. */
export function straightened(form, degrees, size) {
  const turn = { ...form.turn, degrees };
  const sides = turnedSides(size, turn);
  if (degrees === 0 && isWholeCrop(form, size)) return { turn, crop: null };
  const [before, after] = [expandedSides(sides, form.turn.degrees), expandedSides(sides, degrees)];
  if (isWholeCrop(form, size)) return { turn, crop: fitted(sides, degrees, sides[0] / sides[1]) };
  const [wide, high] = [before[0] / after[0], before[1] / after[1]];
  const { x, y, width, height } = form.crop ?? fitted(sides, form.turn.degrees, sides[0] / sides[1]);
  const scaled = { x: (x - 0.5) * wide + 0.5, y: (y - 0.5) * high + 0.5, width: width * wide, height: height * high };
  return { turn, crop: shrunk(scaled, sides, degrees) };
}

/** Whether a crop is none, or the one that straightening made by itself. */
export function isWholeCrop({ crop, turn }, size) {
  if (!crop) return true;
  const sides = turnedSides(size, turn);
  const own = fitted(sides, turn.degrees, sides[0] / sides[1]);
  return ["x", "y", "width", "height"].every((key) => Math.abs(own[key] - crop[key]) < 1e-5);
}
