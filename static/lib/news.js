// The news of the signed-in person, live: one socket that comes back by itself and misses nothing.
//
//   const news = connect({ onEvent(event) {…}, onState(state) {…}, onReset() {…}, startAt: 17 });
//   news.close();
//
// `onEvent` hears each event once. `onState` hears "online", "offline" or "signed-out". After `onReset` too
// much was missed to be told one by one: fetch the state anew. `startAt` is the last id that the page has
// already been drawn with; without it the page goes on from where this tab last was.

const PATH = "/ws/events/";
const KEPT = "news.last-id";
const SHORTEST = 500; // milliseconds before the first new try
const LONGEST = 30_000;
const SILENCE = 10_000; // how long the handshake may take
const REMEMBERED = 1000; // ids
const SIGNED_OUT = 4401;

/** Follow the news until `close()`. */
export function connect(listeners) {
  const news = new News(listeners);
  news.open();
  return { close: () => news.close() };
}

class News {
  #listeners;
  #socket = null;
  #timer = 0;
  #tries = 0;
  #lastId;
  #helloId = 0;
  #seen = new Set();
  #wake = () => this.#again(0);
  #sleep = () => this.#socket?.close();

  constructor({ onEvent = () => {}, onState = () => {}, onReset = () => {}, startAt }) {
    this.#listeners = { onEvent, onState, onReset };
    this.#lastId = startAt ?? kept();
  }

  open() {
    addEventListener("online", this.#wake);
    addEventListener("offline", this.#sleep);
    this.#dial();
  }

  close() {
    removeEventListener("online", this.#wake);
    removeEventListener("offline", this.#sleep);
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #dial() {
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${PATH}`);
    this.#socket = socket;
    this.#timer = setTimeout(() => socket.close(), SILENCE);
    socket.addEventListener("open", () => this.#ask(socket));
    socket.addEventListener("message", ({ data }) => socket === this.#socket && this.#hear(JSON.parse(data)));
    socket.addEventListener("close", ({ code }) => socket === this.#socket && this.#lose(code));
  }

  #ask(socket) {
    if (this.#lastId !== null) socket.send(JSON.stringify({ type: "resume", after: this.#lastId }));
  }

  #hear(frame) {
    if (frame.type === "hello") this.#greeted(frame.last_id);
    else if (frame.type === "reset") this.#startAnew();
    else if (typeof frame.id === "number") this.#told(frame);
  }

  #greeted(lastId) {
    clearTimeout(this.#timer);
    this.#tries = 0;
    this.#helloId = lastId;
    if (this.#lastId === null) this.#keep(lastId);
    this.#show("online");
  }

  #startAnew() {
    this.#seen.clear();
    this.#keep(this.#helloId);
    this.#listeners.onReset();
  }

  #told(event) {
    if (this.#seen.has(event.id)) return;
    this.#seen.add(event.id);
    if (this.#seen.size > REMEMBERED) this.#seen.delete(this.#seen.values().next().value);
    this.#listeners.onEvent(event);
    this.#keep(Math.max(event.id, this.#lastId ?? 0));
  }

  #lose(code) {
    clearTimeout(this.#timer);
    this.#socket = null;
    if (code === SIGNED_OUT && this.#tries > 0) return this.#show("signed-out");
    this.#show("offline");
    return this.#again(pause(this.#tries++));
  }

  #again(milliseconds) {
    if (this.#socket) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#dial(), milliseconds);
  }

  #keep(id) {
    this.#lastId = id;
    try {
      sessionStorage.setItem(KEPT, String(id));
    } catch {
      // Then a reload of this page starts from what it is drawn with.
    }
  }

  #show(state) {
    for (const sign of document.querySelectorAll("[data-connection]")) {
      sign.dataset.connection = state;
      sign.hidden = state === "online";
    }
    this.#listeners.onState(state);
  }
}

/** Longer after every failure, and never for two tabs alike. */
function pause(tries) {
  const longest = Math.min(LONGEST, SHORTEST * 2 ** tries);
  return longest / 2 + Math.random() * (longest / 2);
}

function kept() {
  try {
    const id = Number.parseInt(sessionStorage.getItem(KEPT) ?? "", 10);
    return Number.isSafeInteger(id) && id >= 0 ? id : null;
  } catch {
    return null;
  }
}
