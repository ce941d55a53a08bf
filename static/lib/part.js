// A part of a page that follows the server: fetched anew after news, with the pictures that are there already.

const PAUSE = 80; // milliseconds in which news that come in swarms are answered together

function adoptImages(place, next, key) {
  for (const item of next.querySelectorAll(`[data-${key}]`)) {
    const present = place.querySelector(`[data-${key}="${CSS.escape(item.getAttribute(`data-${key}`))}"]`);
    const images = present ? Array.from(present.querySelectorAll("img")) : [];
    item.querySelectorAll("img").forEach((image, index) => images[index]?.src === image.src && image.replaceWith(images[index]));
  }
}

function keepList(place, next) {
  const [kept, fresh] = [place, next].map((part) => part.querySelector("[data-kept]"));
  if (!kept) return;
  kept.replaceChildren(...fresh.childNodes);
  kept.hidden = fresh.hidden;
  fresh.replaceWith(kept);
}

/** Return what gives the focus back to the same control of the same item, or of what stands around the items. */
export function focusOf(place, key) {
  const focused = document.activeElement;
  if (!place.contains(focused)) return () => {};
  const itemOf = (control) => control.closest(`[data-${key}]`)?.getAttribute(`data-${key}`);
  const item = itemOf(focused);
  const alike = () => Array.from(place.querySelectorAll("a, button")).filter((control) => itemOf(control) === item);
  const index = alike().indexOf(focused);
  return () => alike()[index]?.focus({ preventScroll: true });
}

/**
 * Follow `?part=…` in `place`, whose items have `data-{key}`. `refresh` looks at once, `refreshSoon` in a moment;
 * nothing is replaced while `isBusy()`. An element with `data-kept` stays, with what listens to it; its items change.
 */
export function following(place, { part, key, isBusy = () => false }) {
  let asked = 0;
  let planned = 0;

  async function refresh() {
    asked += 1;
    const mine = asked;
    const query = new URLSearchParams(location.search);
    query.set("part", part);
    const response = await fetch(`${location.pathname}?${query}`, { credentials: "same-origin" }).catch(() => null);
    if (response?.redirected || response?.status === 404) return location.reload();
    if (!response?.ok || mine !== asked) return null;
    const html = await response.text();
    if (mine !== asked) return null;
    return isBusy() ? refreshSoon() : replace(html);
  }

  function replace(html) {
    const next = new DOMParser().parseFromString(html, "text/html").body;
    const refocus = focusOf(place, key);
    adoptImages(place, next, key);
    keepList(place, next);
    place.replaceChildren(...next.childNodes);
    refocus();
  }

  function refreshSoon() {
    clearTimeout(planned);
    planned = setTimeout(refresh, PAUSE);
  }

  return { refresh, refreshSoon };
}
