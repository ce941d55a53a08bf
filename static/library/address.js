// What the address of the library says: what narrows it, and the picture at which one is.

/** Return what is asked for, without the place. */
export function question(search = location.search) {
  const said = new URLSearchParams(search);
  for (const name of ["at", "page", "upload", "start", "length"]) said.delete(name);
  return said;
}

/** Return the address of the place where a picture is; of the top without one. */
export function standing(id) {
  const said = question();
  if (id) said.set("at", id);
  const query = said.toString();
  return location.pathname + (query && `?${query}`);
}
