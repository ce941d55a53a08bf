// Frames on the picture that are moved and sized by pointer or keys. Places are shares of what they lie on.

const NUDGE = 0.01;
const CORNERS = ["nw", "n", "ne", "e", "se", "s", "sw", "w"];
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** A frame after one of its handles was drawn by (dx, dy); "" moves the whole. Either side stays at least `least`. */
export function drawn({ x, y, width, height }, handle, [dx, dy], least = 0.02) {
  if (!handle) return { x: x + dx, y: y + dy, width, height };
  const left = handle.includes("w") ? Math.min(x + dx, x + width - least) : x;
  const top = handle.includes("n") ? Math.min(y + dy, y + height - least) : y;
  const right = handle.includes("e") ? Math.max(x + width + dx, x + least) : x + width;
  const bottom = handle.includes("s") ? Math.max(y + height + dy, y + least) : y + height;
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** A frame pushed back onto the picture: one that moves keeps its size, one that is sized keeps its other edges. */
export function kept({ x, y, width, height }, handle) {
  const clamp = (value) => Math.min(Math.max(value, 0), 1);
  if (!handle) return { x: Math.min(Math.max(x, 0), 1 - width), y: Math.min(Math.max(y, 0), 1 - height), width, height };
  const [left, top] = [clamp(x), clamp(y)];
  return { x: left, y: top, width: clamp(x + width) - left, height: clamp(y + height) - top };
}

/** A frame sized by a handle to a proportion of its shares; the opposite edges stay. */
export function proportioned({ x, y, width, height }, handle, share) {
  const isTall = handle === "n" || handle === "s" || (handle.length === 2 && width / height > share);
  const [wide, high] = isTall ? [height * share, height] : [width, width / share];
  return { x: handle.includes("w") ? x + width - wide : x, y: handle.includes("n") ? y + height - high : y, width: wide, height: high };
}

export class Box {
  /** `onDraw(box, handle)` answers with the frame as it may be; `onRest` hears when it lies still. */
  constructor(ground, { label, handles = CORNERS, className = "box", onDraw, onRest, onPick = () => {}, onRemove = () => {} }) {
    Object.assign(this, { ground, onDraw, onRest, onPick, onRemove });
    this.element = Object.assign(document.createElement("div"), { className, tabIndex: 0 });
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", label);
    for (const name of handles) {
      const handle = document.createElement("span");
      handle.className = "handle";
      handle.dataset.handle = name;
      this.element.append(handle);
    }
    this.element.addEventListener("pointerdown", (event) => this.grab(event));
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.element.addEventListener("focus", () => this.onPick());
    ground.append(this.element);
  }

  show(box) {
    this.box = box;
    const percent = (share) => `${share * 100}%`;
    Object.assign(this.element.style, { left: percent(box.x), top: percent(box.y), width: percent(box.width), height: percent(box.height) });
  }

  remove() {
    this.element.remove();
  }

  /** Follow a pointer from where it went down until it is lifted. */
  grab(event, handle = event.target.dataset.handle ?? "") {
    if (event.button) return;
    event.preventDefault();
    event.stopPropagation();
    this.element.focus({ preventScroll: true });
    const [from, start, watching] = [this.box, [event.clientX, event.clientY], new AbortController()];
    const ground = this.ground.getBoundingClientRect();
    const target = this.element;
    target.setPointerCapture(event.pointerId);
    const follow = (move) => {
      if (move.pointerId !== event.pointerId || this.ground.closest("[data-pinched]")) return;
      const by = [(move.clientX - start[0]) / ground.width, (move.clientY - start[1]) / ground.height];
      this.show(this.onDraw(drawn(from, handle, by), handle, this.box));
    };
    const end = (up) => {
      if (up.pointerId !== event.pointerId) return;
      watching.abort();
      this.onRest();
    };
    target.addEventListener("pointermove", follow, { signal: watching.signal });
    for (const name of ["pointerup", "pointercancel"]) target.addEventListener(name, end, { signal: watching.signal });
  }

  #key(event) {
    if (event.key === "Delete" || event.key === "Backspace") this.onRemove();
    else if (event.key in KEYS && !event.ctrlKey && !event.metaKey) {
      const by = KEYS[event.key].map((way) => way * NUDGE * (event.altKey ? 0.1 : 1));
      const handle = event.shiftKey ? "se" : "";
      this.show(this.onDraw(drawn(this.box, handle, by), handle, this.box));
      this.onRest();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
