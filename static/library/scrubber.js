// The months along the edge: where in the list one is, and a way to any month.

const APART = 18; // pixels that two labels need

/** Follow the grid and lead to its months. */
export function scrubber(nav, grid, text) {
  const list = nav.querySelector("[data-scrubber-list]");
  const now = nav.querySelector("[data-scrubber-now]");
  const shape = nav.parentElement.querySelector("[data-scrubber-shape]");
  let isHeld = false;

  const monthAt = (index) => grid.months.findLast((month) => month.start <= index) ?? grid.months[0];

  function draw() {
    const { months, total } = grid;
    nav.hidden = months.length < 2;
    list.replaceChildren();
    let year = "";
    let lowest = -APART;
    for (const [number, month] of months.entries()) {
      const item = shape.content.firstElementChild.cloneNode(true);
      const share = month.start / total;
      const link = item.querySelector("a");
      const count = (months[number + 1]?.start ?? total) - month.start;
      link.href = month.address || location.pathname;
      link.dataset.month = month.start;
      link.setAttribute("aria-label", text.replace("{month}", month.text).replace("{number}", count));
      link.title = link.getAttribute("aria-label");
      item.style.insetBlockStart = `${share * 100}%`;
      const top = share * list.clientHeight;
      // A year is named once, where it begins and where there is room.
      if (month.year !== year && top - lowest >= APART) {
        link.textContent = month.year;
        link.dataset.year = "";
        lowest = top;
      }
      year = month.year;
      list.append(item);
    }
    follow();
  }

  function follow() {
    if (nav.hidden || !grid.total) return;
    const { index } = grid.anchor();
    const month = monthAt(index);
    for (const link of list.querySelectorAll("[aria-current]")) link.removeAttribute("aria-current");
    list.querySelector(`[data-month="${month.start}"]`)?.setAttribute("aria-current", "true");
    now.textContent = month.text;
    now.style.translate = `0 ${(index / grid.total) * list.clientHeight}px`;
  }

  function onClick(event) {
    const link = event.target.closest("[data-month]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    grid.jump(Number(link.dataset.month));
  }

  /** The strip itself may be drawn along, like a scroll bar that knows the months. */
  function scrub(event) {
    const box = list.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientY - box.top) / box.height));
    grid.jump(Math.floor(share * (grid.total - 1)));
  }

  nav.addEventListener("pointerdown", (event) => {
    if (event.target.closest("a") || event.button !== 0) return;
    isHeld = true;
    nav.setPointerCapture(event.pointerId);
    scrub(event);
  });
  nav.addEventListener("pointermove", (event) => isHeld && scrub(event));
  for (const end of ["pointerup", "pointercancel"]) nav.addEventListener(end, () => void (isHeld = false));
  nav.addEventListener("click", onClick);
  grid.addEventListener("drawn", () => {
    now.hidden = false;
    follow();
  });
  return { draw };
}
