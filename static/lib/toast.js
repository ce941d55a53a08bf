// Short messages at the foot of the page, read out politely, that wait while somebody looks at them.
const LASTS = 6000;
const LASTS_WITH_ACTION = 10000;

const place = document.getElementById("toasts");
const home = place?.parentElement;

/** Be where people can read and press: all but an open dialog is out of reach until it closes. */
function settle() {
  const open = Array.from(document.querySelectorAll("dialog:modal")).at(-1);
  const room = open ?? home;
  if (place.parentElement === room) return;
  room.append(place);
  open?.addEventListener("close", settle, { once: true });
}

function shape() {
  return document.getElementById("toast-shape").content.firstElementChild.cloneNode(true);
}

function countdown(element, milliseconds, end) {
  let timer = null;
  let left = milliseconds;
  let since = 0;
  const run = () => {
    since = performance.now();
    timer = setTimeout(end, left);
  };
  const wait = () => {
    clearTimeout(timer);
    left = Math.max(1500, left - (performance.now() - since));
  };
  element.addEventListener("pointerenter", wait);
  element.addEventListener("pointerleave", run);
  element.addEventListener("focusin", wait);
  element.addEventListener("focusout", run);
  run();
  return () => clearTimeout(timer);
}

function live(element, lasts) {
  let finish = () => {};
  const closed = new Promise((resolve) => {
    finish = resolve;
  });
  let before = null; // where the keyboard was when it came here
  element.addEventListener("focusin", ({ relatedTarget }) => {
    if (!element.contains(relatedTarget)) before = relatedTarget;
  });
  const giveBack = () => {
    if (document.activeElement === document.body && before?.isConnected) before.focus();
  };
  const close = (how) => {
    stop();
    const isHeld = element.contains(document.activeElement);
    element.remove();
    if (isHeld && how !== "action") giveBack();
    finish(how);
  };
  const stop = countdown(element, lasts, () => close("timeout"));
  element.querySelector("[data-toast-close]").addEventListener("click", () => close("dismissed"));
  return { element, close, closed, giveBack };
}

/** What is said again replaces what was said, unless that still offers something. */
function silence(text) {
  for (const said of place.querySelectorAll(".toast")) {
    const offers = said.querySelector(".toast-action:not([hidden])");
    if (!offers && said.querySelector(".toast-text").textContent === text) said.remove();
  }
}

/**
 * Say something. With `action` a button is offered; pressing it runs `onAction`.
 * `closed` of the answer resolves to "action", "timeout" or "dismissed": work that can be undone waits for it.
 */
export function toast(text, { action = "", onAction = () => {}, tone = "info", lasts } = {}) {
  silence(text);
  const element = shape();
  element.dataset.tone = tone;
  element.querySelector(".toast-text").textContent = text;
  settle();
  place.append(element);
  const handle = live(element, lasts ?? (action ? LASTS_WITH_ACTION : LASTS));
  if (action) {
    const button = element.querySelector(".toast-action");
    button.textContent = action;
    button.hidden = false;
    button.addEventListener("click", async () => {
      handle.close("action");
      await onAction();
      handle.giveBack(); // unless what was done has put the keyboard somewhere itself
    });
  }
  return handle;
}

/** Give a message that came with the page its close button and its end. */
export function adopt(element) {
  const { tone } = element.dataset;
  element.append(shape().querySelector("[data-toast-close]"));
  return live(element, tone === "error" ? LASTS_WITH_ACTION : LASTS);
}
