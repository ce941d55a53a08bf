// The account pages: forms that answer in place, questions before what can't be undone, copying a key.
import "../components/form.js";
import "../components/secret.js";
import { confirmation } from "../lib/dialog.js";
import { areOn, turn } from "../lib/keys.js";
import { toast } from "../lib/toast.js";

async function onCopy(button) {
  const source = document.getElementById(button.dataset.copy);
  await navigator.clipboard.writeText(source.value);
  toast(button.dataset.copied, { tone: "success" });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) onCopy(button);
});

// htmx asks here before it sends a form that carries hx-confirm.
document.addEventListener("htmx:confirm", async (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  const { yes, text } = event.target.dataset;
  if (await confirmation({ title: event.detail.question, text, yes, tone: "danger" })) event.detail.issueRequest(true);
});

// What held the focus may be gone: it goes to the news, to the first wrong field, or to the list's title.
document.addEventListener("htmx:afterSettle", () => {
  const wanted = ["[data-focus]", '[aria-invalid="true"]', "#keys-title"];
  if (document.activeElement !== document.body && !document.querySelector("[data-focus]")) return;
  wanted.map((selector) => document.querySelector(selector)).find(Boolean)?.focus();
});
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });

const shortcuts = document.querySelector("[data-shortcuts]");
if (shortcuts) {
  const input = shortcuts.querySelector("input");
  input.checked = areOn();
  input.addEventListener("change", () => turn(input.checked ? "on" : "off"));
}
