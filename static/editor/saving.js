// Saving and taking away: what will happen is said before, the size of a download is known before.
import { api, apiBlob, freshWord } from "../lib/api.js";
import { openDialog } from "../lib/dialog.js";
import { toast } from "../lib/toast.js";
import { slider } from "./sliders.js";

const PAUSE = 350; // milliseconds

export function bytes(count) {
  const [unit, by] = count >= 1e6 ? ["megabyte", 1e6] : ["kilobyte", 1e3];
  return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, maximumSignificantDigits: 3 }).format(count / by);
}

/** The format and the quality that a dialog asks for; PNG has no quality. */
class Output {
  constructor(dialog, onChange) {
    this.select = dialog.querySelector("[name=format]");
    const element = dialog.querySelector("[data-slider=quality]");
    this.quality = 85;
    const show = slider(element, { onTry: () => {}, onTake: (value) => this.#set(value, onChange) });
    show(this.quality);
    const follow = () => {
      element.hidden = this.select.value === "png";
      onChange();
    };
    this.select.addEventListener("change", follow);
    element.hidden = this.select.value === "png";
  }

  #set(value, onChange) {
    this.quality = value;
    onChange();
  }

  get said() {
    return { format: this.select.value, quality: this.quality };
  }
}

export class Saving {
  #sent = { wish: "", key: "" };

  /** `onSaved(item)` hears of what was kept. */
  constructor(desk, image, { onSaved }) {
    Object.assign(this, { desk, image, onSaved, dialog: document.getElementById("save") });
    this.output = new Output(this.dialog, () => {});
    this.dialog.querySelector("form").addEventListener("submit", (event) => this.#submit(event));
  }

  open() {
    const { textNothing } = this.dialog.dataset;
    if (!this.desk.recipe.length) return void toast(textNothing, { tone: "warning" });
    this.#say("");
    return openDialog(this.dialog);
  }

  async #submit(event) {
    if (event.submitter?.value !== "save") return;
    event.preventDefault();
    this.#busy(true);
    const json = { image: this.image, recipe: this.desk.recipe, as: new FormData(event.target).get("as"), ...this.output.said };
    try {
      const item = await api("/api/v1/edits", { method: "POST", json, headers: { "Idempotency-Key": this.#keyOf(json) } });
      this.#sent = { wish: "", key: "" };
      this.dialog.close("saved");
      this.desk.markSaved();
      this.onSaved(item);
    } catch (error) {
      this.#say(error.message);
    }
    this.#busy(false);
  }

  /** The same wish again, as after an answer that was lost, is the same request: it makes no second picture. */
  #keyOf(json) {
    const wish = JSON.stringify(json);
    if (wish !== this.#sent.wish) this.#sent = { wish, key: freshWord() };
    return this.#sent.key;
  }

  #busy(state) {
    this.dialog.querySelector("progress").hidden = !state;
    this.dialog.querySelector("[value=save]").disabled = state;
  }

  #say(text) {
    const place = this.dialog.querySelector("[data-said]");
    place.textContent = text;
    place.hidden = !text;
  }
}

export class Download {
  #timer = 0;
  #asking = null;
  #blob = null;

  constructor(desk, image) {
    Object.assign(this, { desk, image, dialog: document.getElementById("download") });
    this.said = this.dialog.querySelector("[data-size]");
    this.link = this.dialog.querySelector("[data-take]");
    this.output = new Output(this.dialog, () => this.#plan());
    this.link.addEventListener("click", () => this.#take());
    this.dialog.addEventListener("close", () => this.#asking?.abort());
  }

  open() {
    this.#plan(0);
    return openDialog(this.dialog);
  }

  #plan(pause = PAUSE) {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#blob = null;
    this.link.disabled = true;
    this.said.textContent = this.dialog.dataset.textReckoning;
    this.#timer = setTimeout(() => this.#reckon(), pause);
  }

  async #reckon() {
    const asking = new AbortController();
    this.#asking = asking;
    const json = { image: this.image, recipe: this.desk.recipe, ...this.output.said };
    try {
      this.#blob = await apiBlob("/api/v1/edits/render", { method: "POST", json, signal: asking.signal });
      this.said.textContent = bytes(this.#blob.size);
      this.said.dataset.bytes = this.#blob.size;
      this.link.disabled = false;
    } catch (error) {
      if (error.name !== "AbortError") this.said.textContent = error.message;
    }
  }

  #take() {
    const { format } = this.output.said;
    const url = URL.createObjectURL(this.#blob);
    const link = Object.assign(document.createElement("a"), { href: url, download: `${this.image}-${this.dialog.dataset.word}.${format === "jpeg" ? "jpg" : format}` });
    link.click();
    URL.revokeObjectURL(url);
    this.dialog.close("taken");
  }
}
