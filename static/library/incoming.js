// Pictures on their way into the library: from a button, a drop anywhere, or a paste.
import { freshWord } from "../lib/api.js";
import { toast } from "../lib/toast.js";
import { inTurns, refuseShown, uploadShown, watchFiles } from "../lib/upload.js";

const PATH = "/api/v1/library";

/** Take pictures in; what finds no connection waits for one. */
export function watchIncoming(page, refresh) {
  const { largest, textAdded, textAddedOne, textTaken, textTooLarge, textWaiting } = page.dataset;
  const input = document.querySelector("[data-file-input]");
  const unsent = new Set(); // what sends the files again under which the line broke

  async function online() {
    if (navigator.onLine) return;
    toast(textWaiting, { tone: "warning" });
    await new Promise((resolve) => addEventListener("online", resolve, { once: true }));
  }

  async function send(file, key = freshWord()) {
    if (file.size > Number(largest)) return refuseShown(file, textTooLarge, textTaken);
    await online();
    // The key makes a repeated request harmless should the answer get lost on the way.
    const again = async () => report([await send(file, key)]);
    const onBroken = (resume) => unsent.add(resume);
    return uploadShown(PATH, file, {}, { headers: { "Idempotency-Key": key }, hint: textTaken, again, onBroken });
  }

  function report(answers) {
    const count = answers.filter(Boolean).length;
    if (!count) return;
    toast(count === 1 ? textAddedOne : textAdded, { tone: "success" });
    refresh();
  }

  async function take(files) {
    if (document.querySelector("dialog[open]")) return;
    const answers = [];
    await inTurns(files, async (file) => answers.push(await send(file)));
    report(answers);
  }

  function sendUnsent() {
    const waiting = Array.from(unsent);
    unsent.clear();
    for (const resume of waiting) resume();
  }

  watchFiles({ input, onFiles: take });
  document.addEventListener("click", (event) => event.target.closest("[data-upload]") && input.click());
  return { sendUnsent };
}
