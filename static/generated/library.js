// The library of generated images: a grid for mouse and keyboard, what is done to several, imports, and news.
import { api } from "../lib/api.js";
import { areOn } from "../lib/keys.js";
import { connect } from "../lib/news.js";
import { toast } from "../lib/toast.js";
import { watchImports } from "./imports.js";

const page = document.querySelector("[data-library]");
const place = page.querySelector("[data-place]");
const form = page.querySelector("[data-chosen-form]");
const narrow = page.querySelector("[data-narrow]");
const { textUndo, textChosen, textAdded, textNoBoards } = page.dataset;

const tiles = () => Array.from(place.querySelectorAll("[data-tile]"));
const opener = (tile) => tile.querySelector(".tile-open");
const box = (tile) => tile.querySelector("[name=images]");
const chosen = () => tiles().filter((tile) => box(tile).checked);
const idsOf = (some) => some.map((tile) => tile.dataset.tile);

// -- Choosing ---------------------------------------------------------------------------------------

function showChosen() {
  const count = chosen().length;
  page.toggleAttribute("data-choosing", count > 0);
  const bar = page.querySelector("[data-selection]");
  bar.hidden = count === 0;
  bar.querySelector("[data-chosen-count]").textContent = textChosen.replace("{number}", count);
  const two = bar.querySelector("[data-two]");
  if (two) two.disabled = count !== 2;
}

function choose(some, state) {
  for (const tile of some) box(tile).checked = state;
  showChosen();
}

// -- The grid ---------------------------------------------------------------------------------------

/** One tile is in the tab order; the arrows go from there. */
function makeCurrent(current) {
  for (const tile of tiles()) for (const part of [opener(tile), box(tile)]) part.tabIndex = tile === current ? 0 : -1;
}

function focusTile(tile, options) {
  if (!tile) return;
  makeCurrent(tile);
  opener(tile).focus(options);
}

/** Keep pictures that are on the screen already, so that nothing flickers. */
function adopt(next) {
  for (const tile of next.querySelectorAll("[data-tile]")) {
    const present = place.querySelector(`[data-tile="${CSS.escape(tile.dataset.tile)}"]`);
    if (!present) continue;
    tile.querySelector("[name=images]").checked = box(present).checked;
    const [image, other] = [present.querySelector("img"), tile.querySelector("img")];
    if (image.src === other.src) other.replaceWith(image);
  }
}

function settle() {
  makeCurrent(tiles()[0]);
  showChosen();
  const said = place.querySelector("[data-total]");
  page.querySelector("[data-count]").textContent = said.textContent;
}

/** Whoever was on a tile goes on there, or on the one that took its place. */
function replaceGrid(html) {
  const next = new DOMParser().parseFromString(html, "text/html").body;
  const focused = document.activeElement?.closest?.("[data-tile]");
  const [id, at] = [focused?.dataset.tile, tiles().indexOf(focused)];
  adopt(next);
  place.replaceChildren(...next.childNodes);
  settle();
  if (!focused) return;
  const now = tiles();
  focusTile(now.find((tile) => tile.dataset.tile === id) ?? now[Math.min(at, now.length - 1)], { preventScroll: true });
}

let asked = 0;
let planned = 0;

/** Fetch the grid as the server sees it now; of several under way only the last counts. */
async function refresh() {
  asked += 1;
  const mine = asked;
  const query = new URLSearchParams(location.search);
  query.delete("import");
  query.set("part", "grid");
  const response = await fetch(`?${query}`, { credentials: "same-origin" }).catch(() => null);
  if (!response?.ok) return;
  if (response.redirected) return void location.reload();
  const html = await response.text();
  if (mine === asked) replaceGrid(html);
}

/** News may come in swarms; one look answers them all. */
function refreshSoon() {
  clearTimeout(planned);
  planned = setTimeout(refresh, 120);
}

// -- Doing ------------------------------------------------------------------------------------------

async function act(action, ids, { undo = false } = {}) {
  const body = new FormData();
  body.set("action", action);
  for (const id of ids) body.append("images", id);
  try {
    const done = await api(form.getAttribute("action"), { method: "POST", body });
    const options = undo && done.images.length ? { action: textUndo, onAction: () => act("restore", done.images) } : { tone: "success" };
    toast(done.message, options);
  } catch (error) {
    toast(error.message, { tone: "error" });
  }
  await refresh();
  // The button that was pressed may be gone: whoever used the keyboard goes on where something happened.
  if (document.activeElement === document.body) focusTile(tiles().find((tile) => ids.includes(tile.dataset.tile)), { preventScroll: true });
}

function onSubmit(event) {
  const button = event.submitter;
  for (const menu of form.querySelectorAll("[popover]:popover-open")) menu.hidePopover();
  if (button?.name !== "action") return; // a download or a comparison: the browser's own way
  event.preventDefault();
  const ids = idsOf(chosen());
  const isBinned = button.value === "deleted";
  if (isBinned || ["restore", "remove"].includes(button.value)) choose(chosen(), false);
  act(button.value, ids, { undo: isBinned });
}

/** Delete bins what is chosen, or else the tile under the keyboard. */
function binChosen(tile) {
  if (!form.querySelector("[data-bin]")) return;
  const some = chosen().length ? chosen() : [tile].filter(Boolean);
  choose(some, false);
  if (some.length) act("deleted", idsOf(some), { undo: true });
}

// -- Keys -------------------------------------------------------------------------------------------

function inRow() {
  const all = tiles();
  const top = all[0]?.offsetTop;
  const next = all.findIndex((tile) => tile.offsetTop !== top);
  return next < 0 ? all.length : next;
}

function target(key, at) {
  const onward = getComputedStyle(place).direction === "rtl" ? -1 : 1;
  const steps = { ArrowRight: onward, ArrowLeft: -onward, ArrowDown: inRow(), ArrowUp: -inRow() };
  if (key === "Home") return 0;
  if (key === "End") return tiles().length - 1;
  return key in steps ? at + steps[key] : null;
}

function onGridKey(event) {
  const tile = event.target.closest("[data-tile]");
  if (!tile || event.ctrlKey || event.metaKey || event.altKey) return;
  const to = target(event.key, tiles().indexOf(tile));
  if (to !== null) focusTile(tiles()[to]);
  else if (event.key === " " && event.target !== box(tile)) choose([tile], !box(tile).checked);
  else if (event.key === "Delete") binChosen(tile);
  else if (event.key === "Enter" && event.target === box(tile)) opener(tile).click();
  else return;
  event.preventDefault();
}

function onKey(event) {
  const isBusy = event.target.closest?.("input[type=search], select, textarea, [popover], dialog[open]");
  if (isBusy || document.querySelector("dialog[open], [popover]:popover-open")) return;
  if (event.key === "Escape" && chosen().length) choose(chosen(), false);
  else if (event.key === "Delete" && !event.target.closest?.("[data-tile]") && areOn() && chosen().length) binChosen(null);
  else if (event.key.startsWith("Arrow") && event.target === document.body && tiles().length) focusTile(tiles()[0]);
  else return;
  event.preventDefault();
}

// -- Boards -----------------------------------------------------------------------------------------

async function addTo(board) {
  try {
    await api(`/api/v1/boards/${board}/items`, { method: "POST", json: { images: idsOf(chosen()) } });
    choose(chosen(), false);
    toast(textAdded, { tone: "success" });
  } catch (error) {
    toast(error.message, { tone: "error" });
  }
}

function boardButton({ id, name }) {
  const button = document.createElement("button");
  button.type = "button";
  button.dir = "auto";
  button.textContent = name;
  button.addEventListener("click", () => {
    document.getElementById("boards").hidePopover();
    addTo(id);
  });
  return button;
}

async function listBoards() {
  const list = page.querySelector("[data-boards-list]");
  const answer = await api("/api/v1/boards").catch((error) => void toast(error.message, { tone: "error" }));
  if (answer?.boards.length) list.replaceChildren(...answer.boards.map(boardButton));
  else list.textContent = textNoBoards;
}

// -- Narrowing --------------------------------------------------------------------------------------

/** What says nothing is left out of the address. */
function shorten(event) {
  for (const [name, value] of Array.from(event.formData)) if (!value) event.formData.delete(name);
}

narrow.addEventListener("formdata", shorten);
narrow.addEventListener("change", (event) => (event.target.matches("select") || event.target.value) && narrow.requestSubmit());
form.addEventListener("submit", onSubmit);
form.addEventListener("change", showChosen);
place.addEventListener("keydown", onGridKey);
place.addEventListener("focusin", (event) => makeCurrent(event.target.closest("[data-tile]") ?? tiles()[0]));
document.addEventListener("keydown", onKey);
page.querySelector("[data-leave]")?.addEventListener("click", () => choose(chosen(), false));
const boards = page.querySelector("[data-boards]");
if (boards) boards.hidden = false;
document.getElementById("boards")?.addEventListener("beforetoggle", (event) => event.newState === "open" && listBoards());
settle();
watchImports(page, refresh);
connect({
  onEvent: (event) => event.type.startsWith("image.") && refreshSoon(),
  onState: (state) => state === "online" && refreshSoon(),
  onReset: refreshSoon,
});
