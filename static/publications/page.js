// The public page of a publication: photos on the stage, and its address for others.
import { lightbox } from "../lib/lightbox.js";
import { toast } from "../lib/toast.js";

const button = document.querySelector("[data-share]");

/** By the system's own list where there is one, else by the clipboard. */
async function share() {
  const { address: url, title, textCopied } = button.dataset;
  // Whoever leaves the list without choosing has not failed at anything.
  if (navigator.share) return navigator.share({ url, title }).catch(() => null);
  await navigator.clipboard.writeText(url);
  return toast(textCopied, { tone: "success" });
}

lightbox(document.querySelector("[data-lightbox]"), document.querySelectorAll("[data-lightbox-item]"));
if (button) {
  button.hidden = !navigator.share && !navigator.clipboard;
  button.addEventListener("click", share);
}
