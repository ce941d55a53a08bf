// The queue of photos that look alike: judged by button or key, one pair after another, each step with undo.
import { shortcut } from "../lib/keys.js";
import { toast } from "../lib/toast.js";

const page = document.querySelector("[data-review]");
const list = page.querySelector("[data-pairs]");
const none = page.querySelector("[data-none]");
const { verdict, textUndo } = page.dataset;
const said = {
  confirm: page.dataset.textConfirmed,
  dismiss: page.dataset.textDismissed,
  reopen: page.dataset.textOpen,
  hide: page.dataset.textHide,
  show: page.dataset.textShow,
};
const undoing = { confirm: "reopen", dismiss: "reopen", hide: "show" };
let last = null; // what `z` takes back

const pairs = () => Array.from(list.querySelectorAll("[data-pair]"));
const withNumber = (number) => list.querySelector(`[data-pair="${CSS.escape(number)}"]`);
const current = () => document.activeElement?.closest("[data-pair]") ?? pairs()[0] ?? null;

function go(pair) {
  if (!pair) return;
  pair.focus({ preventScroll: true });
  pair.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = pairs();
  const at = all.indexOf(document.activeElement?.closest("[data-pair]"));
  go(at < 0 ? all[0] : all[Math.min(Math.max(at + by, 0), all.length - 1)]);
}

// -- What the server says -----------------------------------------------------------------------------

function body(pair, action) {
  const form = new FormData(pair.form);
  form.set("pair", pair.number);
  form.set("action", action);
  return form;
}

/** Send what was pressed; resolves to the changed part of the page, or says why not and resolves to null. */
async function ask(pair, action) {
  const request = { method: "POST", body: body(pair, action), credentials: "same-origin" };
  const response = await fetch(`?verdict=${verdict}&part=pair`, request).catch(() => null);
  if (!response) return refuse(document.body.dataset.textOffline);
  const part = new DOMParser().parseFromString(await response.text(), "text/html");
  if (response.ok && !response.redirected) return part;
  return refuse(part.querySelector("[data-refusal]")?.textContent ?? document.body.dataset.textBroken);
}

function refuse(text) {
  toast(text, { tone: "error" });
  return null;
}

// -- What is shown ------------------------------------------------------------------------------------

function showChips(part) {
  page.querySelector("[data-chips]").replaceWith(part.querySelector("[data-chips]"));
}

/** The newest stand first, also what comes back. */
function place(next) {
  const old = withNumber(next.dataset.pair);
  if (old) return old.replaceWith(next);
  const older = pairs().find((other) => Number(other.dataset.pair) < Number(next.dataset.pair));
  return list.insertBefore(next, older ?? null);
}

/** A confirmed pair stays, as it offers what comes next; what belongs to another filter goes. */
function stays(next) {
  return next && (next.dataset.verdict === verdict || (verdict === "open" && next.dataset.verdict === "confirmed"));
}

function leave(number) {
  const old = withNumber(number);
  const beside = old?.nextElementSibling ?? old?.previousElementSibling;
  old?.remove();
  go(beside);
}

function settle() {
  if (!pairs().length && page.querySelector("[data-more]")) window.location.reload();
  none.hidden = pairs().length > 0;
}

function show(part, number) {
  const next = part.querySelector("[data-pair]");
  showChips(part);
  if (stays(next)) {
    place(next);
    go(next);
  } else leave(number);
  settle();
}

// -- Doing and undoing --------------------------------------------------------------------------------

const isBusy = new Set();

async function act(pair, action) {
  if (isBusy.has(pair.number)) return;
  isBusy.add(pair.number);
  const part = await ask(pair, action).finally(() => isBusy.delete(pair.number));
  if (!part) return;
  show(part, pair.number);
  tell(pair, action);
}

/** Each message takes back its own step; the key takes back the last one. */
function tell(pair, action) {
  const back = undoing[action];
  const takeBack = () => {
    if (last === takeBack) last = null;
    act(pair, back);
  };
  last = back ? takeBack : null;
  toast(said[action], { tone: "success", action: back ? textUndo : "", onAction: takeBack });
}

/** The form is kept with its values: the pair itself may be gone when something is taken back. */
const held = (element) => ({ number: element.dataset.pair, form: element.querySelector("form") });

function onSubmit(event) {
  const element = event.target.closest("[data-pair]");
  if (!element || !event.submitter) return;
  event.preventDefault();
  act(held(element), event.submitter.value);
}

function press(action) {
  const element = current();
  if (element?.querySelector(`button[value="${action}"]`)) act(held(element), action);
}

page.addEventListener("submit", onSubmit);
shortcut("c", () => press("confirm"));
shortcut("d", () => press("dismiss"));
shortcut("z", () => last?.());
for (const key of ["ArrowRight", "ArrowDown", "j"]) shortcut(key, () => step(1));
for (const key of ["ArrowLeft", "ArrowUp", "k"]) shortcut(key, () => step(-1));
