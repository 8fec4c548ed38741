// What the chart shows: history over REST, what is new from the stream.

import { CandleSeries, pageRows } from "./candles.mjs";
import { readJSON } from "./digits.mjs";

/** States of an open candle come at most so often, in milliseconds. */
const conflation = 100;

/** How long an answer is waited for, in milliseconds: longer than the gateway's own deadline. */
export const patience = 30_000;

/** Asks the gateway; a failure throws what the gateway says of it, and whether to try again. */
export async function ask(path) {
  const signal = AbortSignal.timeout(patience);
  const response = await fetch(path, { signal, headers: { Accept: "application/json" } });
  const body = readJSON(await response.text());
  if (!response.ok) {
    const words = typeof body.detail === "string" ? body.detail : body.detail?.[0]?.msg ?? `HTTP ${response.status}`;
    throw Object.assign(new Error(words), { isFinal: body.retryable === false });
  }
  return body;
}

/** One instrument and interval, followed until it is stopped. */
export class Followed {
  series = new CandleSeries();
  /** What is wrong with it, in the gateway's words; empty when all is well. */
  trouble = "";
  /** Since when nothing comes from the exchange; `null` while it does. */
  stale = null;
  #waiting = [];
  #isLoading = false;
  /** Of the very first candle, once it is known. */
  #beginning;

  constructor(connection, wish, changed) {
    Object.assign(this, { connection, wish, changed });
    const { exchange, symbol, interval } = wish;
    const name = encodeURIComponent(symbol);
    this.path = `/${exchange}/ohlc/${name}/${interval}`;
    this.stream = `${exchange}/${name}/ohlc?interval=${interval}&conflate=${conflation}`;
    connection.open(this.stream, {
      data: (message) => this.#take(message),
      // What was missed follows only when all of it does.
      opened: (recovered) => { if (recovered !== true) this.#load(); },
      refused: (words) => {
        this.trouble = words;
        changed();
      },
    });
    this.#load();
  }

  stop() {
    this.isStopped = true;
    this.connection.close(this.stream);
  }

  #take(message) {
    if (message.type === "stale") this.stale = message;
    else if (message.type === "recovered") this.stale = null;
    else if (message.type === "gap") this.#load();
    else if (message.type === "ended") this.trouble = message.detail ?? "the stream is over";
    else if (message.type === "ohlc" || message.type === "revision") {
      if (this.series.leavesHole(message, this.wish.interval)) this.#load();
      if (this.#isLoading) return void this.#waiting.push(message);
      this.series.apply(message, message.type === "revision");
    }
    this.changed();
  }

  /** History, then what the stream said meanwhile. */
  async #load() {
    if (this.#isLoading || this.isStopped) return;
    this.#isLoading = true;
    try {
      const rows = await ask(`${this.path}?limit=${pageRows}`);
      // After a long sleep a page does not reach back to what is known: that is no hole of the market's.
      if (rows.length && this.series.leavesHole(rows[0], this.wish.interval)) this.series.rows = [];
      this.series.merge(rows);
      this.trouble = "";
    } catch (error) {
      this.trouble = error.message;
      if (!this.isStopped && !error.isFinal) setTimeout(() => this.#load(), 5000);
    }
    this.#loaded();
  }

  #loaded() {
    this.#isLoading = false;
    for (const message of this.#waiting.splice(0)) this.series.apply(message, message.type === "revision");
    if (!this.isStopped) this.changed();
  }

  /** What came before the first candle. */
  async loadPast() {
    const { first } = this.series;
    if (this.#isLoading || this.isStopped || !first || first.time === this.#beginning) return;
    if (this.series.rows.length + pageRows > CandleSeries.limit) return;
    this.#isLoading = true;
    try {
      const rows = await ask(`${this.path}?limit=${pageRows}&end_time=${first.time - 1}`);
      if (rows.length === 0) this.#beginning = first.time;
      this.series.merge(rows.reverse());
      this.trouble = "";
    } catch (error) {
      this.trouble = error.message;
    }
    this.#loaded();
  }
}
