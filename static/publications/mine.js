// "My publications": a new one in a dialog, and news from other windows.
import { clear, showErrors } from "../components/form.js";
import { api, freshWord } from "../lib/api.js";
import { openDialog } from "../lib/dialog.js";
import { shortcut } from "../lib/keys.js";
import { connect } from "../lib/news.js";
import { toast } from "../lib/toast.js";

const page = document.querySelector("[data-mine]");
const place = page.querySelector("[data-place]");
const dialog = document.getElementById("new");
const form = dialog.querySelector("[data-new-form]");

// -- A new one --------------------------------------------------------------------------------------

function openNew() {
  dialog.close();
  openDialog(dialog);
  form.elements.title.focus();
}

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

function onClick(event) {
  const leaves = event.target.closest("[data-new-leave]");
  if (!leaves && !event.target.closest("[data-new]")) return;
  event.preventDefault();
  if (leaves) dialog.close();
  else openNew();
}

// -- News -------------------------------------------------------------------------------------------

/** Keep covers that are on the screen already, so that nothing flickers. */
function adoptImages(next) {
  for (const card of next.querySelectorAll("[data-card]")) {
    const image = place.querySelector(`[data-card="${CSS.escape(card.dataset.card)}"] img`);
    const other = card.querySelector("img");
    if (other && image?.src === other.src) other.replaceWith(image);
  }
}

function replaceCards(html) {
  const next = new DOMParser().parseFromString(html, "text/html").body;
  const focused = place.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  adoptImages(next);
  place.replaceChildren(...next.childNodes);
  if (focused) place.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

let asked = 0;
let planned = 0;

/** Fetch the cards as the server sees them now; of several under way only the last counts. */
async function refresh() {
  asked += 1;
  const mine = asked;
  const query = new URLSearchParams(location.search);
  query.delete("new");
  query.set("part", "cards");
  const response = await fetch(`?${query}`, { credentials: "same-origin" }).catch(() => null);
  if (!response?.ok) return;
  if (response.redirected) location.reload();
  const html = await response.text();
  if (mine === asked) replaceCards(html);
}

/** News may come in swarms; one look answers them all. */
function refreshSoon() {
  clearTimeout(planned);
  planned = setTimeout(refresh, 80);
}

connect({
  onEvent: (event) => event.type.startsWith("publication.") && refreshSoon(),
  onState: (state) => state === "online" && refreshSoon(),
  onReset: refreshSoon,
});

form.addEventListener("submit", create);
document.addEventListener("click", onClick);
shortcut("n", openNew);
if (dialog.open) openNew();
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
