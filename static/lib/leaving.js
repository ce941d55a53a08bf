// Who signs out leaves nothing of theirs in this browser; how it looks and which keys it knows stay.
const OWN = "edit:"; // drafts of recipes, and the one that was copied

function forget() {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(OWN)) localStorage.removeItem(key);
  } catch {
    // Where storage is closed there is nothing to forget.
  }
}

/** Forget once a form is sent that ends the session; one that ends by itself keeps what was begun. */
export function watchLeaving() {
  document.addEventListener("submit", ({ target }) => {
    if (target.matches("[data-leaves]")) forget();
  });
}
