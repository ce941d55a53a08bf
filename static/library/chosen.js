// Chosen pictures: the address of a new link is copied with a button.
import { toast } from "../lib/toast.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  await navigator.clipboard.writeText(field.value);
  toast(document.querySelector("[data-text-copied]").dataset.textCopied, { tone: "success" });
});
// The address of a new link is shown once; loading the page again must not make another one.
if (document.querySelector("[data-fresh]")) history.replaceState(null, "", location.pathname);
