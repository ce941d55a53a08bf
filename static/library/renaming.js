// Calling the open picture something else, beside it.
import { api } from "../lib/api.js";
import { toast } from "../lib/toast.js";

/** Tell whether a title is being typed there, which nothing may take away. */
export const isBeingTyped = (place) => place.querySelector("[data-rename]:focus-within") !== null;

async function save(form, refresh) {
  const { rename, textSaved } = form.dataset;
  try {
    await api(`/api/v1/library/${rename}`, { method: "PATCH", json: { title: form.elements.title.value } });
    close(form.closest("details"));
    toast(textSaved, { tone: "success" });
    await refresh();
  } catch (error) {
    toast(error.message, { tone: "error" });
  }
}

/** Leave the field for what opened it, where the keys of the stage are heard again. */
function close(details) {
  details.open = false;
  details.querySelector("summary").focus();
}

/** Let the facts of the open picture rename it; the list is asked for anew afterwards. */
export function watchRenaming(dialog, refresh) {
  dialog.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-rename]")) return;
    event.preventDefault();
    save(event.target, refresh);
  });
  dialog.addEventListener("keydown", (event) => {
    const details = event.key === "Escape" && event.target.closest("details[open]:has([data-rename])");
    if (!details) return;
    event.preventDefault();
    details.querySelector("form").reset();
    close(details);
  });
  // "toggle" doesn't bubble.
  dialog.addEventListener("toggle", (event) => event.target.open && event.target.querySelector("[name=title]")?.select(), { capture: true });
}
