// Dialogs on the browser's own <dialog>: focus comes back to where it was, Esc and the scrim leave.

function onScrim(event) {
  const dialog = event.currentTarget;
  if (event.target !== dialog) return;
  const box = dialog.getBoundingClientRect();
  const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside) dialog.close("");
}

const waiting = new WeakMap(); // what ends the wait for each dialog's answer

/** Open a dialog; resolves to the value of the button that closed it, "" when it was left. */
export function openDialog(dialog) {
  waiting.get(dialog)?.(); // browsers tell of a closing a moment later, when the next question may stand already
  const before = document.activeElement;
  dialog.returnValue = "";
  dialog.showModal();
  dialog.addEventListener("pointerdown", onScrim);
  return new Promise((resolve) => {
    const end = () => {
      dialog.removeEventListener("pointerdown", onScrim);
      dialog.removeEventListener("close", onClose);
      waiting.delete(dialog);
      if (before?.isConnected) before.focus();
      resolve(dialog.returnValue);
    };
    const onClose = () => dialog.open || end();
    dialog.addEventListener("close", onClose);
    waiting.set(dialog, end);
  });
}

/** Ask one question; resolves to true when the answer is yes. Words come translated from the page. */
export async function confirmation({ title, text = "", yes = "", tone = "primary" }) {
  const dialog = document.getElementById("confirmation");
  dialog.querySelector("#confirmation-title").textContent = title;
  dialog.querySelector("#confirmation-text").textContent = text;
  const button = dialog.querySelector("[data-confirmation-yes]");
  if (yes) button.textContent = yes;
  button.className = `button ${tone}`;
  return (await openDialog(dialog)) === "yes";
}
