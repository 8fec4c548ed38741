// What the gateway says is missing: records of `/gaps` and of the stream `gaps`, each by its number.

/** More records than this are not kept; the oldest go. */
const limit = 1000;

export class GapRecords {
  #records = new Map();

  /** Takes a record, or a change of one that is known. */
  note(record) {
    this.#records.delete(record.id);
    this.#records.set(record.id, {
      ...record, from: Date.parse(record.from), to: record.to === null ? null : Date.parse(record.to),
    });
    if (this.#records.size > limit) this.#records.delete(this.#records.keys().next().value);
  }

  /** Those of an instrument's candles, for the chart. */
  of({ exchange, symbol, interval }) {
    return [...this.#records.values()].filter((record) =>
      record.exchange === exchange && record.stream === "ohlc" && (record.symbol === null || record.symbol === symbol)
      && (record.interval === null || record.interval === interval));
  }

  /** How many of an exchange are open, and how many will never be filled. */
  count(exchange) {
    const own = [...this.#records.values()].filter((record) => record.exchange === exchange);
    const inState = (state) => own.filter((record) => record.state === state).length;
    return { open: inState("open"), lost: inState("unfillable") };
  }
}
