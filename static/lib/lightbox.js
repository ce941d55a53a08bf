// Photos one at a time on a dark stage, from the page's own thumbnails.
//
//   lightbox(document.querySelector("[data-lightbox]"), document.querySelectorAll("[data-lightbox-item]"));
//
// An item holds a link to the photo (`data-width`, `data-height`: its size in pixels) around an <img srcset>,
// and a <template data-lightbox-facts>. Its id is what the address says while the photo is open, so that it
// can be shared, and so that the way back closes the stage. Without script the links just lead to the photos.
import { openDialog } from "./dialog.js";
import { areOn } from "./keys.js";

const FAR = 48; // pixels that a finger must draw for more than a slip
const NAME = "lightbox-picture";

/** Let the items open in the dialog. */
export function lightbox(dialog, items) {
  if (items.length) new Lightbox(dialog, Array.from(items)).watch();
}

class Lightbox {
  #dialog;
  #items;
  #index = 0;
  #held = null; // where a finger came down
  #warm = new Map(); // photos that are being fetched or there, by their item

  constructor(dialog, items) {
    this.#dialog = dialog;
    this.#items = items;
  }

  watch() {
    for (const [index, item] of this.#items.entries()) {
      item.addEventListener("click", (event) => this.#onItem(event, index));
    }
    for (const button of this.#dialog.querySelectorAll("[data-lightbox-step]")) {
      // Before the stage opens: a button that takes the focus and goes takes the keys with it.
      button.hidden = this.#items.length === 1;
      button.addEventListener("click", () => this.#go(this.#index + Number(button.dataset.lightboxStep)));
    }
    this.#part("close").addEventListener("click", () => this.#dialog.close());
    this.#part("info").addEventListener("click", () => this.#toggleFacts());
    this.#dialog.addEventListener("keydown", (event) => this.#onKey(event));
    this.#watchFingers(this.#part("stage"));
    addEventListener("popstate", () => this.#onAddress());
    this.#onAddress();
  }

  #part(name) {
    return this.#dialog.querySelector(`[data-lightbox-${name}]`);
  }

  #onItem(event, index) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button !== 0) return;
    event.preventDefault();
    history.pushState({ lightbox: true }, "", `#${this.#items[index].id}`);
    this.#open(index);
  }

  /** The address opens and closes the stage, whoever changed it. */
  #onAddress() {
    const index = this.#items.findIndex((item) => item.id === location.hash.slice(1));
    if (index < 0) this.#dialog.close();
    else if (this.#dialog.open) this.#show(index);
    else this.#open(index);
  }

  // -- Opening and closing --------------------------------------------------------------------------------

  async #open(index) {
    let closed = null;
    await this.#morph(this.#items[index].querySelector("img"), this.#part("picture"), () => {
      closed = openDialog(this.#dialog);
      this.#show(index);
    });
    await closed;
    this.#leave();
  }

  #leave() {
    this.#items[this.#index].querySelector("a").focus();
    if (!location.hash) return;
    if (history.state?.lightbox) history.back();
    else history.replaceState(null, "", location.pathname + location.search);
  }

  /** Change the page so that the picture seems to move from one place to the other. */
  #morph(from, to, change) {
    if (!document.startViewTransition || matchMedia("(prefers-reduced-motion: reduce)").matches) return change();
    from.style.viewTransitionName = NAME;
    const transition = document.startViewTransition(() => {
      from.style.viewTransitionName = "";
      to.style.viewTransitionName = NAME;
      change();
    });
    // A browser that is busy elsewhere leaves the motion out; the change is made all the same.
    transition.ready.catch(() => null);
    transition.finished.finally(() => {
      to.style.viewTransitionName = "";
    });
    return transition.updateCallbackDone;
  }

  // -- Showing --------------------------------------------------------------------------------------------

  #go(index) {
    if (index < 0 || index >= this.#items.length || index === this.#index) return;
    history.replaceState(history.state, "", `#${this.#items[index].id}`);
    this.#show(index);
  }

  #show(index) {
    this.#index = index;
    this.#place(this.#items[index]);
    this.#sharpen(index);
    this.#fillFacts();
    const count = this.#part("count");
    count.textContent = count.dataset.text.replace("{number}", index + 1).replace("{all}", this.#items.length);
    for (const button of this.#dialog.querySelectorAll("[data-lightbox-step]")) {
      button.setAttribute("aria-disabled", String(!this.#items[index + Number(button.dataset.lightboxStep)]));
    }
  }

  /** Take the room of the photo, with what the page shows of it already. */
  #place(item) {
    const { width, height } = item.querySelector("a").dataset;
    const small = item.querySelector("img");
    const picture = this.#part("picture");
    picture.style.setProperty("--width", width);
    picture.style.setProperty("--ratio", width / height);
    picture.style.setProperty("--ground", item.querySelector("rect")?.getAttribute("fill") ?? "transparent");
    picture.removeAttribute("srcset");
    picture.src = small.currentSrc || small.src;
    picture.alt = small.alt;
  }

  /** Show the photo as fine as the stage is large, then fetch its neighbours. */
  async #sharpen(index) {
    const fine = await this.#fetched(index);
    if (index !== this.#index || !this.#dialog.open) return;
    if (fine) this.#part("picture").src = fine;
    this.#fetched(index + 1);
    this.#fetched(index - 1);
  }

  /** Fetch a photo once; resolves to its address, or to nothing when there is none or the line broke. */
  #fetched(index) {
    const item = this.#items[index];
    if (!item) return Promise.resolve(null);
    if (!this.#warm.has(item)) this.#warm.set(item, this.#fetch(item));
    return this.#warm.get(item);
  }

  async #fetch(item) {
    const image = new Image();
    image.sizes = `${this.#shownWidth(item)}px`;
    image.srcset = item.querySelector("img").srcset;
    try {
      await image.decode();
      return image.currentSrc;
    } catch {
      this.#warm.delete(item);
      return null;
    }
  }

  #shownWidth(item) {
    const { width, height } = item.querySelector("a").dataset;
    const stage = this.#part("stage");
    return Math.ceil(Math.min(width, stage.clientWidth, (stage.clientHeight * width) / height)) || innerWidth;
  }

  // -- Facts ----------------------------------------------------------------------------------------------

  #fillFacts() {
    const facts = this.#items[this.#index].querySelector("[data-lightbox-facts]").content.cloneNode(true);
    this.#part("facts-place").replaceChildren(facts);
  }

  #toggleFacts() {
    const place = this.#part("facts-place");
    place.hidden = !place.hidden;
    this.#part("info").setAttribute("aria-expanded", String(!place.hidden));
  }

  // -- Keys and fingers -----------------------------------------------------------------------------------

  #onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const onward = getComputedStyle(this.#dialog).direction === "rtl" ? -1 : 1;
    const targets = { ArrowRight: this.#index + onward, ArrowLeft: this.#index - onward, Home: 0, End: this.#items.length - 1 };
    if (event.key in targets) this.#go(targets[event.key]);
    else if (event.key === "i" && areOn()) this.#toggleFacts();
    else return;
    event.preventDefault();
  }

  #watchFingers(stage) {
    stage.addEventListener("pointerdown", (event) => this.#hold(event));
    stage.addEventListener("pointermove", (event) => this.#drag(event));
    stage.addEventListener("pointerup", (event) => this.#release(event));
    stage.addEventListener("pointercancel", () => this.#letGo());
    stage.addEventListener("click", (event) => event.target === stage && this.#dialog.close());
  }

  /** Two fingers zoom, and what is zoomed is moved about: both are the browser's. */
  #hold(event) {
    if (event.pointerType === "mouse") return;
    if (this.#held || !event.isPrimary || (visualViewport?.scale ?? 1) > 1.01) return void this.#letGo();
    this.#held = { x: event.clientX, y: event.clientY };
    this.#part("picture").toggleAttribute("data-held", true);
  }

  #drag(event) {
    if (!this.#held) return;
    const { across, down } = this.#drawn(event);
    this.#part("picture").style.transform = Math.abs(across) > Math.abs(down) ? `translateX(${across}px)` : `translateY(${Math.max(down, 0)}px)`;
  }

  #drawn(event) {
    return { across: event.clientX - this.#held.x, down: event.clientY - this.#held.y };
  }

  #release(event) {
    if (!this.#held) return;
    const { across, down } = this.#drawn(event);
    this.#letGo();
    const onward = getComputedStyle(this.#dialog).direction === "rtl" ? -1 : 1;
    if (Math.abs(across) > Math.max(FAR, Math.abs(down))) this.#go(this.#index - Math.sign(across) * onward);
    else if (down > 2 * FAR) this.#dialog.close();
  }

  #letGo() {
    this.#held = null;
    const picture = this.#part("picture");
    picture.style.transform = "";
    picture.removeAttribute("data-held");
  }
}
