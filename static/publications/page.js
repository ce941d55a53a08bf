// The public page of a publication: photos on the stage, and its address for others.
import { lightbox } from "../lib/lightbox.js";
import { toast } from "../lib/toast.js";

const copy = document.querySelector("[data-copy]");
const share = document.querySelector("[data-share]");

async function copyAddress() {
  await navigator.clipboard.writeText(copy.dataset.address);
  toast(copy.dataset.copied, { tone: "success" });
}

/** Whoever leaves the system's own list without choosing has not failed at anything. */
function shareAddress() {
  const { address: url, title } = share.dataset;
  return navigator.share({ url, title }).catch(() => null);
}

lightbox(document.querySelector("[data-lightbox]"), document.querySelectorAll("[data-lightbox-item]"));
if (copy) {
  copy.hidden = !navigator.clipboard;
  share.hidden = !navigator.share;
  copy.addEventListener("click", copyAddress);
  share.addEventListener("click", shareAddress);
}
