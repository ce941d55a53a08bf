// What nobody has saved yet survives a reload: kept in this browser, by picture and by the recipe it began with.
import { isRecipe, isSame } from "./recipe.js";

const COPIED = "edit:copied";

function digest(text) {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16);
}

/** The name of a draft. */
export const draftKey = (image, opened) => `edit:${image}:${digest(JSON.stringify(opened))}`;

function read(key) {
  try {
    const found = JSON.parse(localStorage.getItem(key));
    return isRecipe(found) ? found : null;
  } catch {
    return null;
  }
}

function write(key, recipe) {
  try {
    if (recipe) localStorage.setItem(key, JSON.stringify(recipe));
    else localStorage.removeItem(key);
  } catch {
    // Storage is closed or full: the page still warns before it is left.
  }
}

/** The draft under a name, unless it says what is open anyway. */
export function draft(key, opened) {
  const found = read(key);
  return found && !isSame(found, opened) ? found : null;
}

export const keepDraft = (key, recipe) => write(key, recipe);
export const dropDraft = (key) => write(key, null);

/** Copy a recipe for other pictures; the clipboard gets it too, where we may write there. */
export function copyRecipe(recipe) {
  write(COPIED, recipe);
  return navigator.clipboard?.writeText(JSON.stringify(recipe)).catch(() => {});
}

export const copiedRecipe = () => read(COPIED);

/** Read text from a clipboard as a recipe, or null. */
export function pastedRecipe(text) {
  try {
    const found = JSON.parse(text);
    return isRecipe(found) && found.length ? found : null;
  } catch {
    return null;
  }
}
