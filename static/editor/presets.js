// Looks that are there for everybody, and recipes that somebody gave a name; each shows the picture as it would be.
import { api } from "../lib/api.js";
import { confirmation, openDialog } from "../lib/dialog.js";
import { toast } from "../lib/toast.js";
import { general, isSame, joined, overlaid, without } from "./recipe.js";

const ROUTE = "/api/v1/edits/presets";
const WIDTH = 176; // pixels of a thumbnail

export const LOOKS = {
  none: [],
  vivid: [{ op: "contrast", value: 1.12 }, { op: "saturation", value: 1.3 }],
  warm: [{ op: "temperature", value: 0.35 }, { op: "saturation", value: 1.08 }],
  cool: [{ op: "temperature", value: -0.35 }, { op: "contrast", value: 1.05 }],
  bright: [{ op: "exposure", stops: 0.4 }, { op: "contrast", value: 0.95 }],
  faded: [{ op: "brightness", value: 1.08 }, { op: "contrast", value: 0.78 }, { op: "saturation", value: 0.75 }],
  mono: [{ op: "contrast", value: 1.12 }, { op: "grayscale" }],
  old: [{ op: "contrast", value: 0.92 }, { op: "sepia" }],
};

export class Presets {
  #own = [];
  #isListed = false;

  /** `draw(recipe, width)` answers with a canvas, once what it needs is there. */
  constructor(desk, panel, draw) {
    Object.assign(this, { desk, panel, draw, texts: panel.dataset });
    panel.addEventListener("click", (event) => this.#click(event.target.closest("button")));
    panel.querySelector("[data-preset-form]").addEventListener("submit", (event) => this.#keep(event));
  }

  async open() {
    this.show();
    if (!this.#isListed) await this.list();
  }

  close() {}

  /** Draw the thumbnails of everything, with what of the picture no preset changes. */
  show() {
    const ground = without(this.desk.form, "light", "detail", "marks", "frame");
    for (const tile of this.panel.querySelectorAll("[data-look]")) this.#draw(tile, overlaid(ground, LOOKS[tile.dataset.look]));
    this.panel.querySelectorAll("[data-preset]").forEach((tile, at) => this.#draw(tile, overlaid(ground, this.#own[at].recipe)));
  }

  async list() {
    const answer = await api(ROUTE).catch((error) => void toast(error.message, { tone: "error" }));
    if (!answer) return;
    this.#isListed = true;
    this.#own = answer.items;
    const shape = document.getElementById("preset-shape").content.firstElementChild;
    this.panel.querySelector("[data-presets]").replaceChildren(...this.#own.map((preset) => this.#tile(shape.cloneNode(true), preset)));
    this.panel.querySelector("[data-no-presets]").hidden = this.#own.length > 0;
    this.show();
  }

  #tile(item, { id, name }) {
    const [tile, rename, remove] = ["[data-preset]", "[data-rename]", "[data-forget]"].map((part) => item.querySelector(part));
    tile.dataset.preset = id;
    tile.querySelector("[data-name]").textContent = name;
    for (const button of [rename, remove]) button.setAttribute("aria-label", button.dataset.text.replace("{name}", name));
    return item;
  }

  async #draw(tile, form) {
    const canvas = await this.draw(joined(form), WIDTH);
    const place = tile.querySelector("canvas");
    Object.assign(place, { width: canvas.width, height: canvas.height });
    place.getContext("2d").drawImage(canvas, 0, 0);
    tile.setAttribute("aria-pressed", String(isSame(joined(form), joined(without(this.desk.form, "marks", "frame")))));
  }

  #at(button) {
    const item = button.closest("li");
    return this.#own[[...item.parentElement.children].indexOf(item)];
  }

  #click(button) {
    if (!button) return;
    const { look, preset } = button.dataset;
    if (look) this.desk.take(overlaid(without(this.desk.form, "light"), LOOKS[look]), button.textContent.trim());
    else if (preset) this.desk.take(overlaid(this.desk.form, this.#at(button).recipe), this.#at(button).name);
    else if ("rename" in button.dataset) this.#rename(this.#at(button));
    else if ("forget" in button.dataset) this.#forget(this.#at(button));
  }

  async #keep(event) {
    event.preventDefault();
    const [form, { name, places }] = [event.target, event.target.elements];
    const recipe = joined(places.checked ? this.desk.form : general(this.desk.form));
    if (!recipe.length) return void toast(this.texts.textNothing, { tone: "warning" });
    const done = await this.#ask(ROUTE, { method: "POST", json: { name: name.value, recipe } });
    if (done) form.reset();
  }

  async #rename(preset) {
    const dialog = document.getElementById("rename");
    const field = dialog.querySelector("input");
    field.value = preset.name;
    if ((await openDialog(dialog)) === "yes" && field.value.trim()) await this.#ask(`${ROUTE}/${preset.id}`, { method: "PATCH", json: { name: field.value } });
  }

  async #forget(preset) {
    const asked = { title: this.texts.textForget.replace("{name}", preset.name), text: this.texts.textForgetMore, yes: this.texts.textForgetYes, tone: "danger" };
    if (await confirmation(asked)) await this.#ask(`${ROUTE}/${preset.id}`, { method: "DELETE" });
  }

  /** Resolves to whether it was done; what was refused is said. */
  async #ask(path, options) {
    try {
      await api(path, options);
    } catch (error) {
      toast(error.details ? Object.values(error.details).flat().join(" ") || error.message : error.message, { tone: "error" });
      return false;
    }
    await this.list();
    return true;
  }
}
