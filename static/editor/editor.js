// The editor: one picture, one recipe, and the tools that change it.
import { apiBlob } from "../lib/api.js";
import { toast } from "../lib/toast.js";
import { Assets } from "./assets.js";
import { Choices } from "./choices.js";
import { Crop } from "./crop.js";
import { Desk } from "./desk.js";
import { copiedRecipe, copyRecipe, draft, draftKey, dropDraft, keepDraft, pastedRecipe } from "./draft.js";
import { Filmstrip } from "./filmstrip.js";
import { watchKeys } from "./keyboard.js";
import { Marks } from "./marks.js";
import { Presets } from "./presets.js";
import { NUMBERS, joined, overlaid, split, without } from "./recipe.js";
import { Download, Saving } from "./saving.js";
import { nominal } from "./sizes.js";
import { slider } from "./sliders.js";
import { Stage } from "./stage.js";
import { Tools } from "./tools.js";
import { Versions } from "./versions.js";

const page = document.querySelector("[data-editor]");
const facts = JSON.parse(document.getElementById("facts").textContent);
const texts = page.dataset;
const part = (name) => page.querySelector(`[data-${name}]`);
const panel = (name) => page.querySelector(`[data-panel=${name}]`);
const ground = part("ground");

const desk = new Desk(facts.recipe, texts.textBegin);
const original = [facts.width, facts.height];
let key = draftKey(facts.image, desk.recipe);

// -- What is seen depends on the tool that is open ------------------------------------------------------------

function shown() {
  if (tools?.name === "crop") return joined({ ...without(desk.form, "marks", "frame"), crop: null });
  return joined(tools?.isOnPicture ? without(desk.form, "frame") : desk.form);
}

const assets = new Assets({ sans: texts.sans, serif: texts.serif });
let tools = null;
const onRefused = (error) => toast(error.message, { tone: "error" });
const stage = new Stage(page, { image: facts.image, size: original, assets, shown, onRefused });
const thumbnail = (recipe, width) => stage.thumbnail(recipe, width);

// -- Tools ----------------------------------------------------------------------------------------------------

const crop = new Crop(desk, panel("crop"), ground, () => nominal(desk.form.before, original).at(-1));
const marks = Object.fromEntries(
  ["redact", "text", "watermark"].map((op) => [op, new Marks(desk, panel(op), ground, { op, sizeOf: () => stage.content, overlay: (id) => assets.sizeOf(id) })]),
);
const presets = new Presets(desk, panel("presets"), thumbnail);
const versions = new Versions(panel("versions"));

const showers = Object.keys(NUMBERS).map((slot) => {
  const element = page.querySelector(`[data-slider=${slot}]`);
  const label = element.querySelector("label").textContent;
  const show = slider(element, { onTry: (value) => desk.try({ [slot]: value }), onTake: (value) => desk.take({ [slot]: value }, label, slot) });
  return () => show(desk.form[slot]);
});

function pressing(button, slot, value, neutral) {
  const label = button.textContent.trim();
  button.addEventListener("click", () => desk.take({ [slot]: desk.form[slot] === value ? neutral : value }, label));
  showers.push(() => button.setAttribute("aria-pressed", String(desk.form[slot] === value)));
}

pressing(part("auto"), "auto", true, false);
for (const button of page.querySelectorAll("[data-tone]")) pressing(button, "tone", button.dataset.tone, "");
part("plain-light").addEventListener("click", () => desk.take(without(desk.form, "light"), part("plain-light").textContent.trim()));

function bindFrame() {
  const frame = panel("frame");
  const [width, colour] = [frame.querySelector("[data-slider=border]"), frame.querySelector("[data-border-colour]")];
  const label = width.querySelector("label").textContent;
  const border = (share) => ({ border: share ? { width: share, colour: colour.value } : null });
  const show = slider(width, { onTry: (share) => desk.try(border(share)), onTake: (share) => desk.take(border(share), label, "border") });
  colour.addEventListener("input", () => desk.try(border(desk.form.border?.width ?? 0)));
  colour.addEventListener("change", () => desk.take(border(desk.form.border?.width ?? 0), label, "border"));
  const sides = [...frame.querySelectorAll("[data-side]")];
  const said = () => Object.fromEntries(sides.filter(({ value }) => Number(value) >= 1).map(({ dataset, value }) => [dataset.side, Math.min(Math.round(value), Number(texts.mostSide))]));
  const resize = () => desk.take({ resize: Object.keys(said()).length ? { ...said(), ...(desk.form.resize?.fit ? { fit: desk.form.resize.fit } : {}) } : null }, texts.textResize, "resize");
  for (const side of sides) side.addEventListener("change", resize);
  showers.push(() => {
    show(desk.form.border?.width ?? 0);
    if (desk.form.border) colour.value = (desk.form.border.colour ?? "#ffffff").slice(0, 7);
    for (const side of sides) side.value = desk.form.resize?.[side.dataset.side] ?? "";
    const [wide, high] = nominal(desk.recipe, original).at(-1);
    frame.querySelector("[data-result]").textContent = `${wide} × ${high}`;
  });
}

bindFrame();
const idle = { open() {}, close() {}, show() {} };
tools = new Tools(page, { crop, light: idle, detail: idle, ...marks, frame: idle, presets, versions }, (name) => {
  if (name === "watermark") choices.list();
  stage.draw();
  stage.view.fit();
});

const choices = new Choices(part("choices"), async (image) => {
  await assets.fetch([{ op: "watermark", image }]);
  marks.watermark.add({ image, x: 0.7, y: 0.75, width: 0.25, opacity: 0.8 });
});
ground.addEventListener("pointerdown", (event) => tools.name === "redact" && event.target === ground && !stage.view.isPinching && marks.redact.begin(event));

// -- Saving, history, drafts -------------------------------------------------------------------------------------

const filmstrip = new Filmstrip(desk, part("filmstrip"), thumbnail);
const saving = new Saving(desk, facts.image, {
  onSaved: (item) => {
    dropDraft(key);
    key = draftKey(facts.image, desk.recipe);
    history.replaceState(null, "", `?edit=${item.editId}`);
    versions.refresh();
    toast(item.kept === "revision" ? texts.textSavedRevision : texts.textSavedCopy, { tone: "success", action: texts.textOpen, onAction: () => location.assign(`/edit/${item.id}/`) });
  },
});
const download = new Download(desk, facts.image);

function showAll() {
  for (const show of showers) show();
  tools.show();
}

function showSteps() {
  const { steps, now } = desk.history;
  part("undo").disabled = now === 0;
  part("redo").disabled = now === steps.length - 1;
  page.toggleAttribute("data-dirty", desk.isDirty);
  filmstrip.show();
  if (desk.isDirty) keepDraft(key, desk.recipe);
  else dropDraft(key);
}

desk.on((what) => {
  stage.draw();
  showAll();
  if (what === "step") showSteps();
});

const copy = () => {
  copyRecipe(desk.recipe);
  toast(texts.textCopied, { tone: "success" });
};

/** What comes from elsewhere is judged by the server before anything is drawn of it. */
async function paste(recipe) {
  if (!recipe) return void toast(texts.textNoRecipe, { tone: "warning" });
  try {
    await apiBlob("/api/v1/edits/preview", { method: "POST", json: { image: facts.image, recipe, width: 1 } });
    desk.take(overlaid(desk.form, recipe), texts.textPaste);
  } catch (error) {
    toast(error.message, { tone: "error" });
  }
}

const actions = {
  undo: () => desk.undo(),
  redo: () => desk.redo(),
  save: () => saving.open(),
  download: () => download.open(),
  fit: () => stage.view.fit(),
  actual: () => stage.view.actual(),
  closer: () => stage.view.step(1),
  farther: () => stage.view.step(-1),
  copy,
  paste: () => paste(copiedRecipe()),
  reset: () => desk.take(split([]), texts.textReset),
};
for (const button of document.querySelectorAll("[data-do]")) button.addEventListener("click", () => actions[button.dataset.do]());
watchKeys({
  actions: { ...actions, right: () => crop.turn(1), left: () => crop.turn(-1), mirror: () => crop.flip("horizontal"), upside: () => crop.flip("vertical"), auto: () => part("auto").click() },
  tools,
  hold: (state) => stage.hold(state),
  pan: (dx, dy) => stage.view.pan(dx, dy),
  copied: () => (copy(), JSON.stringify(desk.recipe)),
  pasted: (text) => pastedRecipe(text) && paste(pastedRecipe(text)),
});
const before = part("before");
for (const [name, state] of [["pointerdown", true], ["pointerup", false], ["pointerleave", false], ["pointercancel", false]]) before.addEventListener(name, () => stage.hold(state));
window.addEventListener("beforeunload", (event) => desk.isDirty && event.preventDefault());

async function begin() {
  // What comes from a bucket by itself could be shown, not drawn with.
  const picture = Object.assign(new Image(), { crossOrigin: "anonymous", src: facts.working });
  await picture.decode();
  stage.begin(picture);
  const kept = draft(key, desk.recipe);
  if (kept) {
    desk.take(split(kept), texts.textDraft);
    toast(texts.textDraftBack, { action: texts.textDiscard, onAction: () => desk.go(0) });
  }
  showAll();
  showSteps();
  page.dataset.ready = "";
}

begin().catch(() => toast(texts.textLost, { tone: "error" }));
