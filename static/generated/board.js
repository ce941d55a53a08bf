// A board: its images, their order, and links to it.
import { arrange } from "../lib/arranging.js";

const path = `/api/v1/boards/${document.querySelector("[data-collection]").dataset.collection}/items`;

arrange({
  follows: /^(board|image)\./,
  order: (images) => [path, { method: "PUT", json: { images } }],
  add: (images) => [path, { method: "POST", json: { images } }],
  remove: (id) => [`${path}/${id}`, { method: "DELETE" }],
});
