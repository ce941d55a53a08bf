// Runs before the first paint: Swagger UI draws itself dark where its page says so, by a class and not by the system.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");

  function show() {
    root.classList.toggle("dark-mode", root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  }

  system.addEventListener("change", show);
  show();
})();
