// What every page does: the appearance switch, timed messages, declared dialogs, shared shortcuts, patience.
import { openDialog } from "./dialog.js";
import { shortcut } from "./keys.js";
import { watchLeaving } from "./leaving.js";
import { watchImages } from "./patience.js";
import { adopt, toast } from "./toast.js";

function show(choice) {
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === choice));
  }
}

function choose(choice) {
  if (choice === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
  show(choice);
  try {
    if (choice === "system") localStorage.removeItem("theme");
    else localStorage.setItem("theme", choice);
  } catch {
    // The choice lasts as long as the page.
  }
}

function onClick(event) {
  const theme = event.target.closest("[data-theme-choice]");
  if (theme) choose(theme.dataset.themeChoice);
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) openDialog(document.getElementById(opener.dataset.dialogOpen));
}

show(document.documentElement.dataset.theme ?? "system");
document.addEventListener("click", onClick);
watchImages();
watchLeaving();
// A partial answer says something through the header HX-Trigger: {"toast": {"text", "tone"}}.
document.addEventListener("toast", ({ detail }) => toast(detail.text, { tone: detail.tone }));
for (const message of document.querySelectorAll("#toasts > .toast")) adopt(message);

shortcut("/", () => document.querySelector("[data-search]")?.focus());
shortcut("u", () => document.querySelector("[data-upload]")?.click());
