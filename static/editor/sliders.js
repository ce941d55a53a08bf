// Sliders: the value is shown, a double click takes it back, a dot marks what differs from neutral.

function shown(value, neutral, scale) {
  const number = (value - neutral) * scale;
  const digits = scale === 1 ? 1 : 0;
  const format = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: digits, signDisplay: "negative" });
  return format.format(number);
}

/** Bind a slider; answers with what shows a value. `onTry` hears of every move, `onTake` of where it came to rest. */
export function slider(element, { onTry, onTake }) {
  const input = element.querySelector("input");
  const output = element.querySelector("output");
  const [neutral, scale] = [Number(element.dataset.neutral), Number(element.dataset.scale)];
  const least = Number(input.min);
  const most = Number(input.max);
  const show = (value) => {
    // A recipe may say more than the slider offers; it then reaches as far.
    input.min = Math.min(least, value);
    input.max = Math.max(most, value);
    input.value = value;
    const signed = least < neutral && value > neutral ? "+" : "";
    output.textContent = signed + shown(value, neutral, scale);
    element.toggleAttribute("data-differs", Math.abs(value - neutral) > 1e-6);
  };
  const reset = () => {
    show(neutral);
    onTake(neutral);
  };
  input.addEventListener("input", () => {
    show(Number(input.value));
    onTry(Number(input.value));
  });
  input.addEventListener("change", () => onTake(Number(input.value)));
  if (!element.hasAttribute("data-lasting")) {
    element.addEventListener("dblclick", reset);
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Delete" && event.key !== "Backspace") return;
      event.preventDefault();
      event.stopPropagation();
      reset();
    });
  }
  return show;
}
