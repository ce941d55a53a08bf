// Password fields: a button that shows what is typed, and a hint of how hard it is to guess.
const SHORT = 8;
const WELL_KNOWN = /^(?:pass ?word|qwert|azert|abc ?123|letmein|welcome|admin|iloveyou|contrase|motdepasse|soleil)|^(.)\1+$|^(?:0?1234|98765)/i;

function kinds(text) {
  return [/\p{Ll}/u, /\p{Lu}/u, /\d/, /[^\p{L}\d]/u].filter((kind) => kind.test(text)).length;
}

/** From 0 (too short) to 4 (strong): length counts most, variety and repetition correct it. */
export function strength(text) {
  if (text.length < SHORT) return 0;
  if (WELL_KNOWN.test(text)) return 1;
  const different = new Set(text.toLowerCase()).size;
  const bits = Math.min(text.length, different * 1.6) * (2.2 + 0.7 * kinds(text));
  return [30, 44, 60].reduce((level, bound) => level + (bits >= bound ? 1 : 0), 1);
}

function showStrength(input) {
  const hint = document.getElementById(input.dataset.strengthOf);
  const level = strength(input.value);
  hint.hidden = input.value === "";
  hint.dataset.level = String(level);
  hint.querySelector(".strength-word").textContent = hint.dataset.words.split("|")[level];
}

function reveal(button) {
  const input = document.getElementById(button.dataset.reveal);
  const shown = input.type === "password";
  input.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", String(shown));
}

for (const button of document.querySelectorAll("[data-reveal]")) {
  button.hidden = false;
  button.addEventListener("click", () => reveal(button));
}
for (const input of document.querySelectorAll("[data-strength-of]")) {
  input.addEventListener("input", () => showStrength(input));
}
// Browsers offer to remember a password only while its field hides it.
document.addEventListener("submit", (event) => {
  for (const button of event.target.querySelectorAll('[data-reveal][aria-pressed="true"]')) reveal(button);
}, true);
