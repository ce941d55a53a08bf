// "My pictures": uploads, the choice of the active one, deletion with undo, and news from other windows.
import { api, freshWord } from "../lib/api.js";
import { connect } from "../lib/news.js";
import { toast } from "../lib/toast.js";
import { inTurns, refuseShown, uploadShown, watchFiles } from "../lib/upload.js";
import { squared } from "./crop.js";

const page = document.querySelector("[data-pictures]");
const place = page.querySelector("[data-place]");
const input = page.querySelector("[data-file-input]");
const { user, largest, textDeleted, textUndo, textChosen, textAdded, textWaiting, textCopied, textTooLarge, textTaken } = page.dataset;
const socketId = freshWord();
const binned = new Map(); // what is gone for the eye and not yet for the server, by id
const unsent = new Set(); // what sends the files again under which the line broke

const tiles = () => Array.from(place.querySelectorAll("[data-tile]:not([hidden])"));
const opener = (tile) => tile.querySelector(".tile-open");

// -- The grid ---------------------------------------------------------------------------------------

/** One tile is in the tab order; the arrows go from there. */
function makeCurrent(current) {
  for (const tile of place.querySelectorAll("[data-tile]")) {
    for (const button of tile.querySelectorAll("button")) button.tabIndex = tile === current ? 0 : -1;
  }
}

function focusTile(tile, options) {
  if (!tile) return;
  makeCurrent(tile);
  opener(tile).focus(options);
}

const activeId = () => place.querySelector("[data-tile][data-active]")?.dataset.tile;

function showFaces() {
  const active = place.querySelector("[data-tile][data-active] img");
  if (!active) return;
  for (const face of document.querySelectorAll("[data-own-face], [data-own-avatar]")) face.src = active.src;
}

function showActive(chosen) {
  for (const tile of place.querySelectorAll("[data-tile]")) {
    tile.toggleAttribute("data-active", tile.dataset.tile === chosen);
    opener(tile).setAttribute("aria-pressed", String(tile.dataset.tile === chosen));
  }
  showFaces();
}

/** Keep pictures that are on the screen already, so that nothing flickers. */
function adoptImages(next) {
  for (const tile of next.querySelectorAll("[data-tile]")) {
    const image = place.querySelector(`[data-tile="${CSS.escape(tile.dataset.tile)}"] img`);
    const other = tile.querySelector("img");
    if (image?.src === other.src) other.replaceWith(image);
  }
}

function replaceGrid(html) {
  const next = new DOMParser().parseFromString(html, "text/html").body;
  const focused = document.activeElement?.closest("[data-tile]")?.dataset.tile;
  adoptImages(next);
  place.replaceChildren(...next.childNodes);
  settle();
  // News from elsewhere must not scroll the page under somebody's eyes.
  if (focused) focusTile(tiles().find((tile) => tile.dataset.tile === focused) ?? tiles()[0], { preventScroll: true });
}

function settle() {
  for (const tile of place.querySelectorAll("[data-tile]")) tile.hidden = binned.has(tile.dataset.tile);
  place.querySelector("[data-none]").hidden = tiles().length > 0;
  makeCurrent(tiles()[0]);
  showFaces();
}

let asked = 0;

/** Fetch the grid as the server sees it now; of several under way only the last counts. */
async function refresh() {
  asked += 1;
  const mine = asked;
  const response = await fetch("?part=grid", { credentials: "same-origin" }).catch(() => null);
  if (!response?.ok) return;
  if (response.redirected) window.location.reload();
  const html = await response.text();
  if (mine === asked) replaceGrid(html);
}

let planned = 0;

/** News may come in swarms; one look answers them all. */
function refreshSoon() {
  clearTimeout(planned);
  planned = setTimeout(refresh, 60);
}

// -- Choosing and deleting ----------------------------------------------------------------------------

async function activate(tile) {
  const before = activeId();
  showActive(tile.dataset.tile);
  try {
    await api(`/pictures/set-active-picture/${tile.dataset.tile}/${user}`, { method: "PUT", json: { socketId } });
    toast(textChosen, { tone: "success" });
  } catch (error) {
    showActive(before);
    toast(error.message, { tone: "error" });
  }
  await refresh();
}

const deletionPath = ({ tile, fileName }) => `/pictures/delete-picture/${tile}/${encodeURIComponent(fileName)}/${user}?socketId=${socketId}`;

async function remove(picture) {
  try {
    await api(deletionPath(picture), { method: "DELETE" });
  } catch (error) {
    restore(picture);
    toast(error.message, { tone: "error" });
  }
  binned.delete(picture.tile);
  await refresh();
}

function restore(picture) {
  binned.delete(picture.tile);
  settle();
}

function undo(picture) {
  restore(picture);
  focusTile(tiles().find((tile) => tile.dataset.tile === picture.tile));
}

/** Take a picture away at once, and really delete it when the offer to undo has passed. */
function bin(tile) {
  const picture = { ...tile.dataset };
  const around = tiles();
  const index = around.indexOf(tile);
  binned.set(picture.tile, picture);
  settle();
  if (around.length > 1) focusTile(around[index + 1] ?? around[index - 1]);
  else document.querySelector("[data-upload]").focus();
  const offer = toast(textDeleted, { action: textUndo, onAction: () => undo(picture) });
  offer.closed.then((how) => how !== "action" && binned.has(picture.tile) && remove(picture));
}

/** Leaving the page ends every offer to undo. */
function removeAll() {
  const token = page.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  for (const picture of binned.values()) {
    fetch(deletionPath(picture), { method: "DELETE", keepalive: true, credentials: "same-origin", headers: { "X-CSRFToken": token } });
  }
  binned.clear();
}

// -- Uploading ----------------------------------------------------------------------------------------

async function online() {
  if (navigator.onLine) return;
  toast(textWaiting, { tone: "warning" });
  await new Promise((resolve) => window.addEventListener("online", resolve, { once: true }));
}

async function send(file, isAlone, key = freshWord()) {
  if (file.size > Number(largest)) return refuseShown(file, textTooLarge, textTaken);
  // The key makes a repeated request harmless should the answer get lost on the way.
  const headers = { "Idempotency-Key": key };
  const again = async () => say([await send(file, isAlone, key)]);
  const onBroken = (resume) => unsent.add(resume);
  const options = { headers, hint: textTaken, again, onBroken };
  const answer = await uploadShown("/pictures/create-picture", file, { socketId, setActive: String(isAlone) }, options);
  if (answer) await refresh();
  return answer;
}

function say(answers) {
  const arrived = answers.filter(Boolean);
  if (arrived.length) toast(answers.length === 1 ? arrived[0].message : textAdded, { tone: "success" });
}

function sendUnsent() {
  const waiting = Array.from(unsent);
  unsent.clear();
  for (const resume of waiting) resume();
}

/** One file may be cropped and becomes the active picture; several are kept as they are, beside it. */
async function take(files) {
  if (document.querySelector("dialog[open]")) return;
  const isAlone = files.length === 1;
  const ready = isAlone ? [await squared(files[0])].filter(Boolean) : files;
  if (!ready.length) return;
  await online();
  const answers = [];
  await inTurns(ready, async (file) => answers.push(await send(file, isAlone)));
  say(answers);
}

// -- Hands and keys -----------------------------------------------------------------------------------

function neighbour(tile, key) {
  const all = tiles();
  const index = all.indexOf(tile);
  const columns = all.filter((other) => other.offsetTop === all[0].offsetTop).length;
  const forward = getComputedStyle(tile).direction === "rtl" ? -1 : 1;
  const steps = { ArrowLeft: -forward, ArrowRight: forward, ArrowUp: -columns, ArrowDown: columns, Home: -index, End: all.length - 1 - index };
  return key in steps ? (all[index + steps[key]] ?? tile) : null;
}

function onKey(event) {
  const tile = event.target.closest("[data-tile]");
  if (!tile || event.ctrlKey || event.metaKey || event.altKey) return;
  const next = neighbour(tile, event.key);
  if (next) focusTile(next);
  else if (event.key === "Delete" || event.key === "Backspace") bin(tile);
  else return;
  event.preventDefault();
}

function onSubmit(event) {
  const tile = event.target.closest("[data-tile]");
  if (!tile) return;
  event.preventDefault();
  if (event.submitter?.value === "delete") bin(tile);
  else activate(tile);
}

async function copyAddress() {
  await navigator.clipboard.writeText(page.querySelector("[data-address]").textContent);
  toast(textCopied, { tone: "success" });
}

/** What happened before the line was open is in the grid that is fetched once it is. */
function onState(state) {
  if (state === "online") sendUnsent();
  if (state !== "offline") refreshSoon();
}

function watchNews() {
  connect({
    onEvent: (event) => event.type.startsWith("picture") && event.data.userId === user && refreshSoon(),
    onState,
    onReset: refreshSoon,
  });
}

const copy = page.querySelector("[data-copy]");
copy.hidden = !navigator.clipboard;
copy.addEventListener("click", copyAddress);
document.addEventListener("click", (event) => event.target.closest("[data-upload]") && input.click());
place.addEventListener("submit", onSubmit);
place.addEventListener("keydown", onKey);
place.addEventListener("focusin", (event) => makeCurrent(event.target.closest("[data-tile]") ?? tiles()[0]));
window.addEventListener("pagehide", removeAll);
watchFiles({ input, onFiles: take });
settle();
watchNews();
