// The one WebSocket of the page: connects, comes back by itself, and hands each stream's messages to its reader.

import { readJSON } from "./digits.mjs";
import { ResumeState, commandText, pause } from "./resume.mjs";

/** Commands go out at most so often: the gateway takes 20 messages a second of a client. */
const commandMilliseconds = 150;
/** A connection that has said nothing for so long, though it was pinged, is given up. */
const silenceMilliseconds = 20_000;
/** What was refused for now (an exchange's list is not loaded) is asked for again after this. */
const retryMilliseconds = 1000;

export class StreamConnection {
  /** Of the connection; `changed()` is called when it is another. */
  state = { isOpen: false, since: Date.now(), attempt: 0, lost: 0, recovered: null, note: "" };
  #resume = new ResumeState();
  #readers = new Map();
  #socket = null;
  #heard = 0;
  #flush = 0;
  #sent = 0;
  #timer = 0;
  #wasOpen = false;

  constructor(url, changed) {
    Object.assign(this, { url, changed });
  }

  start() {
    setInterval(() => this.#check(), silenceMilliseconds / 4);
    addEventListener("online", () => this.#connect());
    this.#connect();
  }

  /** Opens a stream. `reader` gets `data(message)`, `opened(recovered)` and `refused(words)`. */
  open(name, reader) {
    this.#readers.set(name, reader);
    this.#resume.want(name);
    this.#schedule();
  }

  close(name) {
    this.#readers.delete(name);
    this.#resume.drop(name);
    this.#schedule();
  }

  #connect() {
    if (this.#socket) return;
    clearTimeout(this.#timer);
    const socket = new WebSocket(this.url);
    this.#socket = socket;
    socket.addEventListener("open", () => this.#opened());
    socket.addEventListener("message", ({ data }) => this.#received(data));
    socket.addEventListener("close", ({ code, reason }) => {
      if (this.#socket === socket) this.#closed(code, reason);
    });
  }

  #opened() {
    this.#heard = performance.now();
    const lost = this.#wasOpen ? Date.now() - this.state.since : 0;
    this.#wasOpen = true;
    this.#change({ isOpen: true, attempt: 0, lost, since: Date.now(), note: "", recovered: null });
    this.#schedule();
  }

  #closed(code, reason) {
    this.#socket = null;
    this.#resume.closed();
    this.#timer = setTimeout(() => this.#connect(), pause(this.state.attempt, Math.random()));
    this.#change({
      isOpen: false, attempt: this.state.attempt + 1, note: reason || `closed with ${code}`,
      since: this.state.isOpen ? Date.now() : this.state.since,
    });
  }

  #change(news) {
    Object.assign(this.state, news);
    this.changed();
  }

  #received(text) {
    this.#heard = performance.now();
    let message;
    try {
      message = readJSON(text);
    } catch {
      return;
    }
    const meaning = this.#resume.received(message);
    if (meaning.data) this.#readers.get(message.stream)?.data(message);
    for (const { name, recovered } of meaning.opened ?? []) {
      // Nothing missed while all say so; one that begins anew reads its past over REST.
      if (recovered === false || this.state.recovered === null) this.#change({ recovered: recovered === true });
      this.#readers.get(name)?.opened?.(recovered);
    }
    const refused = meaning.refused ?? meaning.later;
    if (refused) this.#readers.get(refused)?.refused?.(message.detail ?? message.code);
    if (meaning.later) setTimeout(() => { this.#resume.retry(); this.#schedule(); }, retryMilliseconds);
    if (meaning.opened || refused) this.#schedule();
  }

  #schedule() {
    if (this.#flush || !this.state.isOpen) return;
    const wait = Math.max(0, this.#sent + commandMilliseconds - performance.now());
    this.#flush = setTimeout(() => {
      this.#flush = 0;
      if (!this.state.isOpen) return;
      this.#sent = performance.now();
      for (const command of this.#resume.commands()) this.#socket.send(commandText(command));
    }, wait);
  }

  /** A peer whose machine is gone closes nothing. */
  #check() {
    if (!this.state.isOpen) return;
    const silent = performance.now() - this.#heard;
    if (silent > silenceMilliseconds) {
      const socket = this.#socket;
      this.#closed(0, "the gateway fell silent");
      socket.close();
    } else if (silent > silenceMilliseconds / 4) {
      this.#socket.send('{"op":"ping","id":0}');
    }
  }
}
