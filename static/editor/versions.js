// What was made of the picture: opened again, or taken back, any time.
import { api } from "../lib/api.js";
import { toast } from "../lib/toast.js";

export class Versions {
  constructor(panel) {
    Object.assign(this, { panel, place: panel.querySelector("[data-versions]"), texts: panel.dataset });
    panel.addEventListener("click", (event) => this.#click(event.target.closest("[data-revert]")));
  }

  open() {}

  close() {}

  show() {}

  /** Look at the list as the server has it now. */
  async refresh() {
    const response = await fetch(`${location.pathname}?part=versions`, { credentials: "same-origin" }).catch(() => null);
    if (!response?.ok) return;
    const next = new DOMParser().parseFromString(await response.text(), "text/html").body;
    this.place.replaceChildren(...next.childNodes);
  }

  async #click(button) {
    if (!button) return;
    try {
      await api(`/api/v1/edits/${button.dataset.revert}/revert`, { method: "POST" });
      toast(this.texts.textReverted, { tone: "success" });
    } catch (error) {
      toast(error.message, { tone: "error" });
    }
    await this.refresh();
    this.panel.querySelector("a, button")?.focus();
  }
}
