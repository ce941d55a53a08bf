// Files from a button, a drop anywhere in the window or a paste, and a row of progress for each.
import { upload } from "./api.js";

const carriesFiles = (event) => Array.from(event.dataTransfer?.types ?? []).includes("Files");

function watchDrops(zone, onFiles) {
  let depth = 0;
  const show = (change) => {
    depth = Math.max(0, depth + change);
    if (zone) zone.hidden = depth === 0;
  };
  window.addEventListener("dragenter", (event) => carriesFiles(event) && show(1));
  window.addEventListener("dragleave", (event) => carriesFiles(event) && show(-1));
  window.addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault());
  window.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    show(-depth);
    onFiles(Array.from(event.dataTransfer.files));
  });
}

/** Hear of every file somebody chooses in `input`, drops anywhere or pastes; `zone` shows while they drag. */
export function watchFiles({ input, zone = document.querySelector("[data-dropzone]"), onFiles }) {
  const tell = (files) => files.length > 0 && onFiles(files);
  input?.addEventListener("change", () => {
    tell(Array.from(input.files));
    input.value = "";
  });
  watchDrops(zone, tell);
  document.addEventListener("paste", (event) => tell(Array.from(event.clipboardData?.files ?? [])));
}

function newRow(name) {
  const list = document.querySelector("[data-uploads]");
  const row = document.getElementById("upload-row-shape").content.firstElementChild.cloneNode(true);
  row.querySelector(".name").textContent = name;
  row.querySelector(".progress").setAttribute("aria-label", name);
  list.append(row);
  list.hidden = false;
  return row;
}

function endRow(row) {
  const list = row.parentElement;
  row.remove();
  if (list && !list.children.length) list.hidden = true;
}

function showShare(row, share) {
  row.querySelector(".progress").value = share;
  const percent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });
  row.querySelector(".figure").textContent = percent.format(share);
}

function showError(row, error) {
  row.querySelector(".progress").remove();
  row.querySelector(".figure").textContent = "";
  const place = row.querySelector(".error");
  place.textContent = error.message;
  place.setAttribute("role", "alert");
  place.hidden = false;
  setTimeout(() => endRow(row), 12000);
}

/** Upload one file and show how it goes; resolves to the answer, or to null when it was refused. */
export async function uploadShown(path, file, fields = {}, options = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", file, file.name || "picture");
  const row = newRow(file.name);
  try {
    const answer = await upload(path, form, { ...options, onProgress: (share) => showShare(row, share) });
    endRow(row);
    return answer;
  } catch (error) {
    showError(row, error);
    return null;
  }
}

/** Do `work` for every item, at most `width` at a time; one that fails does not stop the others. */
export async function inTurns(items, work, width = 3) {
  const waiting = items.slice();
  const lane = async () => {
    while (waiting.length) await work(waiting.shift());
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
}
