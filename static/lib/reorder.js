// Putting the items of a list in another order: by pointer from anywhere on an item's surface, by finger
// from its grip, by keys on the grip. The list says what moved; saving it is the page's business.
//
//   const order = reorderable(list, { item: "[data-photo]", surface: "[data-drag]", grip: "[data-grip]", onMoved(item, place) {…} });
//   order.move(item, 0);

const FAR = 5; // pixels that make a press a drag
const EDGE = 72; // pixels from the window's end in which it scrolls
const SCROLL = 12; // pixels a frame

const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Change the order, and let everything slide there from where it was. */
function slide(items, change) {
  const before = items.map((item) => [item, item.getBoundingClientRect()]);
  change();
  if (still()) return;
  for (const [item, old] of before) {
    const now = item.getBoundingClientRect();
    const [x, y] = [old.left - now.left, old.top - now.top];
    if (item.hasAttribute("data-lifted") || (!x && !y)) continue;
    item.animate([{ transform: `translate(${x}px, ${y}px)` }, { transform: "none" }], { duration: 180, easing: "ease-out" });
  }
}

/** One item in the hand. */
class Drag {
  #list;
  #item;
  #grabbed;
  #last;
  #before;
  #frame = 0;

  constructor(list, item, event) {
    const box = item.getBoundingClientRect();
    this.#list = list;
    this.#item = item;
    this.#grabbed = { x: event.clientX - box.left, y: event.clientY - box.top };
    this.#last = event;
    this.#before = list.items();
    item.setAttribute("data-lifted", "");
    this.#scroll();
  }

  follow(event) {
    this.#last = event;
    this.#makeRoom();
    this.#place();
  }

  #place() {
    this.#item.style.transform = "";
    const box = this.#item.getBoundingClientRect();
    const x = this.#last.clientX - this.#grabbed.x - box.left;
    const y = this.#last.clientY - this.#grabbed.y - box.top;
    this.#item.style.transform = `translate(${x}px, ${y}px) rotate(1deg)`;
  }

  #makeRoom() {
    const under = document.elementFromPoint(this.#last.clientX, this.#last.clientY)?.closest(this.#list.selector);
    // One that is still sliding will be elsewhere in a moment.
    if (!under || under === this.#item || under.getAnimations().length > 0) return;
    const items = this.#list.items();
    if (items.includes(under)) this.#list.put(this.#item, items.indexOf(under));
  }

  #scroll() {
    const fromEnd = innerHeight - this.#last.clientY;
    const step = this.#last.clientY < EDGE ? -SCROLL : fromEnd < EDGE ? SCROLL : 0;
    if (step) {
      scrollBy(0, step);
      this.follow(this.#last);
    }
    this.#frame = requestAnimationFrame(() => this.#scroll());
  }

  /** Let go of it; tells whether it lies elsewhere than before. */
  drop() {
    cancelAnimationFrame(this.#frame);
    slide([this.#item], () => {
      this.#item.style.transform = "";
      this.#item.removeAttribute("data-lifted");
    });
    return this.#list.items().some((item, index) => item !== this.#before[index]);
  }

  giveUp() {
    this.drop();
    this.#list.put(this.#item, this.#before.indexOf(this.#item));
  }
}

class List {
  constructor(element, selector) {
    this.element = element;
    this.selector = selector;
  }

  items() {
    return Array.from(this.element.querySelectorAll(`${this.selector}:not([hidden])`));
  }

  put(item, index) {
    const others = this.items().filter((other) => other !== item);
    const place = Math.min(Math.max(index, 0), others.length);
    slide(this.items(), () => {
      if (others[place]) others[place].before(item);
      else others.at(-1)?.after(item);
    });
    return place;
  }
}

function watchPointer(list, { surface, grip, onMoved, onLifted }) {
  let drag = null;
  let pressed = null;
  const begin = () => {
    drag = new Drag(list, pressed.item, pressed.event);
    onLifted(true);
  };
  const end = (finish) => {
    const held = drag;
    const item = pressed?.item;
    drag = pressed = null;
    if (!held) return;
    onLifted(false);
    if (finish(held)) onMoved(item, list.items().indexOf(item));
  };
  const onDown = (event) => {
    const byGrip = event.target.closest(grip);
    const isFree = event.pointerType !== "touch" && event.target.closest(surface) && !event.target.closest("a, button, input, textarea");
    if (event.button !== 0 || !event.isPrimary || (!byGrip && !isFree)) return;
    event.preventDefault();
    byGrip?.focus();
    document.documentElement.setPointerCapture(event.pointerId);
    pressed = { item: event.target.closest(list.selector), event };
  };
  const onMove = (event) => {
    if (!pressed) return;
    const far = Math.hypot(event.clientX - pressed.event.clientX, event.clientY - pressed.event.clientY) > FAR;
    if (!drag && far) begin();
    drag?.follow(event);
  };
  const onKey = (event) => {
    if (event.key !== "Escape" || !drag) return;
    event.preventDefault();
    end((held) => held.giveUp());
  };
  list.element.addEventListener("pointerdown", onDown);
  addEventListener("pointermove", onMove);
  addEventListener("pointerup", () => end((held) => held.drop()));
  addEventListener("pointercancel", () => end((held) => held.giveUp()));
  addEventListener("keydown", onKey);
}

function stepOf(key, index, last, direction) {
  const forward = direction === "rtl" ? -1 : 1;
  const steps = { ArrowLeft: index - forward, ArrowRight: index + forward, ArrowUp: index - 1, ArrowDown: index + 1, Home: 0, End: last };
  return steps[key];
}

/**
 * Let people order the items of a list; `onMoved` hears which item now has which place, `onLifted` whether
 * one is in the hand. Resolves nothing itself: `move` puts an item at a place as the keys do.
 */
export function reorderable(element, { item, surface, grip, onMoved, onLifted = () => {} }) {
  const list = new List(element, item);
  const move = (moved, index) => {
    const before = list.items().indexOf(moved);
    const focused = moved.contains(document.activeElement) ? document.activeElement : null;
    const place = list.put(moved, index);
    // What is moved in the document loses the focus on the way.
    focused?.focus();
    if (place !== before) onMoved(moved, place);
  };
  const onKey = (event) => {
    const moved = event.target.closest(grip)?.closest(item);
    if (!moved || event.ctrlKey || event.metaKey || event.altKey) return;
    const items = list.items();
    const index = stepOf(event.key, items.indexOf(moved), items.length - 1, getComputedStyle(element).direction);
    if (index === undefined) return;
    event.preventDefault();
    move(moved, index);
  };
  element.addEventListener("keydown", onKey);
  watchPointer(list, { surface, grip, onMoved, onLifted });
  return { move };
}
