// A new harvest: a look at what it would fetch, without leaving what was typed.
import { clear, showErrors } from "../components/form.js";
import { toast } from "../lib/toast.js";

const form = document.querySelector("[data-start]");
const preview = form.querySelector("[data-preview]");
const look = form.querySelector("[data-look]");
const begin = form.querySelector("[data-begin]");

function lead(to) {
  look.classList.toggle("primary", to === look);
  begin.classList.toggle("primary", to === begin);
}

function refuse(page) {
  const fields = {};
  for (const place of page.querySelectorAll("[data-refused]")) fields[place.dataset.refused] = { errors: [place.textContent] };
  showErrors(form, { fields, errors: Array.from(page.querySelectorAll("[data-refused-all]"), (place) => place.textContent) });
}

function show(page, isFine) {
  if (!isFine) return refuse(page);
  preview.replaceChildren(...page.childNodes);
  lead(begin);
  preview.scrollIntoView({ block: "nearest" });
  return begin.focus({ preventScroll: true });
}

async function ask() {
  const body = new FormData(form, look);
  // Not `form.action`: that is the buttons, which go by this name.
  const address = new URL(form.getAttribute("action"), location.href);
  address.searchParams.set("part", "preview");
  const response = await fetch(address, { method: "POST", body, credentials: "same-origin" }).catch(() => null);
  if (!response) return toast(document.body.dataset.textOffline, { tone: "error" });
  const page = new DOMParser().parseFromString(await response.text(), "text/html").body;
  if (response.ok || response.status === 400) return show(page, response.ok);
  const said = page.querySelector("[data-refusal]")?.textContent ?? document.body.dataset.textBroken;
  return toast(said, { tone: "error" });
}

async function onSubmit(event) {
  if (form.ariaBusy === "true") return event.preventDefault();
  form.ariaBusy = "true";
  if (event.submitter !== look) return null;
  event.preventDefault();
  clear(form);
  return ask().finally(() => {
    form.ariaBusy = null;
  });
}

/** What was looked at is no longer what would be fetched. */
function onChange() {
  preview.replaceChildren();
  lead(look);
}

form.addEventListener("submit", onSubmit);
form.addEventListener("input", onChange);
window.addEventListener("pageshow", () => {
  form.ariaBusy = null;
});
