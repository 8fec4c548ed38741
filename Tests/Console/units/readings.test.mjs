import assert from "node:assert/strict";
import { test } from "node:test";
import { GapRecords } from "../../../Sources/App/Pages/Console/gaps.mjs";

// The pages' modules hold no reference to the page until they are used.
globalThis.document = { hidden: false };
const { budget, lag, readings } = await import("../../../Sources/App/Pages/Console/health.mjs");
const { bars } = await import("../../../Sources/App/Pages/Console/summary.mjs");

const histogram = (...counts) => ({
  buckets: ["0.1", "0.25", "1", null].map((le, index) => ({ le, count: String(counts[index]) })),
});

test("lag is the bound that nine in ten stay below, of what came since the reading before", () => {
  assert.equal(lag(histogram(0, 90, 100, 100)), 0.25);
  assert.equal(lag(histogram(0, 89, 100, 100)), 1);
  assert.equal(lag(histogram(0, 0, 0, 10)), Infinity);
  assert.equal(lag(histogram(100, 110, 110, 110), histogram(100, 100, 100, 100)), 0.25);
  assert.equal(lag(histogram(5, 5, 5, 5), histogram(5, 5, 5, 5)), null);
});

test("the fullest budget counts", () => {
  const of = (budgetName, value) => ({ labels: { exchange: "a", budget: budgetName }, value });
  assert.deepEqual(budget([of("x", "10"), of("y", "40")], [of("x", "1000"), of("y", "50")]),
    { share: 0.8, used: "40", limit: "50" });
  assert.equal(budget([], []), null);
});

test("each exchange is read from its own figures", () => {
  const family = (name, value) => ({ name, samples: [{ labels: { exchange: "a" }, value }, { labels: { exchange: "b" }, value: "99" }] });
  const metrics = (messages) => ({
    metrics: [family("marketgate_upstream_messages_total", messages), family("marketgate_candle_backfills_total", "2")],
  });
  const ready = {
    exchanges: [{
      exchange: "a", healthy: true, cause: null, circuit_state: "half_open", connections: "1",
      last_message_time: "2026-11-26T10:00:00Z",
    }],
  };
  const [found] = readings(ready, metrics("30"), metrics("10"), Date.parse("2026-11-26T10:00:02Z"));
  assert.deepEqual(found, {
    name: "a", isHealthy: true, cause: "", circuit: "half_open", connections: "1", silence: 2000, lag: null, rate: 20, budget: null,
    filled: 2, silences: 0,
  });
});

test("bars are shares of the largest sum, of either side", () => {
  const sum = (value) => ({ count: "1", value });
  const found = bars({ exchanges: [
    { exchange: "a", coverage: "full", sell: sum("50.5"), buy: sum("0") },
    { exchange: "b", coverage: "sampled", sell: sum("101"), buy: sum("25.25") },
  ] });
  assert.deepEqual(found.map(({ sellShare, buyShare }) => [sellShare, buyShare]), [[0.5, 0], [1, 0.25]]);
  assert.equal(bars({ exchanges: [{ sell: sum("0"), buy: sum("0") }] })[0].sellShare, 0);
});

const record = (id, news = {}) => ({
  id, exchange: "a", symbol: "X", stream: "ohlc", interval: "1m", from: "2026-11-26T10:00:00Z", to: null, cause: "stall",
  state: "open", ...news,
});

test("a record that changes is one record", () => {
  const gaps = new GapRecords();
  gaps.note(record("1"));
  gaps.note(record("2", { state: "unfillable" }));
  assert.deepEqual(gaps.count("a"), { open: 1, lost: 1 });
  gaps.note(record("1", { state: "filled", to: "2026-11-26T10:05:00Z" }));
  assert.deepEqual(gaps.count("a"), { open: 0, lost: 1 });
  assert.equal(gaps.of({ exchange: "a", symbol: "X", interval: "1m" }).length, 2);
});

test("a chart is told of its own gaps and of those of all symbols", () => {
  const gaps = new GapRecords();
  gaps.note(record("1", { symbol: null, interval: null }));
  gaps.note(record("2", { symbol: "Y" }));
  gaps.note(record("3", { interval: "5m" }));
  gaps.note(record("4", { stream: "liquidations" }));
  gaps.note(record("5", { exchange: "b" }));
  assert.deepEqual(gaps.of({ exchange: "a", symbol: "X", interval: "1m" }).map(({ id }) => id), ["1"]);
});

test("records are bounded", () => {
  const gaps = new GapRecords();
  for (let id = 0; id < 3000; id += 1) gaps.note(record(String(id)));
  assert.deepEqual(gaps.count("a"), { open: 1000, lost: 0 });
});
