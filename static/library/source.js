// What the server knows of the list, fetched by stretches as they are needed and kept for a while.
import { api } from "../lib/api.js";

const STRETCH = 60; // pictures that are asked for together
const KEPT = 40; // stretches that are kept
const LOST = 2000; // milliseconds before a stretch that could not be had is asked for again

/** Read proportions and colours: five bytes for each picture. */
function read(shapes) {
  const bytes = Uint8Array.from(atob(shapes), (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const ratios = [];
  const colours = [];
  for (let at = 0; at < bytes.length; at += 5) {
    ratios.push(view.getUint16(at) / 1000);
    colours.push(`rgb(${bytes[at + 2]} ${bytes[at + 3]} ${bytes[at + 4]})`);
  }
  return { ratios, colours };
}

export class Source {
  #path;
  #query;
  #colours = new Map(); // by block: {start, colours}
  #blocks = new Map(); // by block: what is under way or there
  #stretches = new Map(); // by stretch: a promise, or tiles once they are there
  #tiles = new Map(); // by stretch
  #onMoved;

  /** `opening`: what the server says of the whole; `onMoved` hears when the list is not what it was any more. */
  constructor(path, opening, onMoved) {
    this.#path = path;
    this.#query = opening.query;
    this.#onMoved = onMoved;
    this.total = opening.total;
    this.months = opening.months;
    const first = Math.floor(opening.first / STRETCH);
    for (let number = first; opening.tiles.length > (number - first) * STRETCH; number += 1) {
      const start = number * STRETCH - opening.first;
      const tiles = opening.tiles.slice(start, start + STRETCH);
      if (start >= 0 && (tiles.length === STRETCH || opening.first + start + tiles.length === this.total)) this.#tiles.set(number, tiles);
    }
  }

  async #ask(what, start, length) {
    const said = new URLSearchParams(this.#query);
    said.set("start", start);
    said.set("length", length);
    const answer = await api(`${this.#path}${what}/?${said}`);
    if (answer.total !== this.total) {
      this.#onMoved();
      return null;
    }
    return answer;
  }

  /** Take in what the server has said of a block. */
  take(block, shapes) {
    const { ratios, colours } = read(shapes);
    this.#colours.set(block.number, { start: block.start, colours });
    return ratios;
  }

  /** Resolves to the proportions of a block, to nothing where they can't be had now. */
  proportions(block) {
    if (!this.#blocks.has(block.number)) this.#blocks.set(block.number, this.#proportions(block));
    return this.#blocks.get(block.number);
  }

  async #proportions(block) {
    const answer = await this.#ask("shapes", block.start, block.end - block.start).catch(() => null);
    if (answer) return this.take(block, answer.shapes);
    setTimeout(() => this.#blocks.delete(block.number), LOST);
    return null;
  }

  colour(block, index) {
    return this.#colours.get(block.number)?.colours[index - block.start] ?? "";
  }

  /** Return a picture that is there already. */
  tile(index) {
    return this.#tiles.get(Math.floor(index / STRETCH))?.[index % STRETCH];
  }

  /** Resolves to a picture; to nothing where it can't be had now. */
  async fetched(index) {
    if (index < 0 || index >= this.total) return undefined;
    await this.#stretch(Math.floor(index / STRETCH));
    return this.tile(index);
  }

  /** Fetch the pictures of these places; tells whether there was any to fetch. */
  async fetchAll(indexes) {
    const numbers = new Set(indexes.map((index) => Math.floor(index / STRETCH)));
    const missing = Array.from(numbers).filter((number) => !this.#tiles.has(number));
    await Promise.all(missing.map((number) => this.#stretch(number)));
    return missing.length > 0;
  }

  #stretch(number) {
    if (this.#tiles.has(number)) return this.#touch(number);
    if (!this.#stretches.has(number)) this.#stretches.set(number, this.#fetch(number));
    return this.#stretches.get(number);
  }

  /** What was used last goes last. */
  #touch(number) {
    const tiles = this.#tiles.get(number);
    this.#tiles.delete(number);
    this.#tiles.set(number, tiles);
  }

  async #fetch(number) {
    const answer = await this.#ask("tiles", number * STRETCH, STRETCH).catch(() => null);
    if (!answer) return void setTimeout(() => this.#stretches.delete(number), LOST);
    this.#stretches.delete(number);
    this.#tiles.set(number, answer.tiles);
    if (this.#tiles.size > KEPT) this.#tiles.delete(this.#tiles.keys().next().value);
    return undefined;
  }

  /** Resolves to the pictures of a part of the list as pairs: their ids, and whether they move. */
  async names(start, length) {
    const answer = await this.#ask("ids", start, length).catch(() => null);
    const moving = new Set(answer?.moving);
    return (answer?.ids ?? []).map((id) => [id, moving.has(id)]);
  }
}
