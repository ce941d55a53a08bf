// The history as a strip of small pictures, one for each step.
import { joined } from "./recipe.js";

const HEIGHT = 88; // pixels

export class Filmstrip {
  #drawn = new Map();

  /** `draw(recipe, width)` answers with a canvas, once what it needs is there. */
  constructor(desk, list, draw) {
    Object.assign(this, { desk, list, draw });
    list.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) desk.go([...list.children].indexOf(button.parentElement));
    });
  }

  show() {
    const { steps, now } = this.desk.history;
    const items = steps.map((step) => this.#item(step));
    this.#drawn = new Map(steps.map((step, at) => [step, items[at]]));
    if (items.length !== this.list.children.length || items.some((item, at) => item !== this.list.children[at])) this.list.replaceChildren(...items);
    items.forEach((item, at) => {
      item.toggleAttribute("data-undone", at > now);
      item.firstChild.toggleAttribute("aria-current", at === now);
      if (at === now) item.firstChild.setAttribute("aria-current", "step");
    });
    items[now].scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  #item(step) {
    const known = this.#drawn.get(step);
    if (known) return known;
    const item = document.createElement("li");
    const button = Object.assign(document.createElement("button"), { type: "button", title: step.label });
    const canvas = Object.assign(document.createElement("canvas"), { height: HEIGHT, width: HEIGHT });
    const label = Object.assign(document.createElement("span"), { textContent: step.label });
    button.append(canvas, label);
    item.append(button);
    this.#paint(canvas, joined(step.state));
    return item;
  }

  async #paint(canvas, recipe) {
    const found = await this.draw(recipe, HEIGHT * 2);
    const scale = Math.max(HEIGHT / found.width, HEIGHT / found.height);
    const [width, height] = [found.width * scale, found.height * scale];
    canvas.getContext("2d").drawImage(found, (HEIGHT - width) / 2, (HEIGHT - height) / 2, width, height);
  }
}
