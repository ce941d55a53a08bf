// The one way to our own API: token, language, and refusals as errors with a sentence to show.

/** A refusal: `message` is a sentence for people, `code` and `details` are for programs. */
export class ApiError extends Error {
  constructor({ status = 0, code = "OFFLINE", message, details = null, retryAfter = null }) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.details = details;
    this.retryAfter = retryAfter;
  }
}

const said = (name) => document.body.dataset[name] ?? "";

function cookie(name) {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

function commonHeaders(method) {
  const headers = { Accept: "application/json", "Accept-Language": document.documentElement.lang };
  if (!["GET", "HEAD", "OPTIONS"].includes(method)) headers["X-CSRFToken"] = cookie("csrftoken");
  return headers;
}

function parsed(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

function refusal(status, text, retryAfter) {
  const body = parsed(text);
  return new ApiError({
    status,
    code: body?.code ?? "INTERNAL_ERROR",
    message: body?.error ?? body?.message ?? said("textBroken"),
    details: body?.details ?? null,
    retryAfter: Number(retryAfter) || null,
  });
}

/** A word that nothing else has, such as an `Idempotency-Key`: it makes a repeated request harmless. */
export const freshWord = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

const offline = () => new ApiError({ message: said("textOffline") });

async function asked(path, { method = "GET", json, body, headers = {}, signal } = {}) {
  const sent = { ...commonHeaders(method), ...headers };
  if (json !== undefined) sent["Content-Type"] = "application/json";
  const request = { method, headers: sent, body: json === undefined ? body : JSON.stringify(json), signal, credentials: "same-origin" };
  const response = await fetch(path, request).catch((error) => {
    throw error.name === "AbortError" ? error : offline();
  });
  if (!response.ok) throw refusal(response.status, await response.text(), response.headers.get("Retry-After"));
  return response;
}

/** Ask our API; resolves to the parsed answer, rejects with ApiError (or AbortError when `signal` fires). */
export async function api(path, options) {
  const response = await asked(path, options);
  return parsed(await response.text());
}

/** Ask our API for a file; resolves to a Blob, rejects like `api`. */
export async function apiBlob(path, options = {}) {
  const response = await asked(path, { ...options, headers: { Accept: "image/*, application/json", ...options.headers } });
  return response.blob();
}

/** Send a form with files; `onProgress` hears the share (0 to 1) of the bytes that have left. */
export function upload(path, form, { onProgress = () => {}, headers = {}, signal } = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    for (const [name, value] of Object.entries({ ...commonHeaders("POST"), ...headers })) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => event.lengthComputable && onProgress(event.loaded / event.total));
    request.addEventListener("load", () => {
      if (request.status >= 200 && request.status < 300) resolve(parsed(request.responseText));
      else reject(refusal(request.status, request.responseText, request.getResponseHeader("Retry-After")));
    });
    request.addEventListener("error", () => reject(offline()));
    request.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    if (signal?.aborted) request.abort();
    request.send(form);
  });
}
