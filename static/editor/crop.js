// Cropping, straightening, turning: a frame with handles and thirds over the turned picture.
import { Box, kept, proportioned } from "./boxes.js";
import { slider } from "./sliders.js";
import { UPRIGHT, expandedSides, fitted, flipped, flippedCrop, quartered, quarteredCrop, reached, shrunk, straightened, turnedSides } from "./turns.js";

const WHOLE = { x: 0, y: 0, width: 1, height: 1 };
const isWhole = (crop) => crop.x < 1e-4 && crop.y < 1e-4 && crop.width > 1 - 2e-4 && crop.height > 1 - 2e-4;

export class Crop {
  #ratio = "free";

  /** `sizeOf()` tells the size of the picture before it is turned, as the operations before have left it. */
  constructor(desk, panel, ground, sizeOf) {
    Object.assign(this, { desk, panel, ground, sizeOf, texts: panel.dataset });
    this.showDegrees = slider(panel.querySelector("[data-slider=straighten]"), {
      onTry: (degrees) => desk.try(straightened(desk.form, degrees, sizeOf())),
      onTake: (degrees) => desk.take(straightened(desk.form, degrees, sizeOf()), this.texts.textStraighten, "straighten"),
    });
    panel.addEventListener("click", (event) => this.#click(event.target.closest("button")));
  }

  get sides() {
    return turnedSides(this.sizeOf(), this.desk.form.turn);
  }

  get degrees() {
    return this.desk.form.turn.degrees;
  }

  get frame() {
    return this.desk.form.crop ?? (this.degrees ? fitted(this.sides, this.degrees, this.sides[0] / this.sides[1]) : WHOLE);
  }

  open() {
    const [label, onDraw, onRest] = [this.texts.textFrame, (...all) => this.#drawn(...all), () => this.#rest()];
    this.box = new Box(this.ground, { label, className: "box crop-frame", onDraw, onRest, onRemove: () => this.reset() });
    this.show();
  }

  close() {
    this.box?.remove();
    this.box = null;
  }

  show() {
    this.showDegrees(this.degrees);
    this.box?.show(this.frame);
    for (const chip of this.panel.querySelectorAll("[data-ratio]")) chip.setAttribute("aria-pressed", String(chip.dataset.ratio === this.#ratio));
  }

  turn(by) {
    const { turn, crop } = this.desk.form;
    this.desk.take({ turn: quartered(turn, by), crop: quarteredCrop(crop, by) }, this.texts.textTurn);
  }

  flip(axis) {
    const { turn, crop } = this.desk.form;
    this.desk.take({ turn: flipped(turn, axis), crop: flippedCrop(crop, axis) }, this.texts.textFlip);
  }

  reset() {
    this.#ratio = "free";
    this.desk.take({ turn: UPRIGHT, crop: null }, this.texts.textReset);
  }

  /** The proportion in pixels that the frame keeps, or 0. */
  get #proportion() {
    if (this.#ratio === "free") return 0;
    if (this.#ratio === "original") return this.sides[0] / this.sides[1];
    const [wide, high] = this.#ratio.split(":").map(Number);
    return wide / high;
  }

  /** The same in shares of the turned picture. */
  get #share() {
    const whole = expandedSides(this.sides, this.degrees);
    return (this.#proportion * whole[1]) / whole[0];
  }

  #drawn(wish, handle, from) {
    const isKept = handle && this.#proportion > 0;
    const box = isKept ? proportioned(wish, handle, this.#share) : kept(wish, handle);
    const crop = isKept ? this.#scaled(from, box) : reached(from, box, this.sides, this.degrees);
    this.desk.form = { ...this.desk.form, crop };
    return crop;
  }

  /** With a proportion both axes go together, as far as there is room. */
  #scaled(from, box) {
    const inside = (share) => {
      const at = (key) => from[key] + (box[key] - from[key]) * share;
      return { x: at("x"), y: at("y"), width: at("width"), height: at("height") };
    };
    for (let share = 1; share > 0; share -= 0.02) {
      const crop = inside(share);
      if (crop.width > 0.02 && crop.height > 0.02 && shrunk(crop, this.sides, this.degrees) === crop) return crop;
    }
    return from;
  }

  #rest() {
    const { crop } = this.desk.form;
    this.desk.take({ crop: !crop || isWhole(crop) ? null : crop }, this.texts.textCrop, "crop");
  }

  #click(button) {
    if (!button) return;
    const { ratio, turn, flip } = button.dataset;
    if (turn) this.turn(Number(turn));
    if (flip) this.flip(flip);
    if ("reset" in button.dataset) this.reset();
    if (ratio) this.choose(ratio);
  }

  /** Keep a proportion from now on; pressed again it lies the other way. */
  choose(ratio) {
    const turned = ratio.includes(":") && this.#ratio === ratio ? ratio.split(":").toReversed().join(":") : ratio;
    for (const chip of this.panel.querySelectorAll("[data-ratio]")) {
      if (chip.dataset.ratio !== ratio) continue;
      chip.dataset.ratio = turned;
      if (turned.includes(":")) chip.textContent = turned.replace(":", " : ");
    }
    this.#ratio = turned;
    if (turned === "free") return this.show();
    const crop = fitted(this.sides, this.degrees, this.#proportion);
    return this.desk.take({ crop: isWhole(crop) ? null : crop }, this.texts.textCrop);
  }
}
