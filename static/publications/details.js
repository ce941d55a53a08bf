// The title and the description of a publication: saved on demand, never overwritten while somebody types.
import { clear, showErrors } from "../components/form.js";
import { api } from "../lib/api.js";
import { toast } from "../lib/toast.js";

const FIELDS = ["title", "description"];

/** Take over the form of the details; `adopt` shows what somebody has changed elsewhere. */
export function watchDetails(desk, path) {
  const form = desk.querySelector("[data-details]");
  const fields = FIELDS.map((name) => form.elements[name]);
  const button = form.querySelector("[type=submit]");
  let isLeaving = false;

  const isTouched = () => fields.some((field) => field.value !== field.defaultValue);
  const showState = () => button.classList.toggle("primary", isTouched());

  function adopt(publication) {
    for (const field of fields) {
      const text = publication?.[field.name];
      if (typeof text !== "string" || field.defaultValue === text) continue;
      if (field.value === field.defaultValue) field.value = text;
      field.defaultValue = text;
    }
    const shown = document.querySelector("[data-shown-title]");
    document.title = document.title.replace(shown.textContent, () => fields[0].defaultValue);
    shown.textContent = fields[0].defaultValue;
    showState();
  }

  function refuse(error) {
    const entries = Object.entries(error.details ?? {}).filter(([name]) => FIELDS.includes(name));
    const told = Object.fromEntries(entries.map(([name, errors]) => [name, { errors }]));
    showErrors(form, { fields: told, errors: entries.length ? [] : [error.message] });
  }

  async function save(event) {
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    clear(form);
    const sent = Object.fromEntries(fields.map((field) => [field.name, field.value]));
    try {
      const publication = await api(path, { method: "PATCH", json: sent });
      // What was typed meanwhile stays and is not saved yet.
      for (const field of fields) if (field.value === sent[field.name]) field.value = field.defaultValue = publication[field.name];
      adopt(publication);
      toast(desk.dataset.textSaved, { tone: "success" });
    } catch (error) {
      refuse(error);
    } finally {
      form.ariaBusy = null;
    }
  }

  form.addEventListener("submit", save);
  form.addEventListener("input", showState);
  form.addEventListener("keydown", (event) => (event.ctrlKey || event.metaKey) && event.key === "Enter" && form.requestSubmit());
  desk.querySelector(".desk-end form").addEventListener("submit", () => (isLeaving = true));
  addEventListener("beforeunload", (event) => isTouched() && !isLeaving && event.preventDefault());
  showState();
  return { adopt, isLeaving: () => isLeaving };
}
