// What a recipe needs besides the picture: the typefaces of its texts and the pictures it lays on.
import { api } from "../lib/api.js";
import { fontOf } from "./render.js";

const WIDTH = "w640";

function face(family, url) {
  const made = new FontFace(family, `url(${url})`, { weight: "100 900" });
  document.fonts.add(made);
  return made;
}

async function picture(url) {
  const image = new Image();
  image.crossOrigin = "anonymous"; // what comes from a bucket by itself could be shown, not drawn with
  image.src = url;
  await image.decode();
  return image;
}

export class Assets {
  overlays = new Map();
  #asked = new Map();

  constructor({ sans, serif }) {
    face("ImageHub Sans", sans);
    face("ImageHub Serif", serif);
  }

  /** Whether all is there that a recipe needs. */
  has(recipe) {
    return recipe.every((step) => (step.op === "watermark" ? this.overlays.has(step.image) : step.op !== "text" || document.fonts.check(fontOf(step.font))));
  }

  /** Fetch what a recipe needs; what can't be had is left out. */
  async fetch(recipe) {
    const marks = recipe.filter(({ op }) => op === "watermark").map(({ image }) => this.#overlay(image));
    const fonts = recipe.filter(({ op }) => op === "text").map(({ font }) => document.fonts.load(fontOf(font)));
    await Promise.allSettled([...marks, ...fonts]);
  }

  /** The size of a picture that is laid on; a square until it is known. */
  sizeOf(id) {
    const found = this.overlays.get(id);
    return found ? [found.naturalWidth, found.naturalHeight] : [1, 1];
  }

  #overlay(image) {
    if (!this.#asked.has(image)) this.#asked.set(image, this.#load(image));
    return this.#asked.get(image);
  }

  async #load(image) {
    const { url } = await api("/api/v1/renditions/sign", { method: "POST", json: { image, operations: WIDTH } });
    const { pathname, search } = new URL(url, location.href);
    this.overlays.set(image, await picture(pathname + search));
  }
}
