// The pictures of the library for the lightbox: known by their place in the list, fetched when their turn comes.
import { standing } from "./address.js";
import { isBeingTyped } from "./renaming.js";

const OPEN = "#open"; // what the address ends in while a picture is open

/** Show other facts; whoever is in them stays there. */
function renew(place, html) {
  const isInside = place.contains(document.activeElement);
  place.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  if (isInside) place.querySelector("summary, a, button")?.focus();
}

export class Reel {
  #grid;
  #at;
  #edit;
  #download;

  /** `opening`: the place in the list that the address names. */
  constructor(grid, dialog, opening) {
    this.#grid = grid;
    this.#at = opening;
    this.#edit = dialog.querySelector("[data-lightbox-edit]");
    this.#download = dialog.querySelector("[data-lightbox-download]");
  }

  get length() {
    return this.#grid.total;
  }

  async ready(index) {
    await this.#grid.source.fetched(index);
  }

  photo(index) {
    const tile = this.#grid.source.tile(index);
    if (!tile) return null;
    const shown = this.image(index)?.currentSrc;
    return { key: tile.id, width: tile.width, height: tile.height, colour: tile.colour, alt: tile.title, moving: tile.moving, srcset: tile.srcset, small: shown || tile.src };
  }

  image(index) {
    return this.#grid.element(index)?.querySelector("img");
  }

  focus(index) {
    this.#grid.focusOn(index);
  }

  address(index) {
    if (index === undefined) return location.pathname + location.search;
    this.#at = index;
    return standing(this.#grid.source.tile(index)?.id ?? "") + OPEN;
  }

  /** What is open is told by the place that the address names. */
  opened() {
    return location.hash === OPEN && this.length ? this.#at : -1;
  }

  async tell(index, place) {
    const { id, page } = this.#grid.source.tile(index);
    if (this.#edit) this.#edit.href = `/edit/${id}/`;
    this.#download.href = `${page}download/`;
    if (place.dataset.of === id && isBeingTyped(place)) return;
    if (place.dataset.of !== id) place.replaceChildren();
    place.dataset.of = id;
    const answer = await fetch(`${page}?part=facts`, { credentials: "same-origin" }).catch(() => null);
    const html = answer?.ok && !answer.redirected ? await answer.text() : "";
    if (place.dataset.of === id && !isBeingTyped(place)) renew(place, html);
  }
}
