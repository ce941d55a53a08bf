// Choosing a square part of a picture before it is sent: by hand, by wheel, by two fingers or by keys.
import { openDialog } from "../lib/dialog.js";

const LARGEST = 1024; // pixels of a side that is sent
const CLOSEST = 8; // how many times smaller than the whole the part may become
const STEP = 0.06; // share of the part that an arrow moves by

const between = (low, value, high) => Math.min(Math.max(value, low), high);

/** The square part of a picture that is looked at, in the picture's own pixels. */
class Part {
  constructor(picture) {
    this.picture = picture;
    this.largest = Math.min(picture.width, picture.height);
    this.zoom = 0;
    this.x = picture.width / 2;
    this.y = picture.height / 2;
  }

  get side() {
    return this.largest / CLOSEST ** (this.zoom / 100);
  }

  move(dx, dy) {
    const half = this.side / 2;
    this.x = between(half, this.x + dx, this.picture.width - half);
    this.y = between(half, this.y + dy, this.picture.height - half);
  }

  zoomTo(zoom) {
    this.zoom = between(0, zoom, 100);
    this.move(0, 0);
  }

  draw(canvas) {
    const side = this.side;
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(this.picture, this.x - side / 2, this.y - side / 2, side, side, 0, 0, canvas.width, canvas.height);
    return context;
  }
}

/** Darken what a round frame will hide. */
function drawFrame(context, size) {
  context.beginPath();
  context.rect(0, 0, size, size);
  context.arc(size / 2, size / 2, size / 2 - 1, 0, 2 * Math.PI);
  context.fillStyle = "rgb(0 0 0 / 0.42)";
  context.fill("evenodd");
  context.beginPath();
  context.arc(size / 2, size / 2, size / 2 - 1, 0, 2 * Math.PI);
  context.lineWidth = size / 240;
  context.strokeStyle = "rgb(255 255 255 / 0.85)";
  context.stroke();
}

function watchPointers(stage, part, refresh, signal) {
  const fingers = new Map();
  const spread = () => {
    const [one, two] = [...fingers.values()];
    return Math.hypot(one.x - two.x, one.y - two.y);
  };
  const follow = (event) => {
    const last = fingers.get(event.pointerId);
    if (!last) return;
    const before = fingers.size === 2 ? spread() : 0;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    const scale = part.side / stage.clientWidth / fingers.size;
    part.move((last.x - event.clientX) * scale, (last.y - event.clientY) * scale);
    if (before) part.zoomTo(part.zoom + (Math.log(spread() / before) / Math.log(CLOSEST)) * 100);
    refresh();
  };
  const take = (event) => {
    stage.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  };
  stage.addEventListener("pointerdown", take, { signal });
  stage.addEventListener("pointermove", follow, { signal });
  for (const end of ["pointerup", "pointercancel"]) stage.addEventListener(end, (event) => fingers.delete(event.pointerId), { signal });
}

function watchKeys(stage, part, refresh, signal) {
  const moves = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
  const zooms = { "+": 8, "=": 8, "-": -8, _: -8 };
  const onKey = (event) => {
    if (moves[event.key]) part.move(...moves[event.key].map((share) => share * part.side));
    else if (zooms[event.key]) part.zoomTo(part.zoom + zooms[event.key]);
    else return;
    event.preventDefault();
    refresh();
  };
  const onWheel = (event) => {
    event.preventDefault();
    part.zoomTo(part.zoom - event.deltaY / 12);
    refresh();
  };
  stage.addEventListener("keydown", onKey, { signal });
  stage.addEventListener("wheel", onWheel, { passive: false, signal });
}

function watchDialog(dialog, slider, part, refresh, signal) {
  const onInput = () => {
    part.zoomTo(Number(slider.value));
    refresh();
  };
  const onEnter = (event) => {
    if (event.key !== "Enter" || event.target.matches("button")) return;
    event.preventDefault();
    dialog.close("crop");
  };
  slider.addEventListener("input", onInput, { signal });
  dialog.addEventListener("keydown", onEnter, { signal });
}

async function cut(part, file) {
  const side = Math.round(Math.min(part.side, LARGEST));
  const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side });
  part.draw(canvas);
  const type = ["image/png", "image/webp"].includes(file.type) ? file.type : "image/jpeg";
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, type, 0.92));
  return new File([blob], file.name, { type });
}

async function chosen(dialog, part) {
  const stage = dialog.querySelector("[data-crop-stage]");
  const slider = dialog.querySelector("[data-crop-zoom]");
  const watching = new AbortController();
  const answer = openDialog(dialog);
  stage.width = stage.height = Math.round(stage.clientWidth * Math.min(window.devicePixelRatio, 3));
  const refresh = () => {
    drawFrame(part.draw(stage), stage.width);
    slider.value = part.zoom;
  };
  watchPointers(stage, part, refresh, watching.signal);
  watchKeys(stage, part, refresh, watching.signal);
  watchDialog(dialog, slider, part, refresh, watching.signal);
  refresh();
  const word = await answer;
  watching.abort();
  return word;
}

/** Let the person choose a square of `file`; resolves to the file to send, or to null when they gave up. */
export async function squared(file) {
  const picture = await createImageBitmap(file).catch(() => null);
  // What the browser can't read is the server's to judge: it says why in words.
  if (!picture || picture.width === picture.height) return file;
  const part = new Part(picture);
  const word = await chosen(document.getElementById("crop"), part);
  const answer = { crop: () => cut(part, file), whole: () => file }[word];
  const result = answer ? await answer() : null;
  picture.close();
  return result;
}
