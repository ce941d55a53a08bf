// Every key of the editor.
import { areOn, shortcut } from "../lib/keys.js";

const TOOLS = { c: "crop", l: "light", d: "detail", x: "redact", t: "text", w: "watermark", b: "frame", p: "presets", y: "versions" };
const ACTIONS = { r: "right", R: "left", h: "mirror", v: "upside", a: "auto", s: "save", e: "download", 0: "fit", 1: "actual", "+": "closer", "=": "closer", "-": "farther" };
const BEFORE = "\\";
const PAN = 60; // pixels
const WAYS = { ArrowLeft: [PAN, 0], ArrowRight: [-PAN, 0], ArrowUp: [0, PAN], ArrowDown: [0, -PAN] };

const isTyping = (target) => target instanceof HTMLElement && target.matches("input:not([type=range], [type=radio], [type=checkbox], [type=color]), select, textarea");
const isBusy = () => document.querySelector("dialog[open], [popover]:popover-open") !== null;

function onChord(event, actions) {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || isBusy()) return;
  const key = event.key.toLowerCase();
  const name = { z: event.shiftKey ? "redo" : "undo", y: "redo", s: "save" }[key];
  if (!name || (isTyping(event.target) && name !== "save")) return;
  event.preventDefault();
  actions[name]();
}

function watchBefore(hold) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== BEFORE || isTyping(event.target) || isBusy() || !areOn()) return;
    event.preventDefault();
    hold(true);
  });
  document.addEventListener("keyup", (event) => event.key === BEFORE && hold(false));
  window.addEventListener("blur", () => hold(false));
}

function watchClipboard(copied, pasted) {
  const isOurs = (event) => !isTyping(event.target) && !isBusy() && getSelection().isCollapsed;
  document.addEventListener("copy", (event) => {
    if (!isOurs(event)) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", copied());
  });
  document.addEventListener("paste", (event) => isOurs(event) && pasted(event.clipboardData.getData("text/plain")));
}

/** Let keys do what the buttons do. */
export function watchKeys({ actions, tools, hold, pan, copied, pasted }) {
  for (const [key, name] of Object.entries(TOOLS)) shortcut(key, () => tools.toggle(name));
  for (const [key, name] of Object.entries(ACTIONS)) shortcut(key, () => actions[name]());
  shortcut("?", () => document.getElementById("keys").showPopover());
  shortcut("Escape", () => (tools.name ? tools.open("") : document.querySelector("[data-up]").click()));
  document.addEventListener("keydown", (event) => onChord(event, actions));
  document.addEventListener("keydown", (event) => {
    if (!(event.key in WAYS) || event.defaultPrevented || event.ctrlKey || event.metaKey || isBusy()) return;
    if (event.target !== document.body && !event.target.matches?.("[data-stage], button")) return;
    event.preventDefault();
    pan(...WAYS[event.key]);
  });
  // Out of a field, so that single keys mean something again.
  document.addEventListener("keydown", (event) => event.key === "Escape" && isTyping(event.target) && !isBusy() && event.target.blur());
  watchBefore(hold);
  watchClipboard(copied, pasted);
}
