// Photos one at a time on a dark stage, from the page's own thumbnails.
//
//   lightbox(document.querySelector("[data-lightbox]"), document.querySelectorAll("[data-lightbox-item]"));
//
// An item holds a link to the photo (`data-width`, `data-height`: its size in pixels; `data-moving`: where it moves, if
// it does) around an <img srcset>,
// and a <template data-lightbox-facts>. Its id is what the address says while the photo is open, so that it
// can be shared, and so that the way back closes the stage. Without script the links just lead to the photos.
//
// A page whose photos are no elements of it brings a reel of its own (see PageReel) to `new Lightbox(dialog, reel)`.
import { openDialog } from "./dialog.js";
import { areOn, isTyping } from "./keys.js";
import { Motion } from "./moving.js";

const FAR = 48; // pixels that a finger must draw for more than a slip
const NAME = "lightbox-picture";

/** Let the items open in the dialog. */
export function lightbox(dialog, items) {
  if (!items.length) return;
  const reel = new PageReel(Array.from(items));
  const stage = new Lightbox(dialog, reel);
  stage.watch();
  reel.watch((index) => stage.open(index));
}

/** The photos of a page in their order. */
class PageReel {
  #items;

  constructor(items) {
    this.#items = items;
  }

  get length() {
    return this.#items.length;
  }

  /** Let clicks on the thumbnails open them. */
  watch(open) {
    for (const [index, item] of this.#items.entries()) {
      item.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button !== 0) return;
        event.preventDefault();
        open(index);
      });
    }
  }

  /** Resolves when a photo can be shown. */
  async ready() {}

  /** Return what is known of a photo; nothing where there is none. */
  photo(index) {
    const item = this.#items[index];
    if (!item) return null;
    const { width, height, moving } = item.querySelector("a").dataset;
    const small = item.querySelector("img");
    const colour = item.querySelector("rect")?.getAttribute("fill") ?? "transparent";
    return { key: item.id, width: Number(width), height: Number(height), colour, alt: small.alt, moving, srcset: small.srcset, small: small.currentSrc || small.src };
  }

  /** Return the thumbnail. */
  image(index) {
    return this.#items[index]?.querySelector("img");
  }

  /** Put the keyboard back on the page. */
  focus(index) {
    this.#items[index].querySelector("a").focus();
  }

  /** Return the address of the page with a photo open, and of the page alone. */
  address(index) {
    return index === undefined ? location.pathname + location.search : `#${this.#items[index].id}`;
  }

  /** Return which photo the address opens; -1 for none. */
  opened() {
    return this.#items.findIndex((item) => item.id === location.hash.slice(1));
  }

  /** Tell about a photo. */
  tell(index, place) {
    place.replaceChildren(this.#items[index].querySelector("[data-lightbox-facts]").content.cloneNode(true));
  }
}

/** The stage. */
export class Lightbox {
  #dialog;
  #reel;
  #index = 0;
  #held = null; // where a finger came down
  #warm = new Map(); // photos that are being fetched or there, by their key
  #motion;

  constructor(dialog, reel) {
    this.#dialog = dialog;
    this.#reel = reel;
    this.#motion = new Motion(this.#part("play"), this.#part("picture"));
  }

  get isOpen() {
    return this.#dialog.open;
  }

  get index() {
    return this.#index;
  }

  watch() {
    for (const button of this.#dialog.querySelectorAll("[data-lightbox-step]")) {
      // Before the stage opens: a button that takes the focus and goes takes the keys with it.
      button.hidden = this.#reel.length === 1;
      button.addEventListener("click", () => this.#go(this.#index + Number(button.dataset.lightboxStep)));
    }
    this.#part("close").addEventListener("click", () => this.#dialog.close());
    this.#part("info").addEventListener("click", () => this.#toggleFacts());
    this.#dialog.addEventListener("keydown", (event) => this.#onKey(event));
    // Where what had the keyboard is gone, as a message that was answered, keys reach nothing but the page.
    document.body.addEventListener("keydown", (event) => event.target === document.body && this.#dialog.open && this.#onKey(event));
    this.#watchFingers(this.#part("stage"));
    addEventListener("popstate", () => this.#onAddress());
    this.#onAddress();
  }

  #part(name) {
    return this.#dialog.querySelector(`[data-lightbox-${name}]`);
  }

  /** Show a photo, and say so in the address. */
  open(index) {
    history.pushState({ lightbox: true }, "", this.#reel.address(index));
    this.#open(index);
  }

  /** The address opens and closes the stage, whoever changed it. */
  #onAddress() {
    const index = this.#reel.opened();
    if (index < 0) this.#dialog.close();
    else if (this.#dialog.open) this.#show(index);
    else this.#open(index);
  }

  // -- Opening and closing --------------------------------------------------------------------------------

  async #open(index) {
    let closed = null;
    await this.#reel.ready(index);
    if (this.#dialog.open) return;
    await this.#morph(this.#reel.image(index), this.#part("picture"), () => {
      closed = openDialog(this.#dialog);
      this.#show(index);
    });
    await closed;
    this.#leave();
  }

  #leave() {
    this.#motion.leave();
    this.#reel.focus(this.#index);
    if (!location.hash) return;
    if (history.state?.lightbox) history.back();
    else history.replaceState(null, "", this.#reel.address());
  }

  /** Change the page so that the picture seems to move from one place to the other. */
  #morph(from, to, change) {
    if (!from || !document.startViewTransition || matchMedia("(prefers-reduced-motion: reduce)").matches) return change();
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
    if (index < 0 || index >= this.#reel.length || index === this.#index) return;
    history.replaceState(history.state, "", this.#reel.address(index));
    this.#show(index);
  }

  /** Show what is at a place now, after the reel has changed. */
  renew(index) {
    if (!this.#dialog.open) return;
    if (this.#reel.length) this.#show(Math.min(index, this.#reel.length - 1));
    else this.#dialog.close();
  }

  async #show(index) {
    this.#index = index;
    const count = this.#part("count");
    count.textContent = count.dataset.text.replace("{number}", index + 1).replace("{all}", this.#reel.length);
    for (const button of this.#dialog.querySelectorAll("[data-lightbox-step]")) {
      const to = index + Number(button.dataset.lightboxStep);
      button.setAttribute("aria-disabled", String(to < 0 || to >= this.#reel.length));
    }
    if (!this.#reel.photo(index)) await this.#reel.ready(index);
    const photo = this.#reel.photo(index);
    if (!photo || index !== this.#index) return;
    this.#place(photo);
    this.#reel.tell(index, this.#part("facts-place"));
    this.#sharpen(index);
  }

  /** Take the room of the photo, with what the page shows of it already. */
  #place({ width, height, colour, alt, small, moving }) {
    const picture = this.#part("picture");
    picture.style.setProperty("--width", width);
    picture.style.setProperty("--ratio", width / height);
    picture.style.setProperty("--ground", colour);
    picture.removeAttribute("srcset");
    this.#motion.place(small, moving);
    picture.alt = alt;
  }

  /** Show the photo as fine as the stage is large, then fetch its neighbours. */
  async #sharpen(index) {
    const fine = await this.#fetched(index);
    if (index !== this.#index || !this.#dialog.open) return;
    const { small, moving } = this.#reel.photo(index) ?? {};
    if (fine || moving) this.#motion.show(fine || small, moving);
    for (const beside of [index + 1, index - 1]) this.#reel.ready(beside).then(() => this.#fetched(beside));
  }

  /** Fetch a photo once; resolves to its address, or to nothing when there is none or the line broke. */
  #fetched(index) {
    const photo = this.#reel.photo(index);
    if (!photo) return Promise.resolve(null);
    if (!this.#warm.has(photo.key)) this.#warm.set(photo.key, this.#fetch(photo));
    return this.#warm.get(photo.key);
  }

  async #fetch(photo) {
    const image = new Image();
    image.sizes = `${this.#shownWidth(photo)}px`;
    image.srcset = photo.srcset;
    try {
      await image.decode();
      return image.currentSrc;
    } catch {
      this.#warm.delete(photo.key);
      return null;
    }
  }

  #shownWidth({ width, height }) {
    const stage = this.#part("stage");
    return Math.ceil(Math.min(width, stage.clientWidth, (stage.clientHeight * width) / height)) || innerWidth;
  }

  // -- Facts ----------------------------------------------------------------------------------------------

  #toggleFacts() {
    const place = this.#part("facts-place");
    place.hidden = !place.hidden;
    this.#part("info").setAttribute("aria-expanded", String(!place.hidden));
  }

  // -- Keys and fingers -----------------------------------------------------------------------------------

  #onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const onward = getComputedStyle(this.#dialog).direction === "rtl" ? -1 : 1;
    const targets = { ArrowRight: this.#index + onward, ArrowLeft: this.#index - onward, Home: 0, End: this.#reel.length - 1 };
    if (event.key in targets) this.#go(targets[event.key]);
    else if (event.key === "i" && areOn()) this.#toggleFacts();
    else if (event.key === "p" && areOn()) this.#motion.turn();
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
