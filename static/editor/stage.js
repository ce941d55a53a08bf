// The picture on the stage: drawn here at once, and by the server as soon as nothing moves.
import { Exact } from "./exact.js";
import { canvasOf, render } from "./render.js";
import { nominal } from "./sizes.js";
import { View } from "./view.js";

const MOST = 600_000; // pixels that are drawn while something moves
const DEAR = 250_000; // of what is sharpened or blurred, where each takes several times as long
const LEAST = 150_000;
const SOFT = ["sharpen", "blur"];
const SLOW = 70; // milliseconds
const SMALL = 220; // pixels of the picture that thumbnails are made of
const ENOUGH = 1600; // pixels of the working picture's longer side

export class Stage {
  #frame = 0;
  #room = MOST;

  /** `shown()` tells the recipe of what is to be seen. */
  constructor(page, { image, size, assets, shown, onRefused }) {
    Object.assign(this, { page, size, assets, shown, held: false });
    this.live = page.querySelector("[data-live]");
    const onShown = (state) => page.toggleAttribute("data-exact", state);
    this.exact = new Exact(page.querySelector("[data-exact-canvas]"), image, { onShown, onRefused });
    const [stage, board] = [page.querySelector("[data-stage]"), page.querySelector("[data-board]")];
    this.view = new View(stage, board, { onMove: () => this.#plan() });
  }

  /** Begin with the working picture. */
  begin(picture) {
    this.source = { picture, size: this.size };
    const scale = Math.min(1, SMALL / Math.max(picture.width, picture.height));
    const small = canvasOf(Math.max(1, Math.round(picture.width * scale)), Math.max(1, Math.round(picture.height * scale)));
    small.context.drawImage(picture, 0, 0, small.canvas.width, small.canvas.height);
    this.small = { picture: small.canvas, size: this.size };
    this.draw();
  }

  /** The size in pixels of what is seen. */
  get content() {
    return nominal(this.recipe, this.size).at(-1);
  }

  get recipe() {
    return this.held ? [] : this.shown();
  }

  /** Show the original as long as something is held. */
  hold(state) {
    if (this.held === state) return;
    this.held = state;
    this.page.toggleAttribute("data-held", state);
    this.draw();
  }

  /** Draw with the next frame, however often this is asked for. */
  draw() {
    if (!this.source) return;
    this.exact.forget();
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  /** A small canvas of what a recipe gives. */
  async thumbnail(recipe, width) {
    if (!this.assets.has(recipe)) await this.assets.fetch(recipe);
    return render(recipe, this.small, width, this.assets);
  }

  #draw() {
    const [recipe, content, began] = [this.recipe, this.content, performance.now()];
    if (!this.assets.has(recipe)) this.assets.fetch(recipe).then(() => this.draw());
    this.view.show(content);
    const fit = this.view.fitOf(content)[0] * Math.min(2, devicePixelRatio);
    const room = recipe.some(({ op }) => SOFT.includes(op)) ? Math.min(this.#room, DEAR) : this.#room;
    const canvas = render(recipe, this.source, Math.max(1, Math.min(fit, Math.sqrt((room * content[0]) / content[1]))), this.assets);
    Object.assign(this.live, { width: canvas.width, height: canvas.height });
    this.live.getContext("2d").drawImage(canvas, 0, 0);
    this.#judge(performance.now() - began);
    this.#plan();
  }

  /** Draw fewer pixels next time where this took too long, and more where there was time. */
  #judge(took) {
    this.page.dataset.took = took.toFixed(1);
    if (took > SLOW) this.#room = Math.max(LEAST, this.#room * 0.6);
    else if (took < SLOW / 3) this.#room = Math.min(MOST, this.#room * 1.2);
  }

  #plan() {
    if (!this.source) return;
    const [recipe, content] = [this.recipe, this.content];
    const width = this.view.fitOf(content)[0] * this.view.zoom * Math.min(2, devicePixelRatio);
    const isAsItIs = recipe.length === 0 && width <= Math.min(content[0], ENOUGH);
    if (isAsItIs) this.exact.forget();
    else this.exact.plan(recipe, Math.min(width, content[0]));
  }
}
