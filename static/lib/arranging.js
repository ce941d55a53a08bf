// A page of pictures in an order, with links to them: dragging, keys, taking off with undo, dialogs.
//
// The page calls `arrange` with its own requests, each a path and the options of `api`: `order(ids)`, `add(ids)` and
// `remove(id)`; `follows` says which kinds of news change what it shows.
import { api } from "./api.js";
import { openDialog } from "./dialog.js";
import { shortcut } from "./keys.js";
import { connect } from "./news.js";
import { following } from "./part.js";
import { reorderable } from "./reorder.js";
import { toast } from "./toast.js";

const page = document.querySelector("[data-arranged]");
const place = page.querySelector("[data-place]");
const words = page.dataset;
const PAUSE = 400; // milliseconds in which further moves join a change of order

let requests;

let busy = 0; // changes under way, and images in the hand: the server's view is behind
let planned = 0;
let line = Promise.resolve();

const all = () => Array.from(place.querySelectorAll("[data-pin]"));
const ids = () => all().map((pin) => pin.dataset.pin);

function say(text) {
  const said = document.querySelector("[data-said]");
  said.textContent = "";
  requestAnimationFrame(() => (said.textContent = text));
}

const { refresh, refreshSoon } = following(place, { part: "items", key: "pin", isBusy: () => busy > 0 });
const ask = (name, what) => api(...requests[name](what));

/** Changes go one after the other; what is refused is said, and the server's view shown. */
function inLine(work) {
  busy += 1;
  const done = line.then(work).catch((error) => toast(error.message, { tone: "error" }));
  line = done.finally(() => {
    busy -= 1;
  });
  return line.then(refresh);
}

// -- Order --------------------------------------------------------------------------------------------

function saveOrder() {
  planned = 0;
  busy -= 1;
  const images = ids();
  return inLine(() => ask("order", images));
}

function onMoved(pin, index) {
  say(words.textMoved.replace("{place}", index + 1).replace("{all}", all().length));
  if (planned) clearTimeout(planned);
  else busy += 1;
  planned = setTimeout(saveOrder, PAUSE);
}

const order = reorderable(place.querySelector("[data-pins]"), {
  item: "[data-pin]",
  surface: "[data-drag]",
  grip: "[data-grip]",
  onMoved,
  onLifted: (isLifted) => (busy += isLifted ? 1 : -1),
});

// -- Taking off ---------------------------------------------------------------------------------------

function putBack(id, before) {
  return inLine(async () => {
    await ask("add", [id]);
    await ask("order", before).catch((error) => {
      // Meanwhile others are there: it hangs last then.
      if (![400, 404].includes(error.status)) throw error;
    });
  });
}

async function remove(pin) {
  const id = pin.dataset.pin;
  const before = ids();
  if (planned) {
    clearTimeout(planned);
    saveOrder();
  }
  const next = pin.nextElementSibling ?? pin.previousElementSibling;
  next?.querySelector("[data-grip]").focus();
  pin.remove();
  await inLine(() => ask("remove", id).catch((error) => {
    // Somebody else was faster: what was wanted is done.
    if (error.status !== 404) throw error;
  }));
  toast(words.textRemoved, { action: words.textUndo, onAction: () => putBack(id, before) });
}

// -- Hands and keys -----------------------------------------------------------------------------------

function onSubmit(event) {
  const pin = event.target.closest("[data-pin]");
  if (!pin) return;
  event.preventDefault();
  const index = all().indexOf(pin);
  const acts = { earlier: () => order.move(pin, index - 1), later: () => order.move(pin, index + 1), remove: () => remove(pin) };
  acts[event.submitter?.value]?.();
}

function onKey(event) {
  if (!event.target.closest("[data-grip]") || !["Delete", "Backspace"].includes(event.key)) return;
  event.preventDefault();
  remove(event.target.closest("[data-pin]"));
}

function open(name) {
  const dialog = document.getElementById(name);
  dialog.close();
  openDialog(dialog);
}

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  field.select();
  await navigator.clipboard.writeText(field.value);
  toast(words.textCopied, { tone: "success" });
}

function onClick(event) {
  if (event.target.closest("a[data-dialog-open]")) event.preventDefault();
  const leaves = event.target.closest("[data-leave]");
  if (leaves) {
    event.preventDefault();
    leaves.closest("dialog").close();
  }
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
}

/** Leaving the page sends the order that is still to be saved. */
function onLeave() {
  if (!planned) return;
  const [path, { method, json }] = requests.order(ids());
  const headers = { "X-CSRFToken": place.querySelector("[name=csrfmiddlewaretoken]").value, "Content-Type": "application/json" };
  fetch(path, { method, headers, body: JSON.stringify(json), keepalive: true, credentials: "same-origin" });
}

/** Make the page do what it shows. */
export function arrange({ follows, ...own }) {
  requests = own;
  place.addEventListener("submit", onSubmit);
  place.addEventListener("keydown", onKey);
  document.addEventListener("click", onClick);
  addEventListener("pagehide", onLeave);
  shortcut("a", () => open("add"));
  shortcut("s", () => open("share"));
  for (const dialog of document.querySelectorAll("#share[open], #add[open]")) open(dialog.id);
  // The address of a new link is shown once; loading the page again must not make another one.
  if (document.querySelector("[data-fresh]")) history.replaceState(null, "", location.pathname);
  connect({
    onEvent: (event) => follows.test(event.type) && refreshSoon(),
    onState: (state) => state === "online" && refreshSoon(),
    onReset: refreshSoon,
  });
}
