// Pictures of one's own to lay on this one, page by page.

export class Choices {
  #isListed = false;

  /** `onChoose(id)` hears of the picture. */
  constructor(place, onChoose) {
    Object.assign(this, { place, onChoose });
    place.addEventListener("click", (event) => this.#click(event.target.closest("button")));
  }

  async list(url = this.place.dataset.choices) {
    if (this.#isListed && url === this.place.dataset.choices) return;
    const response = await fetch(url, { credentials: "same-origin" }).catch(() => null);
    if (!response?.ok) return;
    const next = new DOMParser().parseFromString(await response.text(), "text/html").body;
    this.place.querySelector("[data-more]")?.remove();
    this.place.append(...next.childNodes);
    this.#isListed = true;
  }

  #click(button) {
    if (!button) return;
    if (button.dataset.choice) this.onChoose(button.dataset.choice);
    else if (button.dataset.more) this.list(button.dataset.more);
  }
}
