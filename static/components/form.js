// Forms marked data-form answer in place: errors stand under their fields and nothing typed is lost.
import { toast } from "../lib/toast.js";

function shaped(form, name, text) {
  const shape = form.querySelector(`template[data-${name}-shape]`).content.firstElementChild.cloneNode(true);
  shape.querySelector("span").textContent = text;
  return shape;
}

/** Take back what was said of a form's fields. */
export function clear(form) {
  form.querySelector("[data-form-errors]").replaceChildren();
  for (const field of form.querySelectorAll("[data-field]")) {
    field.querySelector("[data-note] .error")?.remove();
    field.querySelector(".input")?.removeAttribute("aria-invalid");
  }
}

/** Say what is wrong: `fields` by name as `{errors: [sentence]}`, and `errors` about the whole. */
export function showErrors(form, { fields, errors }) {
  clear(form);
  for (const [name, { errors: [first] }] of Object.entries(fields)) {
    const field = form.querySelector(`[data-field="${CSS.escape(name)}"]`);
    if (!first || !field) continue;
    field.querySelector("[data-note]").replaceChildren(shaped(form, "error", first));
    field.querySelector("input, select, textarea").setAttribute("aria-invalid", "true");
  }
  form.querySelector("[data-form-errors]").append(...errors.map((text) => shaped(form, "notice", text)));
  form.querySelector('[aria-invalid="true"]')?.focus();
}

// A refusal that is a page of its own (too many tries, say) is told in its own words above the form.
function showRefusal(form, html) {
  const said = new DOMParser().parseFromString(html, "text/html").querySelector("[data-refusal]");
  if (!said) return form.submit();
  return showErrors(form, { fields: {}, errors: [said.textContent.trim()] });
}

async function send(form, submitter) {
  const headers = { "X-Requested-With": "XMLHttpRequest" };
  const body = new URLSearchParams(new FormData(form, submitter));
  const response = await fetch(form.action, { method: "POST", body, headers, credentials: "same-origin" });
  if (!response.headers.get("Content-Type")?.startsWith("application/json")) return showRefusal(form, await response.text());
  const answer = await response.json();
  if (answer.location) return location.assign(answer.location);
  return showErrors(form, answer.form);
}

async function onSubmit(event) {
  const form = event.target;
  event.preventDefault();
  if (form.ariaBusy === "true") return;
  form.ariaBusy = "true";
  try {
    await send(form, event.submitter);
  } catch {
    toast(document.body.dataset.textOffline, { tone: "error" });
  } finally {
    form.ariaBusy = null;
  }
}

for (const form of document.querySelectorAll("form[data-form]")) form.addEventListener("submit", onSubmit);
document.querySelector('[aria-invalid="true"]')?.focus();
