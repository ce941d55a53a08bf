// The server's own preview, shown in place of ours once nothing moves any more.
import { apiBlob } from "../lib/api.js";

const PAUSE = 300; // milliseconds
const WIDEST = 2048; // pixels

export class Exact {
  #timer = 0;
  #asking = null;

  /** `onShown` hears whether what is seen is exact; `onRefused` gets the sentence of a refusal. */
  constructor(canvas, image, { onShown, onRefused }) {
    Object.assign(this, { canvas, image, onShown, onRefused });
  }

  /** What is shown has changed: forget the picture, and ask for the new one after a pause. */
  plan(recipe, width) {
    this.forget();
    this.#timer = setTimeout(() => this.#ask(recipe, width), PAUSE);
  }

  forget() {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.canvas.hidden = true;
    this.onShown(false);
  }

  async #ask(recipe, width) {
    const asking = new AbortController();
    this.#asking = asking;
    const json = { image: this.image, recipe, width: Math.round(Math.min(WIDEST, Math.max(1, width))) };
    try {
      const blob = await apiBlob("/api/v1/edits/preview", { method: "POST", json, signal: asking.signal });
      const picture = await createImageBitmap(blob);
      if (!asking.signal.aborted) this.#show(picture);
      picture.close();
    } catch (error) {
      if (error.name !== "AbortError") this.onRefused(error);
    }
  }

  #show(picture) {
    Object.assign(this.canvas, { width: picture.width, height: picture.height });
    this.canvas.getContext("2d").drawImage(picture, 0, 0);
    this.canvas.hidden = false;
    this.onShown(true);
  }
}
