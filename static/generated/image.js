// One generated image: its neighbours by keyboard, and what can be copied.
import { shortcut } from "../lib/keys.js";
import { toast } from "../lib/toast.js";

const page = document.querySelector("[data-one]");

/** A list is copied as lines of names and values. */
function textOf(element) {
  if (!element.matches("dl")) return element.textContent;
  const lines = Array.from(element.children, (row) => `${row.children[0].textContent}: ${row.children[1].textContent}`);
  return lines.join("\n");
}

async function copy(button) {
  await navigator.clipboard.writeText(textOf(document.getElementById(button.dataset.copy)));
  toast(page.dataset.textCopied, { tone: "success" });
}

for (const button of page.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", () => copy(button));
}
const isTurned = getComputedStyle(page).direction === "rtl";
shortcut(isTurned ? "ArrowRight" : "ArrowLeft", () => document.querySelector("[data-before]")?.click());
shortcut(isTurned ? "ArrowLeft" : "ArrowRight", () => document.querySelector("[data-after]")?.click());
shortcut("Delete", () => page.querySelector("[data-bin]")?.click());
shortcut("Escape", () => document.querySelector("[popover]:popover-open") || document.querySelector("[data-up]").click());
