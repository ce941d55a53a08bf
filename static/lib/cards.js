// A page of cards: a new one in a dialog, and news from other windows.
import { openDialog } from "./dialog.js";
import { shortcut } from "./keys.js";
import { connect } from "./news.js";
import { following } from "./part.js";

const dialog = document.getElementById("new");
const { refreshSoon } = following(document.querySelector("[data-place]"), { part: "cards", key: "card" });

function openNew() {
  dialog.close();
  openDialog(dialog);
  dialog.querySelector("input:not([type=hidden])").focus();
}

function onClick(event) {
  const leaves = event.target.closest("[data-new-leave]");
  if (!leaves && !event.target.closest("[data-new], [href='?new']")) return;
  event.preventDefault();
  if (leaves) dialog.close();
  else openNew();
}

/** Make the page do what it shows; `follows` says which kinds of news change that. */
export function cards({ follows }) {
  document.addEventListener("click", onClick);
  shortcut("n", openNew);
  if (dialog.open) openNew();
  connect({
    onEvent: (event) => follows.test(event.type) && refreshSoon(),
    onState: (state) => state === "online" && refreshSoon(),
    onReset: refreshSoon,
  });
}
