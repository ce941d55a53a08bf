// The grid: of any number of pictures, those that are on the screen and a few around are elements of the page.
import { Plan } from "./plan.js";
import { Source } from "./source.js";

const MOST = 280; // tiles that are there at once
const AROUND = 0.75; // windows above and below that are drawn ahead
const RUSH = 3; // pixels a millisecond from which pictures are not fetched on the way
const REST = 90; // milliseconds without a scroll after which they are
const PLACE = 250; // milliseconds after which the address says where one is
const KEEP = 8; // pixels by which a picture may be above the edge and still be the first one

const barHeight = () => document.querySelector(".bar").offsetHeight;

export class Grid extends EventTarget {
  #place;
  #shape;
  #elements = new Map(); // by place in the list
  #plan;
  #source;
  #focus = 0; // the place in the list of the tile that is in the tab order
  #frame = 0;
  #resting = 0;
  #naming = 0;
  #last = { y: 0, at: 0 };
  #isRushing = false;

  constructor(place, shape) {
    super();
    this.#place = place;
    this.#shape = shape;
    // The shape's own words and addresses are what every tile's are made from.
    for (const part of shape.content.querySelectorAll("[aria-label]")) part.dataset.name = part.getAttribute("aria-label");
    for (const part of shape.content.querySelectorAll("a")) part.dataset.way = part.getAttribute("href");
    addEventListener("scroll", () => this.#onScroll(), { passive: true });
    new ResizeObserver(() => this.#onResize()).observe(place);
  }

  get total() {
    return this.#plan?.total ?? 0;
  }

  get months() {
    return this.#source?.months ?? [];
  }

  get source() {
    return this.#source;
  }

  get focus() {
    return this.#focus;
  }

  get isFocused() {
    return this.#place.contains(document.activeElement);
  }

  get elements() {
    return Array.from(this.#elements.values());
  }

  // -- What is shown ----------------------------------------------------------------------------------

  /** Show a list from what the server says of it; `anchor` is `{index, offset}`: a picture and how far it is from the top. */
  open(opening, anchor) {
    const known = new Map(this.elements.map((element) => [element.dataset.tile, element]));
    this.#source = new Source(this.#place.dataset.grid, opening, () => this.dispatchEvent(new Event("moved")));
    this.#plan = new Plan(opening.total, this.#place.clientWidth);
    this.#known = new Map();
    if (opening.total) {
      const block = this.#plan.blockOf(opening.start);
      this.#learned(block, this.#source.take(block, opening.shapes));
    }
    for (const element of this.#elements.values()) element.remove();
    this.#elements.clear();
    this.#focus = Math.max(0, Math.min(anchor?.index ?? 0, this.total - 1));
    this.#spare = known;
    this.#settle(anchor);
    this.#spare = new Map();
  }

  #spare = new Map(); // elements of pictures that were there before, by id

  /** Give the place its height and bring the anchor where it was. */
  #settle(anchor) {
    this.#place.style.blockSize = `${this.#plan.height}px`;
    if (anchor) scrollTo({ top: this.#scrollOf(anchor), behavior: "instant" });
    this.draw();
  }

  #scrollOf({ index, offset = 0 }) {
    if (!this.total || (index <= 0 && offset >= 0)) return 0;
    return this.#top() + this.#plan.box(Math.min(index, this.total - 1)).y - barHeight() - offset;
  }

  #top() {
    return this.#place.getBoundingClientRect().top + scrollY;
  }

  /** The stretch of the grid that the window shows, from the bar down. */
  #window() {
    const top = scrollY - this.#top();
    return { top: top + barHeight(), bottom: top + innerHeight };
  }

  /** Return the picture at the top left, and how far below the bar it is. */
  anchor() {
    if (!this.total) return { index: 0, offset: 0 };
    const { top } = this.#window();
    const index = top <= KEEP ? 0 : this.#plan.indexAt(top + KEEP);
    return { index, offset: this.#plan.box(index).y - top };
  }

  // -- Drawing ----------------------------------------------------------------------------------------

  #onScroll() {
    const now = performance.now();
    const speed = Math.abs(scrollY - this.#last.y) / Math.max(1, now - this.#last.at);
    this.#isRushing = speed > RUSH && now - this.#last.at < 200;
    this.#last = { y: scrollY, at: now };
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => this.#onRest(), REST);
    clearTimeout(this.#naming);
    this.#naming = setTimeout(() => this.dispatchEvent(new Event("place")), PLACE);
    this.#frame ||= requestAnimationFrame(() => this.draw());
  }

  #onRest() {
    this.#isRushing = false;
    this.draw();
  }

  #onResize() {
    if (!this.#plan || this.#plan.width === this.#place.clientWidth || !this.#place.clientWidth) return;
    const plan = new Plan(this.total, this.#place.clientWidth);
    this.#plan = plan;
    for (const [number, ratios] of this.#known) plan.learn(number, ratios);
    for (const [index, element] of this.#elements) this.#lay(index, element);
    this.#settle(this.total ? this.#standing(plan) : null);
  }

  /** Of a picture that was cut off above, the same part stays cut off. */
  #standing(plan) {
    const { offset, height } = this.#stood;
    const index = Math.min(this.#stood.index, this.total - 1);
    return { index, offset: offset < 0 ? (offset * plan.box(index).height) / height : offset };
  }

  #stood = { index: 0, offset: 0, height: 1 }; // where one was while the window was as wide as it was

  #known = new Map(); // proportions by block

  /** Make the tiles that the window needs, and only those. */
  draw() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    if (!this.#plan) return;
    const { top, bottom } = this.#window();
    const ahead = (bottom - top) * AROUND;
    this.#learn(top - ahead, bottom + ahead);
    const wanted = this.#nearest(this.#plan.between(top - ahead, bottom + ahead), (top + bottom) / 2);
    // Where the keyboard is stays an element, or the focus would be lost.
    if (this.isFocused && this.#focus < this.total && !wanted.includes(this.#focus)) wanted.push(this.#focus);
    this.#exchange(wanted);
    this.#fill(wanted);
    if (this.#plan.width === this.#place.clientWidth && this.total) {
      const anchor = this.anchor();
      this.#stood = { ...anchor, height: this.#plan.box(anchor.index).height };
    }
    this.dispatchEvent(new Event("drawn"));
  }

  /** Of too many the ones that are nearest to the middle of the window. */
  #nearest(indexes, middle) {
    if (indexes.length <= MOST) return indexes;
    const far = (index) => Math.abs(this.#plan.box(index).y - middle);
    let [first, last] = [0, indexes.length - 1];
    while (last - first >= MOST) {
      if (far(indexes[first]) > far(indexes[last])) first += 1;
      else last -= 1;
    }
    return indexes.slice(first, last + 1);
  }

  #exchange(wanted) {
    const keep = new Set(wanted);
    for (const [index, element] of this.#elements) if (!keep.has(index)) this.#drop(index, element);
    for (const index of keep) if (!this.#elements.has(index)) this.#add(index);
  }

  #drop(index, element) {
    this.#elements.delete(index);
    // A picture that nobody waits for any more need not come.
    if (!element.querySelector("img")?.complete) for (const name of ["srcset", "src"]) element.querySelector("img").removeAttribute(name);
    element.remove();
  }

  #add(index) {
    const tile = this.#source.tile(index);
    const element = this.#spare.get(tile?.id) ?? this.#shape.content.firstElementChild.cloneNode(true);
    element.dataset.index = index;
    element.setAttribute("aria-setsize", this.total);
    element.setAttribute("aria-posinset", index + 1);
    this.#elements.set(index, element);
    this.#lay(index, element);
    const next = this.#place.querySelector(`[data-index="${index + 1}"]`);
    this.#place.insertBefore(element, next);
    this.#mark(element, index);
  }

  #lay(index, element) {
    const { x, y, width, height } = this.#plan.box(index);
    const { style } = element;
    style.insetInlineStart = `${x}px`;
    style.insetBlockStart = `${y}px`;
    style.inlineSize = `${width}px`;
    style.blockSize = `${height}px`;
    style.backgroundColor = this.#source.colour(this.#plan.blockOf(index), index);
  }

  /** Say what the tiles show; what is not known yet is fetched, unless somebody rushes by. */
  #fill(wanted) {
    for (const index of wanted) {
      const tile = this.#source.tile(index);
      if (tile) this.#tell(this.#elements.get(index), tile, index);
    }
    if (this.#isRushing) return;
    const source = this.#source;
    source.fetchAll(wanted).then((isNew) => isNew && source === this.#source && this.draw());
  }

  #tell(element, tile, index) {
    if (element.dataset.tile === tile.id) return;
    element.dataset.tile = tile.id;
    const image = element.querySelector("img");
    const { width, height } = this.#plan.box(index);
    // Cut to the tile where the picture is wider or higher than any tile.
    image.sizes = `${Math.ceil(Math.max(width, (height * tile.width) / tile.height))}px`;
    image.srcset = tile.srcset;
    image.src = tile.src;
    image.alt = tile.title;
    for (const part of element.querySelectorAll("[data-name]")) part.setAttribute("aria-label", part.dataset.name.replace("{title}", tile.title));
    for (const part of element.querySelectorAll("[data-way]")) part.href = part.dataset.way.replace("{page}", tile.page).replace("{id}", tile.id);
    const note = element.querySelector("[data-note]");
    note.textContent = tile.note;
    note.hidden = !tile.note;
    element.querySelector("[name=images]").value = tile.id;
    element.querySelector(".ai-mark").hidden = !tile.ai;
    element.querySelector(".motion-mark").hidden = !tile.moving;
    this.dispatchEvent(new CustomEvent("told", { detail: { element, tile, index } }));
  }

  #learned(block, ratios) {
    this.#known.set(block.number, ratios);
    this.#plan.learn(block.number, ratios);
  }

  /** Learn the proportions of blocks that come near; what is above the window must not move what is in it. */
  #learn(top, bottom) {
    for (const block of this.#plan.blocksBetween(top, bottom)) {
      if (block.isKnown) continue;
      const [plan, source] = [this.#plan, this.#source];
      source.proportions(block).then((ratios) => {
        if (!ratios || plan !== this.#plan || plan.blockOf(block.start).isKnown) return;
        const anchor = this.anchor();
        this.#learned(block, ratios);
        for (const [index, element] of this.#elements) this.#lay(index, element);
        this.#settle(anchor);
      });
    }
  }

  // -- Going about ------------------------------------------------------------------------------------

  #mark(element, index) {
    for (const part of element.querySelectorAll("a, input, button")) part.tabIndex = index === this.#focus ? 0 : -1;
  }

  /** Make one tile the one that the tab order leads to. */
  makeCurrent(index) {
    const before = this.#elements.get(this.#focus);
    this.#focus = index;
    if (before) this.#mark(before, -1);
    const element = this.#elements.get(index);
    if (element) this.#mark(element, index);
  }

  /** Put the keyboard on a picture, wherever it is. */
  async focusOn(index) {
    if (!this.total) return;
    const to = Math.max(0, Math.min(index, this.total - 1));
    await this.bring(to);
    this.makeCurrent(to);
    this.#elements.get(to)?.querySelector(".tile-open").focus({ preventScroll: true });
  }

  /** Scroll so far that a picture is in view. */
  async bring(index) {
    const plan = this.#plan;
    if (!plan.blockOf(index).isKnown) await this.jump(index);
    const box = plan.box(index);
    const { top, bottom } = this.#window();
    const margin = 12;
    const dock = Number.parseFloat(getComputedStyle(document.documentElement).scrollPaddingBlockEnd) || 0;
    if (box.y - margin < top) scrollTo({ top: index === 0 ? 0 : scrollY + box.y - margin - top, behavior: "instant" });
    else if (box.y + box.height + dock > bottom) scrollTo({ top: scrollY + box.y + box.height + dock - bottom, behavior: "instant" });
    this.draw();
  }

  /** Bring a picture to the top, once it is known how the pictures around it lie. */
  async jump(index) {
    const [plan, source] = [this.#plan, this.#source];
    const to = Math.max(0, Math.min(index, this.total - 1));
    const block = plan.blockOf(to);
    const ratios = block.isKnown ? null : await source.proportions(block);
    if (plan !== this.#plan) return;
    if (ratios && !plan.blockOf(to).isKnown) this.#learned(block, ratios);
    this.#settle({ index: to, offset: 4 });
  }

  /** Return where a key leads from a picture; undefined for a key that leads nowhere. */
  target(key, index) {
    const onward = getComputedStyle(this.#place).direction === "rtl" ? -1 : 1;
    const ways = {
      ArrowRight: () => index + onward,
      ArrowLeft: () => index - onward,
      ArrowDown: () => this.#plan.beyond(index, 1),
      ArrowUp: () => this.#plan.beyond(index, -1),
      Home: () => 0,
      End: () => this.total - 1,
    };
    const to = ways[key]?.();
    return to === undefined ? undefined : Math.max(0, Math.min(to, this.total - 1));
  }

  element(index) {
    return this.#elements.get(index);
  }
}
