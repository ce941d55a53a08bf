// The rail of tools: one is open at a time, its controls are in the one panel.

const ON_PICTURE = ["redact", "text", "watermark"];

export class Tools {
  name = "";

  /** `all` maps names to what opens, closes and shows; `onChange` hears when another one is open. */
  constructor(page, all, onChange) {
    Object.assign(this, { page, all, onChange });
    for (const button of page.querySelectorAll("[data-tool]")) button.addEventListener("click", () => this.toggle(button.dataset.tool));
    for (const button of page.querySelectorAll("[data-close]")) button.addEventListener("click", () => this.open(""));
  }

  /** Whether the open tool lays something on the picture. */
  get isOnPicture() {
    return ON_PICTURE.includes(this.name);
  }

  toggle(name) {
    this.open(this.name === name ? "" : name);
  }

  open(name) {
    if (this.name) this.all[this.name].close();
    this.name = name;
    this.page.dataset.open = name;
    for (const panel of this.page.querySelectorAll("[data-panel]")) panel.hidden = panel.dataset.panel !== name;
    for (const button of this.page.querySelectorAll("[data-tool]")) button.setAttribute("aria-expanded", String(button.dataset.tool === name));
    this.onChange(name);
    if (name) this.all[name].open();
  }

  /** Let the open tool show what is. */
  show() {
    if (this.name) this.all[this.name].show();
  }
}
