// Which pictures are chosen, by mouse, finger and keyboard, whether they are on the screen or not.
import { api } from "../lib/api.js";

const FAR = 6; // pixels that make a press a drag
const LONG = 450; // milliseconds that make a touch a long one
const EDGE = 64; // pixels from the window's end in which it scrolls
const SPEED = 14; // pixels a frame

const named = (tile) => [tile.id, Boolean(tile.moving)];

/** What is chosen; `change` is heard whenever that is something else. */
export class Choice extends EventTarget {
  #chosen = new Map(); // by id: whether it moves
  #grid;
  #from = null; // the place in the list at which a stretch begins
  #before = null; // what was chosen before the stretch

  constructor(grid) {
    super();
    this.#grid = grid;
    grid.addEventListener("told", ({ detail }) => this.#show(detail.element));
  }

  get ids() {
    return Array.from(this.#chosen.keys());
  }

  get size() {
    return this.#chosen.size;
  }

  /** How many of them are animations. */
  get moving() {
    return Array.from(this.#chosen.values()).filter(Boolean).length;
  }

  has(id) {
    return this.#chosen.has(id);
  }

  /** Choose one picture or leave it out; a stretch would begin there. */
  turn(index, state) {
    const tile = this.#grid.source.tile(index);
    if (!tile) return;
    if (state ?? !this.#chosen.has(tile.id)) this.#chosen.set(...named(tile));
    else this.#chosen.delete(tile.id);
    this.begin(index);
    this.#changed();
  }

  /** Let a stretch begin at a picture. */
  begin(index) {
    this.#from = index;
    this.#before = new Map(this.#chosen);
  }

  /** Choose all from where the stretch began to here, and nothing else that came with it. */
  async reach(index) {
    if (this.#from === null) this.begin(index);
    const [first, last] = [Math.min(this.#from, index), Math.max(this.#from, index)];
    const before = this.#before;
    const between = await this.#between(first, last);
    if (before !== this.#before) return;
    this.#chosen = new Map([...before, ...between]);
    this.#changed();
  }

  async all() {
    this.#chosen = new Map(await this.#grid.source.names(0, this.#grid.total));
    this.#changed();
  }

  async #between(first, last) {
    const known = Array.from({ length: last - first + 1 }, (_, step) => this.#grid.source.tile(first + step));
    return known.every(Boolean) ? known.map(named) : this.#grid.source.names(first, last - first + 1);
  }

  leave(ids = this.ids) {
    for (const id of ids) this.#chosen.delete(id);
    this.#from = null;
    this.#before = null;
    this.#changed();
  }

  #show(element) {
    element.querySelector("[name=images]").checked = this.#chosen.has(element.dataset.tile);
  }

  #changed() {
    for (const element of this.#grid.elements) this.#show(element);
    this.dispatchEvent(new Event("change"));
  }
}

const indexOf = (target) => {
  const tile = target?.closest?.("[data-index]");
  return tile ? Number(tile.dataset.index) : null;
};

/** A drag over pictures chooses those from its beginning to where it is; a long touch begins one too. */
class Drag {
  #choice;
  #point = { x: 0, y: 0 };
  #frame = 0;
  #at;

  constructor(choice, index) {
    this.#choice = choice;
    this.#at = index;
    choice.turn(index, true);
    document.documentElement.toggleAttribute("data-dragging", true);
    this.#scroll();
  }

  follow(event) {
    this.#point = { x: event.clientX, y: event.clientY };
    this.#reach();
  }

  #reach() {
    const at = indexOf(document.elementFromPoint(this.#point.x, Math.min(innerHeight - 1, Math.max(0, this.#point.y))));
    if (at === null || at === this.#at) return;
    this.#at = at;
    this.#choice.reach(at);
  }

  #scroll() {
    this.#frame = requestAnimationFrame(() => this.#scroll());
    const { y } = this.#point;
    if (!y) return;
    const bar = document.querySelector(".bar").offsetHeight;
    const way = Number(y > innerHeight - EDGE) - Number(y < bar + EDGE);
    if (!way) return;
    scrollBy(0, way * SPEED);
    this.#reach();
  }

  end() {
    cancelAnimationFrame(this.#frame);
    document.documentElement.removeAttribute("data-dragging");
  }
}

/** Let pointers choose. */
export function watchPointers(place, choice) {
  let pressed = null;
  let drag = null;
  let held = 0;

  const begin = (index) => {
    drag = new Drag(choice, index);
    getSelection()?.removeAllRanges();
  };

  function onDown(event) {
    const index = indexOf(event.target);
    if (index === null || event.button !== 0 || event.target.closest(".tile-actions")) return;
    pressed = { index, x: event.clientX, y: event.clientY, type: event.pointerType };
    if (event.pointerType !== "mouse") held = setTimeout(() => pressed && begin(pressed.index), LONG);
  }

  function onMove(event) {
    if (drag) return drag.follow(event);
    if (!pressed) return undefined;
    const isFar = Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > FAR;
    if (!isFar) return undefined;
    clearTimeout(held);
    if (pressed.type !== "mouse") pressed = null; // the page scrolls
    else begin(pressed.index);
    return undefined;
  }

  function onUp() {
    clearTimeout(held);
    pressed = null;
    if (!drag) return;
    drag.end();
    // The click that ends the drag opens nothing.
    addEventListener("click", stop, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", stop, { capture: true }), 50);
    drag = null;
  }

  const stop = (event) => {
    event.preventDefault();
    event.stopPropagation();
  };

  place.addEventListener("pointerdown", onDown);
  addEventListener("pointermove", onMove);
  addEventListener("pointerup", onUp);
  addEventListener("pointercancel", onUp);
  // While a finger chooses, the page stays where it is.
  place.addEventListener("touchmove", (event) => drag && event.preventDefault(), { passive: false });
  place.addEventListener("contextmenu", (event) => (drag || pressed?.type === "touch") && event.preventDefault());
  place.addEventListener("dragstart", (event) => event.preventDefault());
}

export const AT_ONCE = 300; // pictures that one request is about

/** Send ids in parts as large as the server takes. */
export async function inParts(ids, send) {
  for (let start = 0; start < ids.length; start += AT_ONCE) await send(ids.slice(start, start + AT_ONCE));
}

/** Ask for a part of a wish through the form without script; the answer is about all parts until then. */
function asked(path, action, ids, { count, rest }) {
  const body = new FormData();
  for (const [name, value] of Object.entries({ action, done: count, rest })) body.set(name, value);
  for (const id of ids) body.append("images", id);
  return api(path, { method: "POST", body });
}

/** Do something to pictures: resolves to what the page says of it, and to which ones it was done. */
export async function act(path, action, ids) {
  const done = { message: "", images: [], count: 0, rest: 0 };
  await inParts(ids, async (part) => {
    const answer = await asked(path, action, part, done);
    Object.assign(done, answer, { images: [...done.images, ...answer.images] });
  });
  return done;
}

/** Remove all that lies in the bin; as much goes with one request as the server removes at once. */
export async function emptied(path) {
  let before = { count: 0, rest: 0 };
  for (;;) {
    const done = await asked(path, "empty", [], before);
    if (done.count === before.count) return done;
    before = done;
  }
}
