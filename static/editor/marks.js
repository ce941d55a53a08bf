// What is laid on the picture: hidden areas, texts, other pictures. One panel and one kind of frame for each.
import { Box, kept } from "./boxes.js";
import { textSize } from "./render.js";
import { slider } from "./sliders.js";

const HANDLES = { redact: undefined, text: ["se"], watermark: ["se"] };
const LEAST = 0.01; // of the picture's width
const MIDDLE = { x: 0.35, y: 0.4, width: 0.3, height: 0.2 };

export class Marks {
  #boxes = [];
  #picked = -1;

  /** `sizeOf()` tells the picture's size in pixels as it is shown; `overlay(id)` the size of another picture. */
  constructor(desk, panel, ground, { op, sizeOf, overlay }) {
    Object.assign(this, { desk, panel, ground, op, sizeOf, overlay, texts: panel.dataset, sliders: {} });
    panel.addEventListener("click", (event) => this.#click(event.target.closest("button")));
    panel.addEventListener("input", (event) => event.target.matches("[data-value]") && this.#try(this.#said(event.target)));
    panel.addEventListener("change", (event) => event.target.matches("[data-value]") && this.#take(this.#said(event.target)));
    for (const element of panel.querySelectorAll("[data-slider]")) this.#bind(element);
  }

  get all() {
    return this.desk.form.marks;
  }

  get own() {
    return this.all.map((mark, at) => [mark, at]).filter(([mark]) => mark.op === this.op);
  }

  get mark() {
    return this.all[this.#picked];
  }

  open() {
    this.#picked = this.own.at(-1)?.[1] ?? -1;
    this.show();
  }

  close() {
    for (const box of this.#boxes) box.remove();
    this.#boxes = [];
  }

  /** Draw the frames anew where their number changed, else only place them. */
  show() {
    const own = this.own;
    if (this.mark?.op !== this.op) this.#picked = own.at(-1)?.[1] ?? -1;
    if (own.length !== this.#boxes.length) this.#rebuild(own);
    own.forEach(([mark, at], number) => {
      Object.assign(this.#boxes[number], { at });
      this.#boxes[number].show(this.#boxOf(mark));
      this.#boxes[number].element.toggleAttribute("data-picked", at === this.#picked);
    });
    this.#showPanel();
  }

  add(values) {
    const mark = { op: this.op, ...values };
    this.#picked = this.all.length;
    this.desk.take({ marks: [...this.all, mark] }, this.texts.textAdd);
    this.#boxes.at(-1)?.element.focus({ preventScroll: true });
  }

  /** Begin an area where a pointer went down, and let it be drawn at once. */
  begin(event) {
    if (this.op !== "redact" || event.button) return;
    const ground = this.ground.getBoundingClientRect();
    const [x, y] = [(event.clientX - ground.left) / ground.width, (event.clientY - ground.top) / ground.height];
    if (Math.min(x, y) < 0 || Math.max(x, y) > 0.98) return;
    this.#picked = this.all.length;
    this.desk.try({ marks: [...this.all, { op: "redact", x, y, width: LEAST / 10, height: LEAST / 10, mode: this.#mode }] });
    this.#boxes.at(-1).grab(event, "se");
  }

  get #mode() {
    return this.panel.querySelector("[data-value=mode]")?.value ?? "fill";
  }

  #bind(element) {
    const name = element.dataset.slider.split("-").at(-1);
    const show = slider(element, { onTry: (value) => this.#try({ [name]: value }), onTake: (value) => this.#take({ [name]: value }) });
    this.sliders[name] = show;
  }

  #boxOf(mark) {
    if (mark.op === "redact") return mark;
    const [width, height] = this.sizeOf();
    if (mark.op === "text") {
      const box = textSize(mark, Math.min(width, height));
      return { x: mark.x, y: mark.y, width: box.width / width, height: box.height / height };
    }
    const [wide, high] = this.overlay(mark.image);
    return { x: mark.x, y: mark.y, width: mark.width, height: (mark.width * width * high) / wide / height };
  }

  /** What a frame says of its mark. */
  #meant(mark, box, handle) {
    if (mark.op === "redact") return kept(box, handle);
    const place = { x: Math.min(Math.max(box.x, 0), 0.99), y: Math.min(Math.max(box.y, 0), 0.99) };
    if (!handle) return place;
    const before = this.#boxOf(mark);
    const by = Math.max(0.05, box.width / before.width);
    return mark.op === "text" ? { size: Math.min(1, Math.max(0.005, (mark.size ?? 0.05) * by)) } : { width: Math.min(1, Math.max(0.01, box.width)) };
  }

  #rebuild(own) {
    this.close();
    this.#boxes = own.map(([, at]) => {
      const box = new Box(this.ground, {
        label: this.texts.textBox,
        handles: HANDLES[this.op],
        className: `box mark-${this.op}`,
        onDraw: (wish, handle) => this.#drawn(box, wish, handle),
        onRest: () => this.#rest(),
        onPick: () => this.#pick(box.at),
        onRemove: () => this.remove(),
      });
      return Object.assign(box, { at });
    });
  }

  #drawn(box, wish, handle) {
    this.#picked = box.at;
    const said = this.#meant(this.mark, wish, handle);
    this.#try(said);
    return this.#boxOf(this.mark);
  }

  /** An area that was begun and not drawn is none. */
  #rest() {
    if (this.mark.op === "redact" && this.mark.width < LEAST) this.desk.try({ marks: this.all.filter((_, at) => at !== this.#picked) });
    else this.#take({});
  }

  #pick(at) {
    this.#picked = at;
    for (const box of this.#boxes) box.element.toggleAttribute("data-picked", box.at === at);
    this.#showPanel();
  }

  remove() {
    if (!this.mark) return;
    this.desk.take({ marks: this.all.filter((_, at) => at !== this.#picked) }, this.texts.textRemove);
    (this.#boxes.at(-1)?.element ?? this.panel.querySelector("button")).focus();
  }

  #with(values) {
    return { marks: this.all.map((mark, at) => (at === this.#picked ? { ...mark, ...values } : mark)) };
  }

  #try(values) {
    if (this.mark) this.desk.try(this.#with(values));
  }

  #take(values) {
    if (this.mark) this.desk.take(this.#with(values), this.texts.textChange, `${this.op}-${this.#picked}`);
  }

  #said({ dataset, value }) {
    // An empty text would be refused; a space is drawn as nothing.
    return { [dataset.value]: dataset.value === "text" ? value.replaceAll("\r", "") || " " : value };
  }

  #click(button) {
    if (!button) return;
    if ("add" in button.dataset) this.#addAnother();
    if ("remove" in button.dataset) this.remove();
  }

  #addAnother() {
    if (this.op === "redact") this.add({ ...MIDDLE, mode: this.#mode });
    if (this.op === "text") {
      this.add({ text: this.texts.textSample, x: 0.1, y: 0.1, size: 0.08, colour: "#ffffff", font: "sans" });
      this.panel.querySelector("textarea").select();
    }
  }

  #showPanel() {
    const { mark } = this;
    for (const part of this.panel.querySelectorAll("[data-picked-only]")) part.hidden = !mark;
    if (!mark) return;
    for (const field of this.panel.querySelectorAll("[data-value]")) {
      const value = mark[field.dataset.value] ?? field.dataset.usual;
      const shown = field.dataset.value === "text" && value === " " ? "" : value;
      if (field.value !== shown) field.value = shown;
    }
    for (const [name, show] of Object.entries(this.sliders)) show(mark[name] ?? { size: 0.05, opacity: 1 }[name]);
  }
}
