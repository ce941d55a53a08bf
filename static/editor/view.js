// Looking at the picture: fitting, zooming, panning, by mouse, touch and keys.

const CLOSEST = 16;
const STEP = 1.25;

const between = (low, value, high) => Math.min(Math.max(value, low), high);

export class View {
  #fingers = new Map();

  /** `board` moves on `stage`; `onMove` hears of every new scale. */
  constructor(stage, board, { onMove }) {
    Object.assign(this, { stage, board, onMove, zoom: 1, x: 0, y: 0, content: [1, 1] });
    stage.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    // Before frames on the picture take a finger for themselves: two fingers zoom wherever they are.
    stage.addEventListener("pointerdown", (event) => this.#down(event), { capture: true });
    stage.addEventListener("pointermove", (event) => this.#follow(event));
    for (const end of ["pointerup", "pointercancel"]) stage.addEventListener(end, (event) => this.#lift(event));
    new ResizeObserver(() => this.layout()).observe(stage);
  }

  /** The room for the picture in CSS pixels. */
  get room() {
    const style = getComputedStyle(this.stage);
    const inset = (side) => Number.parseFloat(style[`padding${side}`]);
    return [Math.max(40, this.stage.clientWidth - inset("Left") - inset("Right")), Math.max(40, this.stage.clientHeight - inset("Top") - inset("Bottom"))];
  }

  /** The size at which the whole picture is seen, in CSS pixels; small ones are not enlarged much. */
  fitOf([width, height]) {
    const [wide, high] = this.room;
    const scale = Math.min(wide / width, high / height, Math.max(1, 240 / Math.max(width, height)));
    return [Math.max(1, width * scale), Math.max(1, height * scale)];
  }

  /** Show a picture of that size in pixels. */
  show(content) {
    if (content[0] === this.content[0] && content[1] === this.content[1]) return;
    this.content = content;
    this.layout();
  }

  layout() {
    const [width, height] = this.fitOf(this.content);
    Object.assign(this.board.style, { width: `${width}px`, height: `${height}px` });
    this.#move();
  }

  fit() {
    Object.assign(this, { zoom: 1, x: 0, y: 0 });
    this.#move();
  }

  /** One pixel of the picture for one of the screen. */
  actual() {
    this.zoomTo(this.content[0] / this.fitOf(this.content)[0] / devicePixelRatio);
  }

  step(way) {
    this.zoomTo(this.zoom * STEP ** way);
  }

  /** Zoom and keep the place at (x, y), from the middle of the stage, where it is. */
  zoomTo(zoom, x = 0, y = 0) {
    const next = between(1, zoom, CLOSEST);
    const by = next / this.zoom;
    Object.assign(this, { zoom: next, x: x - (x - this.x) * by, y: y - (y - this.y) * by });
    this.#move();
  }

  pan(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.#move();
  }

  #move() {
    const [width, height] = this.fitOf(this.content);
    const [wide, high] = this.room;
    const reach = [Math.max(0, (width * this.zoom - wide) / 2 + 20), Math.max(0, (height * this.zoom - high) / 2 + 20)];
    const free = this.zoom > 1;
    this.x = free ? between(-reach[0], this.x, reach[0]) : 0;
    this.y = free ? between(-reach[1], this.y, reach[1]) : 0;
    this.board.style.transform = `translate(${this.x}px, ${this.y}px) scale(${this.zoom})`;
    this.board.style.setProperty("--zoom", this.zoom);
    this.onMove(this.zoom);
  }

  #fromMiddle({ clientX, clientY }) {
    const box = this.stage.getBoundingClientRect();
    return [clientX - box.left - box.width / 2, clientY - box.top - box.height / 2];
  }

  #wheel(event) {
    event.preventDefault();
    this.zoomTo(this.zoom * Math.exp(-event.deltaY / 400), ...this.#fromMiddle(event));
  }

  #down(event) {
    this.#fingers.set(event.pointerId, this.#fromMiddle(event));
    this.board.toggleAttribute("data-pinched", this.isPinching);
    this.stage.setPointerCapture(event.pointerId);
  }

  #lift(event) {
    this.#fingers.delete(event.pointerId);
    this.board.toggleAttribute("data-pinched", this.isPinching);
  }

  #follow(event) {
    const last = this.#fingers.get(event.pointerId);
    if (!last) return;
    const now = this.#fromMiddle(event);
    const other = [...this.#fingers].find(([id]) => id !== event.pointerId)?.[1];
    this.#fingers.set(event.pointerId, now);
    if (other) {
      const spread = (place) => Math.hypot(place[0] - other[0], place[1] - other[1]);
      this.zoomTo((this.zoom * spread(now)) / Math.max(1, spread(last)), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
    } else if (this.stage.hasPointerCapture(event.pointerId)) this.pan(now[0] - last[0], now[1] - last[1]);
  }

  /** Whether more than one finger is on the stage. */
  get isPinching() {
    return this.#fingers.size > 1;
  }
}
