// How large every step's picture is, as the server reckons it before a pixel is decoded (plan.py). Pure.

/** Round as the server does: halves to the even number. */
export function even(value) {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

const least = (value) => Math.max(1, even(value));
const radians = (degrees) => (degrees * Math.PI) / 180;

function scale(step, [width, height]) {
  const scales = [["width", width], ["height", height]].filter(([name]) => step[name]).map(([name, side]) => step[name] / side);
  return (step.fit ?? "inside") === "inside" ? Math.min(1, ...scales) : Math.max(...scales);
}

function resized(step, size) {
  if ((step.fit ?? "inside") === "inside") return size.map((side) => least(side * scale(step, size)));
  const width = step.width ?? least((step.height * size[0]) / size[1]);
  return [width, step.height ?? least((step.width * size[1]) / size[0])];
}

function rotated({ degrees }, [width, height]) {
  const [cos, sin] = [Math.abs(Math.cos(radians(degrees))), Math.abs(Math.sin(radians(degrees)))];
  return [least(width * cos + height * sin), least(width * sin + height * cos)];
}

function bordered(step, size) {
  const edge = 2 * even(step.width * Math.min(...size));
  return size.map((side) => side + edge);
}

const AFTER = {
  crop: (step, [width, height]) => [least(width * step.width), least(height * step.height)],
  rotate: rotated,
  resize: resized,
  border: bordered,
};

/** The sizes before, between and after the steps of a recipe, done literally from the whole original. */
export function nominal(recipe, size) {
  const sizes = [size];
  for (const step of recipe) sizes.push(AFTER[step.op]?.(step, sizes.at(-1)) ?? sizes.at(-1));
  return sizes;
}

/** How many planned pixels there are for a nominal one at each size, for a result of at most that width. */
export function densities(recipe, sizes, width) {
  const density = [Math.min(1, width / sizes.at(-1)[0])];
  for (let at = recipe.length - 1; at >= 0; at -= 1) {
    const by = recipe[at].op === "resize" ? scale(recipe[at], sizes[at]) : 1;
    density.unshift(Math.min(1, density[0] * by));
  }
  return density;
}

/** The planned size for a nominal one. */
export const planned = (size, density) => size.map((side) => least(side * density));
