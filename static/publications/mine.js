// "My publications": a new one in a dialog, and news from other windows.
import { clear, showErrors } from "../components/form.js";
import { api, freshWord } from "../lib/api.js";
import { cards } from "../lib/cards.js";
import { toast } from "../lib/toast.js";

const form = document.querySelector("[data-new-form]");

function refuse(error) {
  const fields = Object.fromEntries(Object.entries(error.details ?? {}).map(([name, errors]) => [name, { errors }]));
  showErrors(form, { fields, errors: "title" in fields ? [] : [error.message] });
}

async function create(event) {
  event.preventDefault();
  if (form.ariaBusy === "true") return;
  form.ariaBusy = "true";
  clear(form);
  try {
    const json = { title: form.elements.title.value };
    const made = await api("/api/v1/publications", { method: "POST", json, headers: { "Idempotency-Key": freshWord() } });
    location.assign(`/publications/${made.id}/edit/`);
  } catch (error) {
    form.ariaBusy = null;
    refuse(error);
  }
}

cards({ follows: /^publication\./ });
form.addEventListener("submit", create);
// Coming back to a page that was left for a new one must not leave its button waiting.
window.addEventListener("pageshow", () => {
  form.ariaBusy = null;
});

/** An editor whose publication was deleted elsewhere leads here and leaves a word. */
function sayWhatIsGone() {
  try {
    const said = sessionStorage.getItem("publications.gone");
    sessionStorage.removeItem("publications.gone");
    if (said) toast(said);
  } catch {
    // Storage is closed to us; the missing card says it.
  }
}

sayWhatIsGone();
