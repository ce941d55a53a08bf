// One harvest: its figures while it runs, and how fast it goes right now.
import { confirmation } from "../lib/dialog.js";
import { liveParts } from "../lib/live.js";

const page = document.querySelector("[data-run]");
const job = page.dataset.run;
const seen = []; // {at, done}: what the last news said

/** Addresses a second over the last ten seconds, in the words that the server chose. */
function showRate() {
  const sign = page.querySelector("[data-rate]");
  if (!sign || seen.length < 2) return;
  const [first, last] = [seen[0], seen[seen.length - 1]];
  const rate = ((last.done - first.done) * 1000) / Math.max(1, last.at - first.at);
  const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 }).format(rate);
  sign.textContent = sign.textContent.replace(/[\d.,\u00a0\u202f]+/, number);
}

function remember({ data }) {
  const { downloaded, unchanged, failed, skipped } = data.images;
  seen.push({ at: Date.now(), done: downloaded + unchanged + failed + skipped });
  while (seen.length > 2 && seen[0].at < Date.now() - 10_000) seen.shift();
}

liveParts({
  names: ["run", "documents"],
  concerns: (event) => event.type.startsWith("job.") && event.data.job_id === job,
  onEvent: remember,
  onDrawn: showRate,
});

async function onSubmit(event) {
  const form = event.target.closest("[data-cancel]");
  if (!form) return;
  event.preventDefault();
  const { textCancelTitle: title, textCancel: text, textCancelYes: yes } = page.dataset;
  if (await confirmation({ title, text, yes, tone: "danger" })) form.submit();
}

page.addEventListener("submit", onSubmit);
page.querySelector("[data-with]")?.addEventListener("change", (event) => event.target.form.requestSubmit());
