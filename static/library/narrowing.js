// What narrows the library: search, panel and chips lead to addresses; the page shows what they say without a reload.
import { shortcut } from "../lib/keys.js";

/** The address that says what the form says; what says nothing is left out. */
function addressOf(form) {
  const said = new URLSearchParams(new FormData(form));
  for (const [name, value] of Array.from(said)) if (!value) said.delete(name);
  const query = said.toString();
  return form.getAttribute("action") + (query && `?${query}`);
}

/** Let forms and links narrow what is shown; `show` is told where to. */
export function watchNarrowing(page, form, show) {
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

  function onLink(event) {
    const link = event.target.closest("[data-chips] a, [data-facets] a, [data-empty] a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    show(link.getAttribute("href"));
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    close();
    apply();
  });
  form.addEventListener("change", (event) => (event.target.type !== "search" || !event.target.value) && apply());
  document.addEventListener("keydown", onKey, { capture: true });
  page.addEventListener("click", onLink);
  document.addEventListener("pointerdown", (event) => !panel.contains(event.target) && close());
  shortcut("f", () => {
    panel.open = !panel.open;
    summary.focus();
  });
}
