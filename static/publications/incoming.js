// Photos on their way into a publication: from a button, a drop, a paste, or an address on the web.
import { clear, showErrors } from "../components/form.js";
import { api, freshWord } from "../lib/api.js";
import { openDialog } from "../lib/dialog.js";
import { toast } from "../lib/toast.js";
import { inTurns, refuseShown, uploadShown, watchFiles } from "../lib/upload.js";


/** Take photos in as long as there is `room`; `makeRoom` frees what is only kept for an undo. */
export function watchIncoming(desk, path, { room, makeRoom, refresh }) {
  const { largest, textAdded, textFull, textTaken, textTooLarge, textWaiting } = desk.dataset;
  const unsent = new Set(); // what sends the files again under which the line broke
  const input = document.querySelector("[data-file-input]");

  async function online() {
    if (navigator.onLine) return;
    toast(textWaiting, { tone: "warning" });
    await new Promise((resolve) => addEventListener("online", resolve, { once: true }));
  }

  async function send(file, key = freshWord()) {
    if (room() <= 0) return refuseShown(file, textFull);
    if (file.size > Number(largest)) return refuseShown(file, textTooLarge, textTaken);
    // The key makes a repeated request harmless should the answer get lost on the way.
    const headers = { "Idempotency-Key": key };
    const again = async () => report([await send(file, key)]);
    const onBroken = (resume) => unsent.add(resume);
    const options = { field: "image", headers, hint: textTaken, again, onBroken };
    const answer = await uploadShown(`${path}/images`, file, {}, options);
    if (answer) await refresh();
    return answer;
  }

  function report(answers) {
    const arrived = answers.filter(Boolean);
    if (arrived.length) toast(answers.length === 1 ? arrived[0].message : textAdded, { tone: "success" });
  }

  /** One after the other: photos hang in the order in which they were chosen. */
  async function take(files) {
    if (document.querySelector("dialog[open]")) return;
    await online();
    await makeRoom(files.length);
    const answers = [];
    await inTurns(files, async (file) => answers.push(await send(file)), 1);
    report(answers);
  }

  function sendUnsent() {
    const waiting = Array.from(unsent);
    unsent.clear();
    for (const resume of waiting) resume();
  }

  function choose() {
    if (room() > 0) input.click();
    else toast(textFull, { tone: "warning" });
  }

  watchFiles({ input, onFiles: take });
  watchWeb(path, { desk, room, makeRoom, refresh });
  document.addEventListener("click", (event) => event.target.closest("[data-upload]") && choose());
  return { sendUnsent };
}

function watchWeb(path, { desk, room, makeRoom, refresh }) {
  const dialog = document.getElementById("from-address");
  const form = dialog.querySelector("[data-from-address]");
  const { url } = form.elements;
  let trying = null;

  function open(address = "") {
    if (room() <= 0) return toast(desk.dataset.textFull, { tone: "warning" });
    clear(form);
    if (address) url.value = address;
    openDialog(dialog).then(() => trying?.abort());
    url.select();
    return address && form.requestSubmit();
  }

  function refuse(error) {
    const told = error.details?.url?.[0] ?? error.message;
    showErrors(form, { fields: { url: { errors: [told] } }, errors: [] });
  }

  async function add(event) {
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    clear(form);
    trying = new AbortController();
    try {
      await makeRoom(1);
      const options = { method: "POST", json: { url: url.value.trim() }, headers: { "Idempotency-Key": freshWord() }, signal: trying.signal };
      const answer = await api(`${path}/images/from-url`, options);
      url.value = "";
      dialog.close("added");
      toast(answer.message, { tone: "success" });
    } catch (error) {
      if (error.name !== "AbortError") refuse(error);
    } finally {
      form.ariaBusy = null;
      trying = null;
    }
    await refresh();
  }

  function onPaste(event) {
    const text = event.clipboardData?.getData("text/plain").trim() ?? "";
    const isTyping = event.target.closest?.("input, textarea");
    if (!isTyping && !document.querySelector("dialog[open]") && /^https?:\/\/\S+$/.test(text)) open(text);
  }

  form.addEventListener("submit", add);
  form.querySelector("[data-dialog-leave]").addEventListener("click", () => dialog.close());
  document.addEventListener("click", (event) => event.target.closest("[data-from-web]") && open());
  document.addEventListener("paste", onPaste);
}
