// What can be done to many pictures besides deleting them: albums, and one recipe for all.
import { api, freshWord } from "../lib/api.js";
import { toast } from "../lib/toast.js";
import { workShown } from "../lib/upload.js";
import { inParts } from "./choosing.js";

const ALBUMS = "/api/v1/library/albums";
const PRESETS = "/api/v1/edits/presets";
const BATCHES = "/api/v1/library/batches";
const PAUSE = 700; // milliseconds between two looks at a batch

const refused = (error) => void toast(error.message, { tone: "error" });
const counted = (text, number) => text.replace("{number}", new Intl.NumberFormat(document.documentElement.lang).format(number));
const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE));

function button(text, onPress) {
  const made = document.createElement("button");
  made.type = "button";
  made.dir = "auto";
  made.textContent = text;
  made.addEventListener("click", () => {
    made.closest("[popover]").hidePopover();
    onPress();
  });
  return made;
}

/** Let the menus of the bar act on what is chosen. */
export function watchBulk(page, choice, refresh) {
  const { textInAlbum, textNewAlbum, textNoPresets, textEditing, textEdited, textEditFailed, textStilled } = page.dataset;

  async function add(album) {
    try {
      await inParts(choice.ids, (images) => api(`${ALBUMS}/${album}/items`, { method: "POST", json: { images } }));
      choice.leave();
      toast(textInAlbum, { tone: "success" });
    } catch (error) {
      refused(error);
    }
  }

  async function addToNew() {
    const language = document.documentElement.lang.replace(/^en$/, "en-GB"); // as the server writes its dates
    const name = new Intl.DateTimeFormat(language, { dateStyle: "long" }).format(new Date());
    const headers = { "Idempotency-Key": freshWord() };
    const made = await api(ALBUMS, { method: "POST", json: { name }, headers }).catch(refused);
    if (made) await add(made.id);
  }

  async function listAlbums() {
    const list = page.querySelector("[data-albums-list]");
    const answer = await api(ALBUMS).catch(refused);
    const albums = answer?.items ?? [];
    list.replaceChildren(...albums.map(({ id, name }) => button(name, () => add(id))), button(textNewAlbum, addToNew));
  }

  /** Say before an edit what it takes from animations. */
  function tellOfMoving(isOffered) {
    const note = page.querySelector("[data-moving-chosen]");
    note.hidden = !isOffered || choice.moving === 0;
    note.textContent = counted(note.dataset.text, choice.moving);
  }

  async function listPresets() {
    const list = page.querySelector("[data-presets-list]");
    const answer = await api(PRESETS).catch(refused);
    const presets = (answer?.items ?? []).map(({ name, recipe }) => button(name, () => edit(recipe)));
    const none = Object.assign(document.createElement("p"), { textContent: textNoPresets });
    tellOfMoving(presets.length > 0);
    list.replaceChildren(...(presets.length ? presets : [none]));
  }

  /** Order the same edit for all, and show how far it is; to give it up is to cancel what is left. */
  async function edit(recipe) {
    const images = choice.ids;
    choice.leave();
    const done = await workShown(textEditing.replace("{number}", images.length), (how) => ordered(images, recipe, how));
    if (done) toast(outcome(done), { tone: done.failed ? "warning" : "success" });
    refresh();
  }

  function outcome({ done, failed, stilled }) {
    const said = failed ? textEditFailed.replace("{done}", done).replace("{failed}", failed) : textEdited;
    return stilled ? `${said} ${counted(textStilled, stilled)}` : said;
  }

  async function ordered(images, recipe, { signal, onProgress }) {
    let counts = { done: 0, failed: 0, stilled: 0 };
    await inParts(images, async (part) => {
      const headers = { "Idempotency-Key": freshWord() };
      const batch = await api(BATCHES, { method: "POST", json: { images: part, recipe }, headers });
      signal.addEventListener("abort", () => api(`${BATCHES}/${batch.id}/cancel`, { method: "POST" }).catch(refused));
      const before = counts;
      for (let state = batch; ; state = await api(`${BATCHES}/${batch.id}`)) {
        counts = { done: before.done + state.done, failed: before.failed + state.failed.length, stilled: before.stilled + state.stilled.length };
        onProgress((counts.done + counts.failed) / images.length);
        if (state.finishedAt || signal.aborted) break;
        await pause();
      }
    });
    signal.throwIfAborted();
    return counts;
  }

  const opened = (id, list) => document.getElementById(id)?.addEventListener("beforetoggle", (event) => event.newState === "open" && list());
  opened("albums", listAlbums);
  opened("presets", listPresets);
}
