// The editor of a publication: photos, their order and words, its title; news from other windows.
import { api } from "../lib/api.js";
import { connect } from "../lib/news.js";
import { reorderable } from "../lib/reorder.js";
import { toast } from "../lib/toast.js";
import { watchDetails } from "./details.js";
import { watchIncoming } from "./incoming.js";

const desk = document.querySelector("[data-desk]");
const place = desk.querySelector("[data-place]");
const list = place.querySelector("[data-shots]");
const words = desk.dataset;
const path = `/api/v1/publications/${words.publication}`;
const binned = new Map(); // what is gone for the eye and not yet for the server: the offer to undo, by id

const all = () => Array.from(list.querySelectorAll("[data-photo]"));
const shown = () => all().filter((photo) => !photo.hidden);
const photos = place.querySelector("[data-count]");
const allowance = () => Number(photos.dataset.allowance);
const textOf = (photo) => photo.querySelector("textarea");

function say(text) {
  const line = document.querySelector("[data-said]");
  line.textContent = "";
  requestAnimationFrame(() => (line.textContent = text));
}

// -- What the page shows of its state -----------------------------------------------------------------

function showRoom(count) {
  const room = place.querySelector("[data-room]");
  room.querySelector("meter").value = count;
  const text = room.querySelector("[data-room-text]");
  text.textContent = text.dataset.roomText.replace("{count}", count).replace("{all}", allowance());
  const pips = Array.from({ length: Math.max(count, allowance()) }, (_, index) => {
    const pip = document.createElement("i");
    pip.toggleAttribute("data-taken", index < count);
    return pip;
  });
  room.querySelector(".pips").replaceChildren(...pips);
}

function showReminders() {
  for (const photo of all()) photo.querySelector("[data-reminder]").hidden = textOf(photo).value.trim() !== "";
  const missing = shown().filter((photo) => !textOf(photo).value.trim()).length;
  const badge = place.querySelector("[data-wordless]");
  badge.hidden = missing === 0;
  badge.querySelector("span").textContent = badge.dataset.wordless.replace("{count}", missing);
}

function settle() {
  for (const photo of all()) photo.hidden = binned.has(photo.dataset.photo);
  const count = shown().length;
  const isFull = count >= allowance();
  place.querySelector("[data-slot=none]").hidden = count > 0;
  list.hidden = count === 0;
  place.querySelector("[data-more]").hidden = isFull;
  place.querySelector("[data-full]").hidden = !isFull;
  document.querySelector(".bar [data-upload]").setAttribute("aria-disabled", String(isFull));
  showRoom(count);
  showReminders();
}

// -- The server's view --------------------------------------------------------------------------------

let asked = 0;
let latest = null;
let planned = 0;
let busy = 0; // orders under way, and photos in the hand: the server's order is behind

function adoptWords(photo, next) {
  const [text, other] = [textOf(photo), textOf(next)];
  const isClean = text.value === text.defaultValue;
  text.defaultValue = other.defaultValue;
  if (isClean && document.activeElement !== text) text.value = other.value;
}

/** Photos that are here stay as they are, with what is being typed; new ones come, others go. */
function adoptPhotos(next) {
  const present = new Map(all().map((photo) => [photo.dataset.photo, photo]));
  const wanted = Array.from(next.querySelectorAll("[data-photo]"), (photo) => {
    const known = present.get(photo.dataset.photo);
    if (known) adoptWords(known, photo);
    return known ?? photo;
  });
  for (const photo of present.values()) if (!wanted.includes(photo)) photo.remove();
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  wanted.forEach((photo, index) => {
    if (all()[index] !== photo) list.insertBefore(photo, all()[index] ?? list.querySelector("[data-more]"));
  });
  if (focused?.isConnected) focused.focus({ preventScroll: true });
}

function adopt(html) {
  const next = new DOMParser().parseFromString(html, "text/html").body;
  for (const part of ["[data-slot=banner]", "[data-full]"]) {
    place.querySelector(part).replaceChildren(...next.querySelector(part).childNodes);
  }
  photos.dataset.allowance = next.querySelector("[data-count]").dataset.allowance;
  adoptPhotos(next);
  settle();
}

/** Show the photos as the server sees them now; of several looks under way only the last counts, for all. */
function refresh() {
  latest = look();
  return latest;
}

async function look() {
  asked += 1;
  const mine = asked;
  if (busy) return refreshSoon();
  const response = await fetch("?part=photos", { credentials: "same-origin" }).catch(() => null);
  if (!response?.ok) return null;
  if (response.redirected) location.reload();
  const html = await response.text();
  if (mine !== asked) return latest;
  return busy ? refreshSoon() : adopt(html);
}

/** News may come in swarms; one look answers them all. */
function refreshSoon() {
  clearTimeout(planned);
  planned = setTimeout(refresh, 80);
}

let line = Promise.resolve();

/** Changes of the list of photos go one after the other, each from what the one before has left. */
function inLine(work) {
  line = line.then(work).catch((error) => toast(error.message, { tone: "error" }));
  return line;
}

// -- Order --------------------------------------------------------------------------------------------

const PAUSE = 500; // milliseconds in which further moves join a change of order
let orderPlanned = 0;
const ids = () => all().map((photo) => photo.dataset.photo);

async function saveOrder() {
  orderPlanned = 0;
  await inLine(() => api(`${path}/images/order`, { method: "PUT", json: { images: ids() } }));
  busy -= 1;
  await refresh();
}

function onMoved(photo, index) {
  const count = shown().length;
  say(index === 0 ? words.textCover : words.textMoved.replace("{place}", index + 1).replace("{all}", count));
  if (orderPlanned) clearTimeout(orderPlanned);
  else busy += 1;
  orderPlanned = setTimeout(saveOrder, PAUSE);
}

const order = reorderable(list, {
  item: "[data-photo]",
  surface: "[data-drag]",
  grip: "[data-grip]",
  onMoved,
  onLifted: (isLifted) => (busy += isLifted ? 1 : -1),
});

// -- Deleting -----------------------------------------------------------------------------------------

const imagePath = (id) => `${path}/images/${id}`;
const found = (id) => all().find((photo) => photo.dataset.photo === id);

async function remove(id) {
  await inLine(async () => {
    try {
      await api(imagePath(id), { method: "DELETE" });
      found(id)?.remove();
    } catch (error) {
      // Somebody else was faster: what was wanted is done.
      if (error.status !== 404) throw error;
    } finally {
      binned.delete(id);
    }
  });
  settle();
  await refresh();
}

function undo(id) {
  binned.delete(id);
  settle();
  found(id)?.querySelector("[data-grip]").focus();
}

/** Take a photo away at once, and really delete it when the offer to undo has passed. */
function bin(photo) {
  const id = photo.dataset.photo;
  const around = shown();
  const next = around[around.indexOf(photo) + 1] ?? around[around.indexOf(photo) - 1];
  const offer = toast(words.textDeleted, { action: words.textUndo, onAction: () => undo(id) });
  const done = offer.closed.then((how) => (how !== "action" && binned.has(id) ? remove(id) : null));
  binned.set(id, { offer, done });
  settle();
  (next?.querySelector("[data-grip]") ?? document.querySelector("[data-upload]")).focus();
}

/** Photos to come need the places of those that are only kept for an undo. */
async function makeRoom(wanted) {
  if (all().length + wanted <= allowance()) return;
  const offers = Array.from(binned.values());
  for (const { offer } of offers) offer.close("dismissed");
  await Promise.all(offers.map(({ done }) => done));
}

// -- Alt text -----------------------------------------------------------------------------------------

async function saveWords(photo) {
  const text = textOf(photo);
  const sent = text.value;
  if (sent === text.defaultValue) return;
  try {
    const item = await api(imagePath(photo.dataset.photo), { method: "PATCH", json: { altText: sent } });
    text.defaultValue = item.altText;
    if (text.value === sent) text.value = item.altText;
    showSaved(photo.querySelector("[data-state]"));
    // An answer that is still on its way may be older than these words.
    refresh();
  } catch (error) {
    toast(error.message, { tone: "error" });
  }
  showReminders();
}

function showSaved(state) {
  state.textContent = words.textSaved;
  setTimeout(() => (state.textContent = ""), 2500);
}

// -- Hands and keys -----------------------------------------------------------------------------------

function onSubmit(event) {
  const photo = event.target.closest("[data-photo]");
  if (!photo) return;
  event.preventDefault();
  const index = shown().indexOf(photo);
  const acts = { earlier: () => order.move(photo, index - 1), later: () => order.move(photo, index + 1), remove: () => bin(photo) };
  (acts[event.submitter?.value] ?? (() => saveWords(photo)))();
}

function onKey(event) {
  // An alt text is one line, however many it takes to show it.
  if (event.target.matches("[data-words] textarea") && event.key === "Enter" && !event.isComposing) {
    event.preventDefault();
    saveWords(event.target.closest("[data-photo]"));
  }
  if (!event.target.closest("[data-grip]") || !["Delete", "Backspace"].includes(event.key)) return;
  event.preventDefault();
  bin(event.target.closest("[data-photo]"));
}

/** Leaving the page ends every offer to undo and sends what is still to be saved. */
function onLeave() {
  const token = desk.querySelector("[name=csrfmiddlewaretoken]").value;
  const send = (target, method, json) => {
    const headers = { "X-CSRFToken": token, "Content-Type": "application/json" };
    fetch(target, { method, headers, body: json && JSON.stringify(json), keepalive: true, credentials: "same-origin" });
  };
  if (orderPlanned) send(`${path}/images/order`, "PUT", { images: ids() });
  for (const photo of all()) {
    const text = textOf(photo);
    if (text.value !== text.defaultValue && !binned.has(photo.dataset.photo)) send(imagePath(photo.dataset.photo), "PATCH", { altText: text.value });
  }
  for (const id of binned.keys()) send(imagePath(id), "DELETE");
  binned.clear();
}

// -- Everything together ------------------------------------------------------------------------------

const details = watchDetails(desk, path);
const incoming = watchIncoming(desk, path, { room: () => allowance() - shown().length, makeRoom, refresh });

function leave() {
  try {
    sessionStorage.setItem("publications.gone", words.textGone);
  } catch {
    // Then the list of publications says it alone.
  }
  location.assign("/publications/");
}

function onEvent(event) {
  if (!event.type.startsWith("publication.") || event.data.publicationId !== words.publication) return;
  if (event.type === "publication.deleted") {
    if (!details.isLeaving()) leave();
    return;
  }
  if (event.type === "publication.updated") details.adopt(event.data.publication);
  refreshSoon();
}

function onState(state) {
  if (state === "online") incoming.sendUnsent();
  if (state !== "offline") refreshSoon();
}

place.addEventListener("submit", onSubmit);
place.addEventListener("keydown", onKey);
place.addEventListener("input", showReminders);
place.addEventListener("change", (event) => event.target.matches("textarea") && saveWords(event.target.closest("[data-photo]")));
place.querySelector("[data-wordless]").addEventListener("click", () => textOf(shown().find((photo) => !textOf(photo).value.trim()))?.focus());
addEventListener("pagehide", onLeave);
settle();
connect({ onEvent, onState, onReset: refreshSoon });
