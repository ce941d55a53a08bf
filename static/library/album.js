// An album: its pictures, their order, and links to it.
import { api } from "../lib/api.js";
import { arrange } from "../lib/arranging.js";
import { toast } from "../lib/toast.js";

const page = document.querySelector("[data-collection]");
const { collection, textCover } = page.dataset;
const path = `/api/v1/library/albums/${collection}`;
const next = () => page.querySelector("[data-following]")?.dataset.following ?? null;

/** The picture whose button was pressed stands for the album; without script its form does the same. */
async function onCover(event) {
  const pin = event.submitter?.value === "cover" && event.target.closest("[data-pin]");
  if (!pin) return;
  event.preventDefault();
  event.stopPropagation();
  try {
    await api(path, { method: "PATCH", json: { cover: pin.dataset.pin } });
    toast(textCover, { tone: "success" });
  } catch (error) {
    toast(error.message, { tone: "error" });
  }
}

page.addEventListener("submit", onCover, { capture: true });
arrange({
  follows: /^(album|library|image|edit)\./,
  // Of a long album one page is put in order: right before what begins the next one.
  order: (images) => [`${path}/items/order`, { method: "PUT", json: { images, before: next() } }],
  add: (images) => [`${path}/items`, { method: "POST", json: { images } }],
  remove: (id) => [`${path}/items/remove`, { method: "POST", json: { images: [id] } }],
});
