// Candles of one instrument and interval, from REST and from a stream, each open time once.

/** Milliseconds of each unit of an interval but months, which are counted by the calendar: see `slot`. */
export const units = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** The length of an interval in milliseconds; of `1M` that of a mean month. */
export function duration(interval) {
  const count = Number(interval.slice(0, -1));
  return interval.endsWith("M") ? count * 2_629_746_000 : count * (units[interval.slice(-1)] ?? 60_000);
}

/** The place of an open time on the axis: neighbours differ by 1, whatever a month's length. */
export function slot(milliseconds, interval, anchor = 0) {
  if (!interval.endsWith("M")) return Math.round((milliseconds - anchor) / duration(interval));
  const months = (time) => new Date(time).getUTCFullYear() * 12 + new Date(time).getUTCMonth();
  return (months(milliseconds) - months(anchor)) / Number(interval.slice(0, -1));
}

/** A candle as it is kept: numbers to draw with, and the message whose digits are shown. */
export function candle(row) {
  const { open, high, low, close, volume } = row;
  return {
    time: Date.parse(row.timestamp), open: Number(open), high: Number(high), low: Number(low), close: Number(close),
    volume: Number(volume), isClosed: row.is_closed === true, text: row,
  };
}

/** So many are asked for at a time. */
export const pageRows = 500;

export class CandleSeries {
  /** No more are kept; the oldest go. */
  static limit = 6000;

  rows = [];
  /** As many as were read: one more pushes the oldest out. */
  #kept = CandleSeries.limit;

  get first() { return this.rows[0]; }
  get last() { return this.rows[this.rows.length - 1]; }

  merge(rows) {
    this.#kept = CandleSeries.limit;
    for (const row of rows) this.apply(row);
    this.#kept = Math.max(this.rows.length, pageRows);
  }

  /** Takes one. Says whether it changed anything. */
  apply(row, isRevision = false) {
    const found = candle(row);
    if (!Number.isFinite(found.time) || !Number.isFinite(found.close)) return false;
    const index = this.#place(found.time);
    const known = this.rows[index];
    if (known?.time !== found.time) {
      this.rows.splice(index, 0, found);
      if (this.rows.length > this.#kept) this.rows.shift();
      return true;
    }
    if (!isRevision && !CandleSeries.#isNewer(found, known)) return false;
    this.rows[index] = found;
    return true;
  }

  /** A final is changed by a revision only, and volume never shrinks while a candle is open. */
  static #isNewer(found, known) {
    if (known.isClosed) return false;
    return found.isClosed || found.volume >= known.volume;
  }

  /** Where an open time stands, or would stand. */
  #place(time) {
    let [low, high] = [0, this.rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.rows[middle].time < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Whether a live candle leaves a hole behind what is known, so that history must be asked for again. */
  leavesHole(row, interval) {
    if (!this.last) return false;
    return slot(Date.parse(row.timestamp), interval, this.last.time) > 1;
  }
}
