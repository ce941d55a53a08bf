// The library of generated images: a grid for mouse and keyboard, what is done to several, imports, and news.
import { api } from "../lib/api.js";
import { areOn } from "../lib/keys.js";
import { watchNarrowing } from "../lib/narrowing.js";
import { connect } from "../lib/news.js";
import { focusOf } from "../lib/part.js";
import { toast } from "../lib/toast.js";
import { watchImports } from "./imports.js";

const page = document.querySelector("[data-library]");
const place = page.querySelector("[data-place]");
const form = page.querySelector("[data-chosen-form]");
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
  for (const tile of tiles()) for (const part of tile.querySelectorAll("a, input, button")) part.tabIndex = tile === current ? 0 : -1;
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
  const total = place.querySelector("[data-total]").textContent;
  const count = page.querySelector("[data-count]");
  if (count.textContent !== total) count.textContent = total;
  showFacts(place.querySelector("[data-facts]"));
}

/** What stands around the grid follows it. */
function showFacts(facts) {
  page.querySelector("[data-chips]").replaceChildren(facts.content.cloneNode(true));
  page.querySelector("[name=back]").value = facts.dataset.back;
  const inUse = page.querySelector("[data-filters-count]");
  inUse.hidden = facts.dataset.narrowing === "0";
  inUse.lastElementChild.textContent = facts.dataset.narrowing;
}

/** Whoever was on a tile goes on there, or on the one that took its place. */
function replaceGrid(html) {
  const next = new DOMParser().parseFromString(html, "text/html").body;
  const focused = document.activeElement?.closest?.("[data-tile]");
  const [id, at] = [focused?.dataset.tile, tiles().indexOf(focused)];
  const refocus = focusOf(place, "tile");
  adopt(next);
  place.replaceChildren(...next.childNodes);
  settle();
  if (!focused) {
    refocus();
    return;
  }
  const now = tiles();
  focusTile(now.find((tile) => tile.dataset.tile === id) ?? now[Math.min(at, now.length - 1)], { preventScroll: true });
}

let asked = 0;
let planned = 0;
let latest = null;

/** Fetch the grid as the server sees it now; of several looks under way only the last one counts, for all of them. */
function refresh() {
  asked += 1;
  latest = look(asked);
  return latest;
}

/** Resolves to whether it could. */
async function look(mine) {
  const query = new URLSearchParams(location.search);
  query.delete("import");
  query.set("part", "grid");
  const response = await fetch(`?${query}`, { credentials: "same-origin" }).catch(() => null);
  if (response?.redirected) location.reload(); // nobody is signed in any more
  const isThere = response?.ok && !response.redirected;
  const html = isThere ? await response.text() : "";
  if (mine !== asked) return latest;
  if (isThere) replaceGrid(html);
  return isThere;
}

/** News may come in swarms; one look answers them all. */
function refreshSoon() {
  clearTimeout(planned);
  planned = setTimeout(refresh, 120);
}

let shown = location.search;

/** Show another part of the library. */
async function show(address) {
  history.pushState(null, "", address);
  shown = location.search;
  if (!(await refresh())) location.reload();
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

/** A tile's own button does something to it alone. */
function onTile(event) {
  const button = event.target.closest("[data-act]");
  if (button) act(button.dataset.act, [button.closest("[data-tile]").dataset.tile], { undo: button.dataset.act === "deleted" });
}

/** Delete bins what is chosen, or else the tile under the keyboard. */
function binChosen(tile) {
  if (!form.querySelector("[data-bin]")) return;
  const some = chosen().length ? chosen() : [tile].filter(Boolean);
  choose(some, false);
  if (some.length) act("deleted", idsOf(some), { undo: true });
}

// -- Keys -------------------------------------------------------------------------------------------

const middle = (tile) => tile.offsetLeft + tile.offsetWidth / 2;

/** The tile in the next row (`way` 1) or the one before (-1) that is nearest above or below; rows hold as many as fit. */
function inNextRow(tile, way) {
  const rows = tiles().filter((other) => Math.sign(other.offsetTop - tile.offsetTop) === way);
  const top = way > 0 ? rows[0]?.offsetTop : rows.at(-1)?.offsetTop;
  const row = rows.filter((other) => other.offsetTop === top);
  return row.sort((one, other) => Math.abs(middle(one) - middle(tile)) - Math.abs(middle(other) - middle(tile)))[0];
}

/** Where a key leads from a tile; null when it leads nowhere by its kind, undefined at the edge. */
function target(key, tile) {
  const [all, onward] = [tiles(), getComputedStyle(place).direction === "rtl" ? -1 : 1];
  const at = all.indexOf(tile);
  const ways = {
    ArrowRight: () => all[at + onward],
    ArrowLeft: () => all[at - onward],
    ArrowDown: () => inNextRow(tile, 1),
    ArrowUp: () => inNextRow(tile, -1),
    Home: () => all[0],
    End: () => all.at(-1),
  };
  return key in ways ? ways[key]() : null;
}

function onGridKey(event) {
  const tile = event.target.closest("[data-tile]");
  if (!tile || event.ctrlKey || event.metaKey || event.altKey) return;
  const to = target(event.key, tile);
  if (to !== null) focusTile(to);
  else if (event.key === " " && event.target === opener(tile)) choose([tile], !box(tile).checked);
  else if (event.key === "Delete") binChosen(tile);
  else if (event.key === "Enter" && event.target === box(tile)) opener(tile).click();
  else return;
  event.preventDefault();
}

function onKey(event) {
  const isBusy = event.target.closest?.("input[type=search], select, textarea, [popover], dialog[open], [data-filters]");
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

form.addEventListener("submit", onSubmit);
form.addEventListener("change", showChosen);
place.addEventListener("keydown", onGridKey);
place.addEventListener("click", onTile);
place.addEventListener("focusin", (event) => makeCurrent(event.target.closest("[data-tile]") ?? tiles()[0]));
document.addEventListener("keydown", onKey);
page.querySelector("[data-leave]")?.addEventListener("click", () => choose(chosen(), false));
const boards = page.querySelector("[data-boards]");
if (boards) boards.hidden = false;
document.getElementById("boards")?.addEventListener("beforetoggle", (event) => event.newState === "open" && listBoards());
settle();
addEventListener("popstate", () => location.search !== shown && location.reload());
watchNarrowing(page.querySelector("[data-narrow]"), show);
watchImports(page, refresh);
connect({
  onEvent: (event) => event.type.startsWith("image.") && refreshSoon(),
  onState: (state) => state === "online" && refreshSoon(),
  onReset: refreshSoon,
});
