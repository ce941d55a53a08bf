// Parts of a page that are drawn anew by the server when there is news about them.
//
//   const redraw = liveParts({ names: ["live", "runs"], concerns: (event) => event.type.startsWith("job.") });
//
// A part is the element with `data-part="name"`; the server gives it alone for `?part=name`. However much news
// comes, a part is fetched at most once a second; what has the focus keeps it.
import { connect } from "./news.js";

const REST = 1000; // milliseconds between two looks

/** Follow the news; returns a function that looks at once. `onDrawn` hears of each part that was drawn. */
export function liveParts({ names, concerns, onDrawn = () => {}, onEvent = () => {} }) {
  let timer = 0;
  let lastLook = 0;

  async function look() {
    timer = 0;
    lastLook = Date.now();
    await Promise.all(names.map((name) => draw(name, onDrawn)));
  }

  const lookSoon = () => {
    timer ||= setTimeout(look, Math.max(80, REST - (Date.now() - lastLook)));
  };
  connect({
    onEvent: (event) => {
      if (!concerns(event)) return;
      onEvent(event);
      lookSoon();
    },
    onState: (state) => state === "online" && lookSoon(),
    onReset: lookSoon,
  });
  return look;
}

const under = new Map();

async function draw(name, onDrawn) {
  const place = document.querySelector(`[data-part="${name}"]`);
  const mine = (under.get(name) ?? 0) + 1;
  under.set(name, mine);
  const query = new URLSearchParams(location.search);
  query.set("part", name);
  const response = await fetch(`?${query}`, { credentials: "same-origin" }).catch(() => null);
  if (!place || !response?.ok) return;
  if (response.redirected) location.reload();
  const html = await response.text();
  if (under.get(name) !== mine) return;
  exchange(place, new DOMParser().parseFromString(html, "text/html").body);
  onDrawn(name, place);
}

/** The focus, what was unfolded and how far a table was scrolled outlive what they were in. */
function exchange(place, next) {
  for (const folded of next.querySelectorAll("details[id]")) folded.open ||= document.getElementById(folded.id)?.open ?? false;
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  const address = focused?.getAttribute("href");
  const { id } = focused ?? {};
  const scrolled = place.querySelector(".table-place")?.scrollTop ?? 0;
  place.replaceChildren(...next.childNodes);
  const table = place.querySelector(".table-place");
  if (table) table.scrollTop = scrolled;
  const again = address ? place.querySelector(`[href="${CSS.escape(address)}"]`) : id && document.getElementById(id);
  if (again) again.focus({ preventScroll: true });
}
