// Sharing chosen pictures by a link, in a dialog over whatever page they were chosen on.
import { openDialog } from "../lib/dialog.js";
import { toast } from "../lib/toast.js";

const PATH = "/library/chosen/";

const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;
const text = (name) => document.body.dataset[name] ?? "";

/** Ask for the dialog's content; a refusal comes as content too, or as an error with a sentence. */
async function content(fields) {
  fields.set("part", "share");
  const headers = { "X-CSRFToken": token(), "Accept-Language": document.documentElement.lang };
  const response = await fetch(PATH, { method: "POST", body: fields, headers, credentials: "same-origin" }).catch(() => null);
  if (!response) throw new Error(text("textOffline"));
  const html = await response.text();
  if (response.redirected || (!response.ok && !html.includes("share-title"))) throw new Error(text("textBroken"));
  return new DOMParser().parseFromString(html, "text/html").body.childNodes;
}

async function fill(dialog, fields) {
  try {
    dialog.replaceChildren(...(await content(fields)));
    if (!dialog.open) openDialog(dialog);
    dialog.querySelector("[aria-invalid=true], input:not([type=hidden])")?.focus();
  } catch (error) {
    toast(error.message, { tone: "error" });
  }
}

async function copy(dialog, button) {
  const field = dialog.querySelector(`#${button.dataset.copy}`);
  field.select();
  await navigator.clipboard.writeText(field.value);
  toast(dialog.querySelector("[data-text-copied]").dataset.textCopied, { tone: "success" });
}

/** Offer a link to these pictures. */
export function share(ids) {
  const dialog = Object.assign(document.createElement("dialog"), { className: "dialog" });
  dialog.setAttribute("aria-labelledby", "share-title");
  dialog.addEventListener("submit", (event) => {
    event.preventDefault();
    fill(dialog, new FormData(event.target, event.submitter));
  });
  dialog.addEventListener("click", (event) => {
    if (event.target.closest("[data-share-close]")) dialog.close();
    const button = event.target.closest("[data-copy]");
    if (button) copy(dialog, button);
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  const fields = new FormData();
  for (const id of ids) fields.append("images", id);
  return fill(dialog, fields);
}

/** Let buttons with `data-share` offer a link to the pictures of their form, or to what `chosen()` says. */
export function watchSharing(chosen = () => []) {
  const onSubmit = (event) => {
    if (!event.submitter?.hasAttribute("data-share")) return;
    event.preventDefault();
    event.stopPropagation();
    share(event.target.matches("[data-chosen-form]") ? chosen() : new FormData(event.target).getAll("images"));
  };
  document.addEventListener("submit", onSubmit, { capture: true });
}
