// A list of events as they happen, newest first: a table, so that it can be read and not only seen.

import { element } from "./elements.mjs";
import { ask } from "./market.mjs";
import { stitch } from "./stitch.mjs";

/** So many events are kept and shown. */
export const shown = 60;

/** Fills a table with a feed: its past over REST where the gateway keeps it, then what comes. */
export class Tape {
  #events = [];
  #frame = 0;
  #rows = new Map();

  /** `source`: `{connection, stream(minimum), past(minimum)}`, the last a path or `null`; `cells(event)`: what a row shows. */
  constructor(table, source, cells) {
    Object.assign(this, { table, body: table.tBodies[0], source, cells });
    this.#note("nothing yet");
  }

  #note(words) { this.body.dataset.note = words; }

  /** Follows the feed from a least value on; what is shown is what has that value. */
  follow(minimum) {
    if (this.stream) this.source.connection.close(this.stream);
    this.minimum = minimum;
    this.stream = this.source.stream(minimum);
    this.#events = [];
    this.#invalidate();
    this.source.connection.open(this.stream, {
      data: (message) => this.#take(message),
      opened: (recovered) => { if (recovered !== true) this.#load(); },
      refused: (words) => this.#note(words),
    });
  }

  #take(message) {
    if (message.timestamp === undefined || message.exchange === undefined) return;
    this.#events.push(message);
    if (this.#events.length > shown) this.#events.shift();
    this.#invalidate();
  }

  async #load() {
    const { stream } = this;
    const path = this.source.past(this.minimum);
    if (!path) return this.#invalidate();
    try {
      const past = await ask(path);
      if (stream !== this.stream) return;
      this.#events = stitch(past, this.#events).slice(-shown);
      this.#note("nothing yet");
    } catch (error) {
      if (stream === this.stream) this.#note(error.message);
    }
    this.#invalidate();
  }

  #invalidate() {
    if (!this.#frame) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  /** Rows of events that are still shown are kept as they are. */
  #draw() {
    this.#frame = 0;
    const newest = this.#events.toReversed();
    const rows = new Map(newest.map((event) => [event, this.#rows.get(event) ?? this.#row(event)]));
    this.#rows = rows;
    const wanted = [...rows.values()];
    for (const row of [...this.body.rows]) if (!wanted.includes(row)) row.remove();
    wanted.forEach((row, index) => {
      if (this.body.rows[index] !== row) this.body.insertBefore(row, this.body.rows[index] ?? null);
    });
    this.table.classList.toggle("empty", newest.length === 0);
  }

  #row(event) {
    const row = element("tr", {}, ...this.cells(event).map(({ text, sign, kind = "", title = "" }) =>
      element("td", { className: kind, title }, ...(sign ? [`${sign} `, element("span", {}, text)] : [text]))));
    if (event.side) Object.assign(row.dataset, { side: event.side, value: event.value ?? "" });
    return row;
  }
}
