// Two pictures over one another, with an edge that a slider moves.
const wipe = document.querySelector("[data-wipe]");
const slider = wipe.querySelector("[data-wipe-value]");

const show = () => wipe.style.setProperty("--edge-at", `${slider.value}%`);

slider.addEventListener("input", show);
show();
wipe.hidden = false;
