// Pictures that could not be had are asked for again: a server that has its hands full says so for moments only.
const FIRST = 2000; // milliseconds; twice as long before each further try
const TRIES = 3;
const failed = new WeakMap(); // which address of an image failed how often

const address = (image) => image.currentSrc || image.src;

/** Ask anew, unless the image shows something else by now. */
function retry(image, before) {
  if (!image.isConnected || address(image) !== before) return;
  if (image.srcset) image.srcset = image.srcset;
  else image.src = image.src;
}

function onFailed(image) {
  const now = address(image);
  const known = failed.get(image);
  const tries = known?.address === now ? known.tries : 0;
  if (!now || now.startsWith("blob:") || tries === TRIES) return;
  failed.set(image, { address: now, tries: tries + 1 });
  setTimeout(() => retry(image, now), FIRST * 2 ** tries);
}

/** Watch every image of the page, those that come later and those that failed already. */
export function watchImages() {
  // "error" doesn't bubble.
  document.addEventListener("error", ({ target }) => target instanceof HTMLImageElement && onFailed(target), { capture: true });
  for (const image of document.images) if (image.complete && !image.naturalWidth) onFailed(image);
}
