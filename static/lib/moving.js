// A picture that moves, in a place that shows one picture at a time: it plays unless people want less motion, and a
// button or the key p stops it on its first frame and lets it play again. What was wished last holds for the next one.

export class Motion {
  #button;
  #picture;
  #plays = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  #shown = null; // the addresses of what is shown, still and moving

  /** `button`: none where nothing can move. */
  constructor(button, picture) {
    this.#button = button;
    this.#picture = picture;
    button?.addEventListener("click", () => this.turn());
  }

  /** Show what there is of a picture so far, and whether it is one that moves. */
  place(still, moving) {
    this.#shown = null;
    this.#picture.src = still;
    if (moving && this.#button) this.#say();
    else this.leave();
  }

  /** Show a picture: its still now, and the moving one once it is there. */
  show(still, moving) {
    this.place(still, moving);
    if (!moving || !this.#button) return;
    this.#shown = { still, moving };
    if (this.#plays) this.#play();
  }

  /** Nothing moves any more. */
  leave() {
    this.#shown = null;
    if (!this.#button) return;
    // A button that takes the focus and goes takes the keys with it.
    if (document.activeElement === this.#button) this.#button.nextElementSibling.focus();
    this.#button.hidden = true;
  }

  /** Stop what plays, play what stands still. */
  turn() {
    if (!this.#button || this.#button.hidden) return;
    this.#plays = !this.#plays;
    this.#say();
    if (!this.#shown) return;
    if (this.#plays) this.#play();
    else this.#picture.src = this.#shown.still;
  }

  async #play() {
    const shown = this.#shown;
    const image = new Image();
    image.src = shown.moving;
    const isThere = await image.decode().then(() => true, () => false);
    if (shown !== this.#shown || !this.#plays) return;
    if (isThere) this.#picture.src = shown.moving;
    else this.leave();
  }

  #say() {
    const button = this.#button;
    const words = this.#plays ? button.dataset.textStop : button.dataset.textPlay;
    button.hidden = false;
    button.setAttribute("aria-label", words);
    button.title = `${words} (p)`;
    button.querySelector("[data-play-sign]").hidden = this.#plays;
    button.querySelector("[data-stop-sign]").hidden = !this.#plays;
  }
}
