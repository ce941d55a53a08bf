// Runs before the first paint, so a chosen appearance never flashes the other one.
(() => {
  let choice = null;
  try {
    choice = localStorage.getItem("theme");
  } catch {
    // Storage is closed to us; the system decides.
  }
  if (choice === "light" || choice === "dark") document.documentElement.dataset.theme = choice;
})();
