// Files from a button, a drop anywhere in the window or a paste, and a row of progress for each.
import { upload } from "./api.js";

const ABOUT_THE_FILE = [400, 413, 415, 422];

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

const panel = () => document.querySelector("[data-uploads]");

function newRow(name, stop = () => {}) {
  const row = document.getElementById("upload-row-shape").content.firstElementChild.cloneNode(true);
  row.querySelector(".name").textContent = name;
  row.querySelector(".progress").setAttribute("aria-label", name);
  row.querySelector("[data-upload-end]").addEventListener("click", () => {
    stop();
    endRow(row);
  });
  panel().append(row);
  panel().hidden = false;
  return row;
}

/** Who was on the row with the keyboard goes on beside it. */
function endRow(row) {
  if (!row.isConnected) return;
  const beside = (row.nextElementSibling ?? row.previousElementSibling)?.querySelector("[data-upload-end]");
  if (row.contains(document.activeElement)) (beside ?? document.querySelector("[data-upload]"))?.focus();
  row.remove();
  hideWhenEmpty();
}

function hideWhenEmpty() {
  panel().hidden = !panel().querySelector(".upload-row, [data-uploads-count]:not([hidden])");
}

function showShare(row, share) {
  row.querySelector(".progress").value = share;
  const percent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });
  row.querySelector(".figure").textContent = percent.format(share);
}

const mayPassLater = ({ status }) => status === 0 || status === 429 || status >= 500;

/** What is taken here helps whoever sent something else; a picture that is there already is none of that. */
const isAboutTheKind = ({ status, code }) => ABOUT_THE_FILE.includes(status) && code !== "DUPLICATE_IMAGE";

/** What happened stays until somebody has read it, with what can be done about it. */
function showError(row, error, { hint = "", again = null } = {}) {
  row.querySelector(".progress").remove();
  row.querySelector(".figure").textContent = "";
  row.querySelector(".upload-hint").textContent = isAboutTheKind(error) ? hint : "";
  const place = row.querySelector(".error");
  place.textContent = error.message;
  place.setAttribute("role", "alert");
  place.hidden = false;
  const button = row.querySelector("[data-upload-again]");
  button.hidden = !again || !mayPassLater(error);
  button.addEventListener("click", () => {
    if (!row.isConnected) return;
    endRow(row);
    again();
  });
}

/** Say that a file is not even sent, and why. */
export function refuseShown(file, message, hint = "") {
  showError(newRow(file.name), { status: 413, message }, { hint });
}

/**
 * Upload one file as `field` beside `fields` and show how it goes; resolves to the answer, or to null when it
 * was refused or stopped. `hint` says which files are taken; `again` is offered when the same file may pass
 * later; `onBroken` hears of a line that broke, and gets what sends the file again unless somebody has
 * dismissed it.
 */
export async function uploadShown(path, file, fields = {}, options = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append(options.field ?? "file", file, file.name || "picture");
  const send = ({ signal, onProgress }) => upload(path, form, { headers: options.headers, signal, onProgress });
  return workShown(file.name, send, options);
}

/** Do work that can be stopped and show how it goes; the rest is as for an upload. */
export async function workShown(name, work, options = {}) {
  const stopping = new AbortController();
  const row = newRow(name, () => stopping.abort());
  try {
    const answer = await work({ signal: stopping.signal, onProgress: (share) => showShare(row, share) });
    endRow(row);
    return answer;
  } catch (error) {
    if (error.name === "AbortError") return null;
    showError(row, error, options);
    if (error.status === 0) options.onBroken?.(() => row.querySelector("[data-upload-again]").click());
    return null;
  }
}

const counted = { done: 0, all: 0 };

function count(change) {
  counted.done += change.done ?? 0;
  counted.all += change.all ?? 0;
  if (counted.done === counted.all) Object.assign(counted, { done: 0, all: 0 });
  const line = document.querySelector("[data-uploads-count]");
  line.textContent = line.dataset.text.replace("{done}", counted.done).replace("{all}", counted.all);
  line.hidden = counted.all < 2;
  hideWhenEmpty();
}

/** Do `work` for every item, at most `width` at a time; one that fails does not stop the others. */
export async function inTurns(items, work, width = 3) {
  const waiting = items.slice();
  count({ all: items.length });
  const lane = async () => {
    while (waiting.length) {
      await work(waiting.shift());
      count({ done: 1 });
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
}
