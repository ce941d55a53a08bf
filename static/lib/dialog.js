// Dialogs on the browser's own <dialog>: focus comes back to where it was, Esc and the scrim leave.

function onScrim(event) {
  const dialog = event.currentTarget;
  if (event.target !== dialog) return;
  const box = dialog.getBoundingClientRect();
  const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside) dialog.close("");
}

/** Open a dialog; resolves to the value of the button that closed it, "" when it was left. */
export function openDialog(dialog) {
  const before = document.activeElement;
  dialog.returnValue = "";
  dialog.showModal();
  dialog.addEventListener("pointerdown", onScrim);
  return new Promise((resolve) => {
    const onClose = () => {
      dialog.removeEventListener("pointerdown", onScrim);
      if (before?.isConnected) before.focus();
      resolve(dialog.returnValue);
    };
    dialog.addEventListener("close", onClose, { once: true });
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
