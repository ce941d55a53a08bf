// Schedules: a question before one is removed.
import { confirmation } from "../lib/dialog.js";

const page = document.querySelector("[data-schedules]");

async function onClick(event) {
  const button = event.target.closest("[data-remove]");
  if (!button || button.dataset.sure) return;
  event.preventDefault();
  const { textRemoveTitle: title, textRemove: text, textRemoveYes: yes } = page.dataset;
  if (!(await confirmation({ title, text, yes, tone: "danger" }))) return;
  button.dataset.sure = "yes";
  button.click();
}

page.addEventListener("click", onClick);
