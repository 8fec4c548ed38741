import assert from "node:assert/strict";
import { test } from "node:test";
import { CandleSeries, duration, slot } from "../../../Sources/App/Pages/Console/candles.mjs";

const row = (minute, close, volume = "1", isClosed = true) => ({
  timestamp: `2026-11-26T10:${String(minute).padStart(2, "0")}:00Z`, open: "1.0", high: "3", low: "0.50", close, volume,
  is_closed: isClosed,
});
const closes = (series) => series.rows.map(({ text }) => text.close);

test("candles stand in the order of their times, each once, whatever order they come in", () => {
  const series = new CandleSeries();
  series.merge([row(2, "2"), row(0, "0"), row(1, "1"), row(1, "1")]);
  assert.deepEqual(closes(series), ["0", "1", "2"]);
});

test("an open candle moves, and its final stays", () => {
  const series = new CandleSeries();
  assert.equal(series.apply(row(0, "1.10", "5", false)), true);
  assert.equal(series.apply(row(0, "1.20", "6", false)), true);
  assert.equal(series.apply(row(0, "1.30", "7", true)), true);
  assert.equal(series.apply(row(0, "1.10", "9", false)), false);
  assert.equal(series.apply(row(0, "1.10", "9", true)), false);
  assert.deepEqual(closes(series), ["1.30"]);
});

test("an answer of REST that is older than the stream changes nothing", () => {
  const series = new CandleSeries();
  series.apply(row(0, "1.20", "6", false));
  series.merge([row(0, "1.10", "5", false)]);
  assert.deepEqual(closes(series), ["1.20"]);
});

test("a revision changes a final", () => {
  const series = new CandleSeries();
  series.apply(row(0, "1.30"));
  assert.equal(series.apply(row(0, "1.31"), true), true);
  assert.deepEqual(closes(series), ["1.31"]);
});

test("what has no time or no price is left out", () => {
  const series = new CandleSeries();
  assert.equal(series.apply({ ...row(0, "1"), timestamp: "soon" }), false);
  assert.equal(series.apply({ ...row(0, undefined) }), false);
  assert.equal(series.rows.length, 0);
});

test("a live candle behind a hole is noticed", () => {
  const series = new CandleSeries();
  assert.equal(series.leavesHole(row(5, "1"), "1m"), false);
  series.apply(row(1, "1"));
  assert.deepEqual([1, 2, 3].map((minute) => series.leavesHole(row(minute, "1"), "1m")), [false, false, true]);
});

test("no more are kept than the limit", () => {
  const series = new CandleSeries();
  for (let index = 0; index < CandleSeries.limit + 5; index += 1) {
    series.apply({ ...row(0, "1"), timestamp: new Date(index * 60_000).toISOString() });
  }
  assert.equal(series.rows.length, CandleSeries.limit);
  assert.equal(series.first.time, 5 * 60_000);
});

test("a candle that comes pushes the oldest of what was read out", () => {
  const series = new CandleSeries();
  const minute = (index) => ({ ...row(0, "1"), timestamp: new Date(index * 60_000).toISOString() });
  series.merge(Array.from({ length: 600 }, (_, index) => minute(index)));
  series.apply(minute(600));
  assert.deepEqual([series.rows.length, series.first.time, series.last.time], [600, 60_000, 600 * 60_000]);
  // The past that is asked for stays with it.
  series.merge([minute(0), minute(-1)]);
  series.apply(minute(601));
  assert.deepEqual([series.rows.length, series.first.time], [602, 0]);
});

test("a slot is one interval, and a month whatever its length", () => {
  assert.equal(duration("15m"), 900_000);
  assert.equal(slot(Date.UTC(2026, 0, 5, 0, 3), "1m", Date.UTC(2026, 0, 5)), 3);
  assert.equal(slot(Date.UTC(2026, 2, 1), "1M", Date.UTC(2025, 11, 1)), 3);
  assert.equal(slot(Date.UTC(2026, 0, 12), "1w", Date.UTC(2026, 0, 5)), 1);
});
