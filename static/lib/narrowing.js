// What narrows a list: one panel and the search, told by the address; each change shows at once.
import { shortcut } from "./keys.js";

/** The address that says what the form says; what says nothing is left out. */
function addressOf(form) {
  const said = new URLSearchParams(new FormData(form));
  for (const [name, value] of Array.from(said)) if (!value) said.delete(name);
  const query = said.toString();
  return form.getAttribute("action") + (query && `?${query}`);
}

/** Let the form narrow what is shown; `show` is told the address of that. */
export function watchNarrowing(form, show) {
  const panel = form.querySelector("[data-filters]");
  const summary = panel.querySelector("summary");

  function apply() {
    const next = addressOf(form);
    if (next !== location.pathname + location.search) show(next);
  }

  function close() {
    if (!panel.open) return;
    const isWithin = panel.contains(document.activeElement);
    panel.open = false;
    if (isWithin) summary.focus();
  }

  function onKey(event) {
    if (event.key !== "Escape" || !panel.open) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    close();
    apply();
  });
  form.addEventListener("change", (event) => (event.target.type !== "search" || !event.target.value) && apply());
  document.addEventListener("keydown", onKey, { capture: true });
  document.addEventListener("pointerdown", (event) => !panel.contains(event.target) && close());
  shortcut("f", () => {
    panel.open = !panel.open;
    summary.focus();
  });
}
