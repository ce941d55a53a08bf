// The library: a grid of any number of pictures for mouse, finger and keyboard, and what is done to them.
import { api } from "../lib/api.js";
import { openDialog } from "../lib/dialog.js";
import { areOn, isTyping, shortcut } from "../lib/keys.js";
import { Lightbox } from "../lib/lightbox.js";
import { watchNarrowing } from "../lib/narrowing.js";
import { connect } from "../lib/news.js";
import { toast } from "../lib/toast.js";
import { question, standing } from "./address.js";
import { watchBulk } from "./bulk.js";
import { AT_ONCE, Choice, act, emptied, watchPointers } from "./choosing.js";
import { Grid } from "./grid.js";
import { watchIncoming } from "./incoming.js";
import { Reel } from "./reel.js";
import { watchRenaming } from "./renaming.js";
import { scrubber } from "./scrubber.js";
import { watchSharing } from "./sharing.js";

const SOON = 250; // milliseconds in which news that come in swarms are answered together
const CONCERNS = /^(library|edit|image|picture|pictures|publication)\./;

const page = document.querySelector("[data-library]");
const place = page.querySelector("[data-place]");
const form = page.querySelector("[data-chosen-form]");
const dialog = document.querySelector("[data-lightbox]");
const { textUndo, textChosen, textMonth, textTooMany } = page.dataset;
const opening = JSON.parse(document.getElementById("opening").textContent);
const isBin = page.hasAttribute("data-bin-shown");

const grid = new Grid(place, page.querySelector("[data-tile-shape]"));
const choice = new Choice(grid);
const reel = new Reel(grid, dialog, opening.at);
const lightbox = new Lightbox(dialog, reel);
const months = scrubber(page.querySelector("[data-scrubber]"), grid, textMonth);

// -- The list ---------------------------------------------------------------------------------------

let asked = 0;
let planned = 0;
let shown = question().toString();

const put = (name, html) => page.querySelector(`[data-${name}]`).replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);

/** What stands around the grid follows it. */
function showAround(answer) {
  put("chips", answer.chips);
  put("facets", answer.facets);
  put("facets-said", answer.said);
  put("empty", answer.empty);
  const count = page.querySelector("[data-count]");
  if (count.textContent !== answer.words) count.textContent = answer.words;
  const inUse = page.querySelector("[data-filters-count]");
  inUse.hidden = !answer.narrowing;
  inUse.lastElementChild.textContent = answer.narrowing;
  page.querySelector("[name=back]").value = location.pathname + location.search;
  const emptying = page.querySelector("[data-emptying]");
  if (emptying) emptying.hidden = !answer.total;
}

/** Ask for the list as it is now, around a picture; of several wishes only the last one counts. */
async function opened(id) {
  asked += 1;
  const mine = asked;
  const said = question();
  shown = said.toString();
  if (id) said.set("at", id);
  const answer = await api(`${place.dataset.grid}?${said}`).catch((error) => void (error.status !== 0 && toast(error.message, { tone: "error" })));
  return mine === asked ? answer : null;
}

/** Look again; what is on the screen stays where it is. */
async function refresh() {
  clearTimeout(planned);
  const { index, offset } = grid.anchor();
  const isTop = index === 0;
  const id = lightbox.isOpen ? grid.source.tile(lightbox.index)?.id : grid.source.tile(index)?.id;
  const answer = await opened(isTop && !lightbox.isOpen ? "" : id);
  if (!answer) return;
  // Whoever has gone on to another picture meanwhile is looked for where they are now.
  if (lightbox.isOpen && grid.source.tile(lightbox.index)?.id !== id) return void refreshSoon();
  // As it is now: whoever has come to a picture meanwhile stays on it.
  const before = { focus: grid.isFocused ? grid.source.tile(grid.focus)?.id : null, at: grid.focus };
  showAround(answer);
  grid.open(answer, isTop ? null : { index: answer.at, offset });
  months.draw();
  if (lightbox.isOpen) lightbox.renew(answer.at);
  else if (before.focus) await refocus(before);
}

/** Whoever was on a picture goes on there, or on the one that took its place. */
async function refocus({ focus, at }) {
  const found = grid.elements.find((element) => element.dataset.tile === focus);
  await grid.focusOn(found ? Number(found.dataset.index) : at);
}

/** News may come in swarms; one look answers them all. */
function refreshSoon() {
  clearTimeout(planned);
  planned = setTimeout(refresh, SOON);
}

/** Show another part of the library from its top. */
async function show(address) {
  const isElsewhere = new URL(address, location.href).searchParams.has("bin") !== isBin;
  if (isElsewhere) return location.assign(address);
  history.pushState(null, "", address);
  choice.leave();
  return renew();
}

/** What stands around the grid leads to other parts. */
function onLink(event) {
  const link = event.target.closest("[data-chips] a, [data-facets] a, [data-empty] a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  show(link.getAttribute("href"));
}

/** Show what the address says. */
async function renew() {
  const said = new URLSearchParams(location.search);
  if (said.has("bin") !== isBin) return location.reload();
  const answer = await opened(said.get("at"));
  if (!answer) return undefined;
  document.querySelector("[data-search]").value = said.get("q") ?? "";
  showAround(answer);
  const top = history.state?.place;
  grid.open(answer, { index: answer.at, offset: top?.offset ?? 4 });
  if (!answer.at) scrollTo({ top: 0, behavior: "instant" });
  return months.draw();
}

/** The address keeps the place, for a reload, the way back, and whoever it is sent to. */
function keepPlace() {
  if (lightbox.isOpen || !grid.total) return;
  const { index, offset } = grid.anchor();
  const tile = grid.source.tile(index);
  if (index && !tile) return void grid.source.fetched(index).then((told) => told && keepPlace());
  const id = index ? tile.id : "";
  history.replaceState({ ...history.state, place: { offset } }, "", standing(id));
}

// -- Choosing and doing -----------------------------------------------------------------------------

function showChosen() {
  const count = choice.size;
  page.toggleAttribute("data-choosing", count > 0);
  const bar = page.querySelector("[data-selection]");
  bar.hidden = count === 0;
  bar.querySelector("[data-chosen-count]").textContent = textChosen.replace("{number}", new Intl.NumberFormat(document.documentElement.lang).format(count));
}

async function carryOut(action, ids, { undo = false } = {}) {
  try {
    const path = form.getAttribute("action");
    const done = action === "empty" ? await emptied(path) : await act(path, action, ids);
    const options = undo && done.images.length ? { action: textUndo, onAction: () => carryOut("restore", done.images) } : { tone: "success" };
    toast(done.message, options);
  } catch (error) {
    const used = error.details?.usedBy?.[0];
    toast(error.message, used?.url ? { tone: "error", action: used.title || used.url, onAction: () => location.assign(used.url) } : { tone: "error" });
  }
  await refresh();
}

function bin(ids) {
  choice.leave(ids);
  if (ids.length && !isBin) carryOut("bin", ids, { undo: true });
}

/** What is sent by the browser itself goes with the chosen pictures that are not on the screen. */
function sendAlong() {
  for (const old of form.querySelectorAll("[data-along]")) old.remove();
  for (const box of form.querySelectorAll("[name=images]")) box.disabled = true;
  for (const id of choice.ids) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "images", value: id });
    field.dataset.along = "";
    form.append(field);
  }
  setTimeout(() => {
    for (const box of form.querySelectorAll("[name=images]")) box.disabled = false;
  });
}

/** What is done with one request is done with so many pictures at most; nobody gets fewer without being told. */
function refuseTooMany(event) {
  if (event.target !== form || event.submitter?.name === "action" || choice.size <= AT_ONCE) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  toast(textTooMany.replace("{number}", AT_ONCE), { tone: "warning" });
}

function onSubmit(event) {
  const button = event.submitter;
  for (const menu of form.querySelectorAll("[popover]:popover-open")) menu.hidePopover();
  if (button?.name !== "action") return sendAlong();
  event.preventDefault();
  const { ids } = choice;
  if (button.value === "bin") return bin(ids);
  choice.leave();
  return carryOut(button.value, ids);
}

/** A tile's own button does something to it alone; while some are chosen, a tile is chosen by a click. */
function onTile(event) {
  const element = event.target.closest("[data-tile]");
  if (!element) return;
  const index = Number(element.dataset.index);
  const button = event.target.closest("[data-act]");
  if (button) return void (button.dataset.act === "bin" ? bin([element.dataset.tile]) : carryOut(button.dataset.act, [element.dataset.tile]));
  if (event.target.closest(".tile-check")) return void onCheck(event, index);
  if (!event.target.closest(".tile-open") || event.ctrlKey || event.metaKey || event.button !== 0) return;
  event.preventDefault();
  if (event.shiftKey) choice.reach(index);
  else if (choice.size) choice.turn(index);
  else open(index);
}

function onCheck(event, index) {
  event.preventDefault();
  if (event.shiftKey && choice.size) choice.reach(index);
  else choice.turn(index);
}

function open(index) {
  grid.makeCurrent(index);
  lightbox.open(index);
}

// -- Keys -------------------------------------------------------------------------------------------

async function walk(event, index) {
  const to = grid.target(event.key, index);
  if (event.shiftKey) {
    if (!choice.has(grid.source.tile(index)?.id)) choice.turn(index, true);
    await grid.focusOn(to);
    return choice.reach(to);
  }
  return grid.focusOn(to);
}

function onGridKey(event) {
  const element = event.target.closest("[data-index]");
  if (!element || event.ctrlKey || event.metaKey || event.altKey) return;
  const index = Number(element.dataset.index);
  const isOnTile = event.target.matches(".tile-open, [name=images]");
  if (grid.target(event.key, index) !== undefined) walk(event, index);
  else if (event.key === " " && isOnTile) choice.turn(index);
  else if (event.key === "Enter" && isOnTile) open(index);
  else if (event.key === "Delete") bin(choice.size ? choice.ids : [element.dataset.tile].filter(Boolean));
  else if (event.key === "e" && areOn() && !isBin && element.dataset.tile) location.assign(`/edit/${element.dataset.tile}/`);
  else return;
  event.preventDefault();
}

function onKey(event) {
  const isBusy = event.target.closest?.("input:not([type=checkbox]), select, textarea, [popover], dialog[open], [data-filters]");
  if (isBusy || document.querySelector("dialog[open], [popover]:popover-open")) return;
  if (event.key === "Escape" && choice.size) choice.leave();
  else if (event.key === "a" && (event.ctrlKey || event.metaKey) && grid.total) choice.all();
  else if (event.key === "Delete" && !event.target.closest?.("[data-tile]") && areOn() && choice.size) bin(choice.ids);
  else if (event.key.startsWith("Arrow") && event.target === document.body && grid.total) grid.focusOn(grid.anchor().index);
  else return;
  event.preventDefault();
}

function onLightboxKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !areOn()) return;
  if (event.key === "e") dialog.querySelector("[data-lightbox-edit]")?.click();
  else if (event.key === "Delete") dialog.querySelector("[data-lightbox-bin]")?.click();
  else return;
  event.preventDefault();
}

// -- Beginning --------------------------------------------------------------------------------------

history.scrollRestoration = "manual";
grid.addEventListener("moved", refreshSoon);
grid.addEventListener("place", keepPlace);
choice.addEventListener("change", showChosen);
grid.open(opening, opening.at ? { index: opening.at, offset: history.state?.place?.offset ?? 4 } : null);
months.draw();
showChosen();
document.addEventListener("submit", refuseTooMany, { capture: true });
watchSharing(() => choice.ids);
watchRenaming(dialog, refresh);
form.addEventListener("submit", onSubmit);
place.addEventListener("keydown", onGridKey);
place.addEventListener("click", onTile);
place.addEventListener("focusin", (event) => {
  const element = event.target.closest("[data-index]");
  if (element) grid.makeCurrent(Number(element.dataset.index));
});
document.addEventListener("keydown", onKey);
dialog.addEventListener("keydown", onLightboxKey);
dialog.querySelector("[data-lightbox-bin]")?.addEventListener("click", () => bin([grid.source.tile(lightbox.index).id]));
page.querySelector("[data-leave]").addEventListener("click", () => choice.leave());
shortcut("?", () => openDialog(document.getElementById("keys")));
lightbox.watch();
addEventListener("popstate", () => question().toString() !== shown && renew());
watchPointers(place, choice);
page.addEventListener("click", onLink);
watchNarrowing(page.querySelector("[data-narrow]") ?? document.getElementById("narrow"), show);
watchBulk(page, choice, refresh);
const { sendUnsent } = watchIncoming(page, refresh);
connect({
  onEvent: (event) => CONCERNS.test(event.type) && refreshSoon(),
  onState: (state) => {
    if (state !== "online") return;
    sendUnsent();
    refreshSoon();
  },
  onReset: refreshSoon,
});
