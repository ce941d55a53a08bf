// What is being edited: one form with its history; whoever wants to know is told of every change.
import { added, begun, current, moved } from "./history.js";
import { isSame, joined, split } from "./recipe.js";

export class Desk {
  #listeners = [];

  constructor(recipe, label) {
    this.form = split(recipe);
    this.history = begun(this.form, label);
    this.saved = this.recipe;
  }

  get recipe() {
    return joined(this.form);
  }

  get isDirty() {
    return !isSame(this.recipe, this.saved);
  }

  /** Hear of changes: `what` is "form" while something moves, "step" when it has come to rest. */
  on(listener) {
    this.#listeners.push(listener);
  }

  /** Show a change that is under way. */
  try(patch) {
    this.form = { ...this.form, ...patch };
    this.#tell("form");
  }

  /** Make a change, or what was tried, a step of the history. */
  take(patch, label, kind = "") {
    this.form = { ...this.form, ...patch };
    if (!isSame(joined(current(this.history)), this.recipe)) this.history = added(this.history, this.form, { label, kind, at: performance.now() });
    this.#tell("step");
  }

  /** Go to a step of the history. */
  go(to) {
    this.history = moved(this.history, to);
    this.form = current(this.history);
    this.#tell("step");
  }

  undo() {
    this.go(this.history.now - 1);
  }

  redo() {
    this.go(this.history.now + 1);
  }

  /** Everything up to here is kept elsewhere. */
  markSaved() {
    this.saved = this.recipe;
    this.#tell("step");
  }

  #tell(what) {
    for (const listener of this.#listeners) listener(what);
  }
}
