// One harvest: its figures while it runs, and how fast it goes right now.
import { confirmation } from "../lib/dialog.js";
import { liveParts } from "../lib/live.js";

const SHOWN = 60; // seconds that the line shows
const LATELY = 10; // of which the words tell
const SMOOTH = 3; // seconds that each point of the line is the mean of
const [WIDTH, HEIGHT] = [120, 24];

const page = document.querySelector("[data-run]");
const job = page.dataset.run;
const settled = []; // addresses that were over at each second, the latest last

/** Addresses a second, from so many seconds ago to so many seconds ago. */
function rate(since, until = 0) {
  const [from, to] = [Math.max(0, settled.length - 1 - since), Math.max(0, settled.length - 1 - until)];
  return to > from ? (settled[to] - settled[from]) / (to - from) : 0;
}

/** The server says how fast it went on the whole; who watches is told how fast it goes, in the same words. */
function draw() {
  const words = page.querySelector("[data-rate]");
  if (!words || settled.length <= SMOOTH) return;
  const format = new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  words.textContent = words.textContent.replace(/\d[\d.,\u00a0\u202f]*/, format.format(rate(LATELY)));
  const rates = Array.from({ length: settled.length - SMOOTH }, (_, at) => rate(at + SMOOTH, at)).reverse();
  const top = Math.max(...rates) || 1;
  const from = SHOWN - rates.length;
  const points = rates.map((one, at) => `${((from + at) * WIDTH) / (SHOWN - 1)},${HEIGHT - 1 - (one / top) * (HEIGHT - 2)}`);
  page.querySelector("[data-spark]").setAttribute("points", points.join(" "));
}

function tick() {
  const card = page.querySelector("[data-settled]");
  if (card.dataset.status !== "running") return;
  settled.push(Number(card.dataset.settled));
  if (settled.length > SHOWN + SMOOTH) settled.shift();
  draw();
}

liveParts({
  names: ["run", "documents"],
  concerns: (event) => event.type.startsWith("job.") && event.data.job_id === job,
  onDrawn: draw,
});
setInterval(tick, 1000);

/** While the question stands, the page goes on: what is sent and focused is what is there when it is answered. */
async function onSubmit(event) {
  if (!event.target.closest("[data-cancel]")) return;
  event.preventDefault();
  const { textCancelTitle: title, textCancel: text, textCancelYes: yes } = page.dataset;
  if (await confirmation({ title, text, yes, tone: "danger" })) page.querySelector("[data-cancel]")?.submit();
  else document.getElementById("cancel")?.focus();
}

page.addEventListener("submit", onSubmit);
page.querySelector("[data-with]")?.addEventListener("change", (event) => event.target.form.requestSubmit());
