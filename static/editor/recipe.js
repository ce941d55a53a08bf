// Recipes as the page edits them: a form with one slot for each thing, and before it whatever fits into no slot.
// Pure: lists of operations in, lists of operations out.
import { UPRIGHT, turnOf, turnSteps } from "./turns.js";

/** Operations of one number: the name of their parameter, and the value that changes nothing. */
export const NUMBERS = {
  exposure: ["stops", 0],
  brightness: ["value", 1],
  contrast: ["value", 1],
  temperature: ["value", 0],
  saturation: ["value", 1],
  sharpen: ["amount", 0],
  blur: ["radius", 0],
};
const TONES = ["grayscale", "sepia"];
export const MARKS = ["redact", "text", "watermark"];

/** What belongs together: a preset that says something of a group replaces the whole of it. */
export const GROUPS = {
  turn: ["turn", "crop"],
  light: ["auto", "exposure", "brightness", "contrast", "temperature", "saturation", "tone"],
  detail: ["sharpen", "blur"],
  marks: ["marks"],
  frame: ["border", "resize"],
};

export const NEUTRAL = Object.freeze({
  before: [],
  turn: UPRIGHT,
  crop: null,
  auto: false,
  ...Object.fromEntries(Object.entries(NUMBERS).map(([name, [, neutral]]) => [name, neutral])),
  tone: "",
  marks: [],
  border: null,
  resize: null,
});

const ORDER = ["turn", "crop", "auto", "exposure", "brightness", "contrast", "temperature", "saturation", "tone", "sharpen", "blur", "marks", "border", "resize"];
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const rounded = (value) => Math.round(value * 1e6) / 1e6;

/** Whether a slot says anything. */
export const isNeutral = (form, slot) => same(form[slot], NEUTRAL[slot]);

/** Whether two recipes are the same, word for word. */
export const isSame = same;

const boxed = ({ x, y, width, height }) => {
  const [left, top] = [rounded(x), rounded(y)];
  return { x: left, y: top, width: rounded(Math.min(width, 1 - left)), height: rounded(Math.min(height, 1 - top)) };
};

const short = ([name, value]) => [name, typeof value === "number" ? rounded(value) : value];

const WRITTEN = {
  turn: (turn) => turnSteps(turn),
  crop: (crop) => [{ op: "crop", ...boxed(crop) }],
  auto: () => [{ op: "auto" }],
  tone: (tone) => [{ op: tone }],
  marks: (marks) => marks.map((mark) => ({ ...Object.fromEntries(Object.entries(mark).map(short)), ...(mark.op === "redact" ? boxed(mark) : {}) })),
  border: (border) => [{ op: "border", ...border, width: rounded(border.width) }],
  resize: (resize) => [{ op: "resize", ...resize }],
};

const written = (form, slot) => (WRITTEN[slot] ?? ((value) => [{ op: slot, [NUMBERS[slot][0]]: rounded(value) }]))(form[slot]);

/** Write a form as a recipe. */
export function joined(form) {
  const own = ORDER.filter((slot) => !isNeutral(form, slot)).flatMap((slot) => written(form, slot));
  return [...form.before, ...own];
}

function slotOf({ op }) {
  if (op in NUMBERS) return op;
  if (TONES.includes(op)) return "tone";
  if (MARKS.includes(op)) return "marks";
  if (op === "rotate" || op === "flip") return "turn";
  return ORDER.includes(op) ? op : "";
}

function valueOf(slot, steps) {
  const [{ op, ...values }] = steps;
  if (slot === "turn") return turnOf(steps);
  if (slot === "marks") return steps;
  if (slot in NUMBERS) return values[NUMBERS[slot][0]];
  return { auto: true, tone: op }[slot] ?? values;
}

/** Read a row of operations as a form, or null where they stand in another order or say something twice. */
function formOf(steps) {
  const found = {};
  let at = -1;
  for (const step of steps) {
    const slot = slotOf(step);
    const place = ORDER.indexOf(slot);
    if (place < at || place < 0 || (place === at && !["turn", "marks"].includes(slot))) return null;
    at = place;
    (found[slot] ??= []).push(step);
  }
  const form = { ...NEUTRAL };
  for (const [slot, own] of Object.entries(found)) form[slot] = valueOf(slot, own);
  return form.turn ? form : null;
}

/** Read a recipe: as much of its end as the form can hold goes there, the rest stays as it stands. */
export function split(recipe) {
  for (let start = 0; start < recipe.length; start += 1) {
    const form = formOf(recipe.slice(start));
    if (form) return { ...form, before: recipe.slice(0, start) };
  }
  return { ...NEUTRAL, before: [] };
}

const saysSomething = (form, slots) => slots.some((slot) => !isNeutral(form, slot));

/** Lay a recipe over a form: what it says of a group replaces that group. */
export function overlaid(form, recipe) {
  const other = split(recipe);
  if (other.before.length) return split([...joined(form), ...recipe]);
  const groups = Object.values(GROUPS).filter((slots) => saysSomething(other, slots));
  return { ...form, ...Object.fromEntries(groups.flat().map((slot) => [slot, other[slot]])) };
}

/** A form without some groups of it. */
export function without(form, ...groups) {
  const slots = groups.flatMap((group) => GROUPS[group]);
  return { ...form, ...Object.fromEntries(slots.map((slot) => [slot, NEUTRAL[slot]])) };
}

/** A form without what places only make sense in: what can be done to any other picture. */
export const general = (form) => without(form, "turn", "marks");

/** Whether something is a list of operations, as far as it can be seen from here. */
export const isRecipe = (value) => Array.isArray(value) && value.every((step) => typeof step?.op === "string");
