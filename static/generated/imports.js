// Pictures of other tools on their way in: from a button, a drop or a paste.
import { upload } from "../lib/api.js";
import { openDialog } from "../lib/dialog.js";
import { toast } from "../lib/toast.js";
import { inTurns, refuseShown, watchFiles, workShown } from "../lib/upload.js";

const LONGEST_WAIT = 90; // seconds that a picture waits for its turn when many come at once

const pause = (seconds, signal) =>
  new Promise((resolve, reject) => {
    const planned = setTimeout(resolve, seconds * 1000);
    signal.addEventListener("abort", () => {
      clearTimeout(planned);
      reject(new DOMException("aborted", "AbortError"));
    });
  });

/** Send a picture; when there are too many at once, once more as soon as there is room. */
async function sendPatiently(path, form, how) {
  try {
    return await upload(path, form, how);
  } catch (error) {
    if (error.status !== 429 || !error.retryAfter || error.retryAfter > LONGEST_WAIT) throw error;
    await pause(error.retryAfter, how.signal);
    return upload(path, form, how);
  }
}

/** Take pictures in; one whose file does not tell its prompt is asked about at the end. */
export function watchImports(page, refresh) {
  const { import: path, largest, textImported, textTaken, textTooLarge } = page.dataset;
  const input = document.querySelector("[data-file-input]");
  const dialog = document.getElementById("import");
  const form = dialog.querySelector("[data-import-form]");

  function body(file, prompt) {
    const fields = new FormData();
    fields.append("file", file, file.name || "picture.png");
    if (prompt) fields.append("prompt", prompt);
    return fields;
  }

  /** Resolves to the answer, to null when it was refused, to "prompt" when only that is missing. */
  async function send(file, prompt = "") {
    if (file.size > Number(largest)) return void refuseShown(file, textTooLarge, textTaken);
    const work = async (how) => {
      try {
        return await sendPatiently(path, body(file, prompt), how);
      } catch (error) {
        if (error.details?.prompt) return "prompt";
        throw error;
      }
    };
    const again = async () => report([await send(file, prompt)]);
    return workShown(file.name, work, { hint: textTaken, again });
  }

  async function report(answers) {
    const arrived = answers.filter((answer) => answer?.image);
    if (!arrived.length) return;
    toast(arrived.length === 1 ? arrived[0].message : textImported, { tone: "success" });
    await refresh();
  }

  /** Ask for the prompt of one picture; resolves to nothing when it is left out. */
  async function promptOf(file) {
    dialog.close();
    form.reset();
    form.querySelector("[data-import-choice]").hidden = true;
    form.querySelector("[data-import-file]").textContent = file.name;
    form.elements.file.required = false;
    form.elements.prompt.required = true;
    const closed = openDialog(dialog);
    form.elements.prompt.focus();
    return (await closed) === "sent" ? form.elements.prompt.value : "";
  }

  async function take(files) {
    if (document.querySelector("dialog[open]")) return;
    const answers = [];
    const wordless = [];
    await inTurns(files, async (file) => {
      const answer = await send(file);
      if (answer === "prompt") wordless.push(file);
      else answers.push(answer);
    });
    for (const file of wordless) {
      const prompt = await promptOf(file);
      if (prompt) answers.push(await send(file, prompt));
    }
    await report(answers);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    dialog.close("sent");
  });
  form.querySelector("[data-import-leave]").addEventListener("click", (event) => {
    event.preventDefault();
    dialog.close("");
  });
  dialog.close();
  watchFiles({ input, onFiles: take });
  document.addEventListener("click", (event) => event.target.closest("[data-upload]") && input.click());
}
