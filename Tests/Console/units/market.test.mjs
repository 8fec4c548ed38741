import assert from "node:assert/strict";
import { test } from "node:test";
import { CandleSeries } from "../../../Sources/App/Pages/Console/candles.mjs";
import { Followed } from "../../../Sources/App/Pages/Console/market.mjs";

const wish = { exchange: "a", symbol: "X/Y", interval: "1m" };
const row = (minute, close = "1") => ({
  type: "ohlc", timestamp: new Date(minute * 60_000).toISOString(), open: "1", high: "1", low: "1", close, volume: "1",
  is_closed: true,
});

/** A gateway of two ends: answers of REST that are given when the test says so, and the reader of the stream. */
function gateway() {
  const asked = [];
  const end = { asked, opened: [], closed: [] };
  globalThis.fetch = (path) => new Promise((resolve) => {
    asked.push({ path, answer: async (rows, status = 200) => {
      resolve({ ok: status === 200, status, text: async () => JSON.stringify(rows) });
      for (let turn = 0; turn < 5; turn += 1) await null;
    } });
  });
  end.connection = {
    open: (name, reader) => { end.opened.push(name); end.reader = reader; },
    close: (name) => end.closed.push(name),
  };
  return end;
}
const minutes = (followed) => followed.series.rows.map(({ time }) => time / 60_000);

test("what the stream says while history is read comes after it, and nothing twice", async () => {
  const end = gateway();
  const followed = new Followed(end.connection, wish, () => {});
  assert.deepEqual(end.opened, ["a/X%2FY/ohlc?interval=1m&conflate=100"]);
  assert.equal(end.asked[0].path, "/a/ohlc/X%2FY/1m?limit=500");
  end.reader.data(row(5, "2"));
  end.reader.data(row(6));
  assert.deepEqual(minutes(followed), []);
  await end.asked[0].answer([row(4), row(5, "2")]);
  assert.deepEqual(minutes(followed), [4, 5, 6]);
});

test("a hole before a live candle is asked for", async () => {
  const end = gateway();
  const followed = new Followed(end.connection, wish, () => {});
  await end.asked[0].answer([row(1), row(2)]);
  end.reader.data(row(5));
  assert.equal(end.asked.length, 2);
  await end.asked[1].answer([row(2), row(3), row(4)]);
  assert.deepEqual(minutes(followed), [1, 2, 3, 4, 5]);
});

test("after a cut history is read again, unless all that was missed follows", async () => {
  const end = gateway();
  new Followed(end.connection, wish, () => {});
  await end.asked[0].answer([row(1)]);
  end.reader.opened(true);
  assert.equal(end.asked.length, 1);
  end.reader.opened(false);
  assert.equal(end.asked.length, 2);
});

test("a page that does not reach back to what is known leaves no hole behind", async () => {
  const end = gateway();
  const followed = new Followed(end.connection, wish, () => {});
  await end.asked[0].answer([row(1), row(2)]);
  end.reader.opened(false);
  await end.asked[1].answer([row(1000), row(1001)]);
  assert.deepEqual(minutes(followed), [1000, 1001]);
});

test("a failure is told in the gateway's words, and what came meanwhile is kept", async () => {
  const end = gateway();
  const followed = new Followed(end.connection, wish, () => {});
  end.reader.data(row(7));
  await end.asked[0].answer({ detail: "no such symbol", code: "unknown_symbol", retryable: false }, 404);
  assert.equal(followed.trouble, "no such symbol");
  assert.deepEqual(minutes(followed), [7]);
});

test("older candles are asked for once at a time, and no more than are kept", async () => {
  const end = gateway();
  const followed = new Followed(end.connection, wish, () => {});
  await end.asked[0].answer([row(500)]);
  followed.loadPast();
  followed.loadPast();
  assert.equal(end.asked.length, 2);
  assert.equal(end.asked[1].path, `/a/ohlc/X%2FY/1m?limit=500&end_time=${500 * 60_000 - 1}`);
  await end.asked[1].answer([]);
  followed.loadPast();
  assert.equal(end.asked.length, 2);
  const full = new Followed(end.connection, wish, () => {});
  await end.asked[2].answer([row(500)]);
  full.series.rows = Array(CandleSeries.limit - 10).fill(full.series.first);
  full.loadPast();
  assert.equal(end.asked.length, 3);
});

test("what was pushed out of the beginning is asked for again", async () => {
  const end = gateway();
  const followed = new Followed(end.connection, wish, () => {});
  await end.asked[0].answer(Array.from({ length: 500 }, (_, index) => row(index)));
  followed.loadPast();
  await end.asked[1].answer([]);
  followed.series.apply(row(500));
  followed.loadPast();
  assert.equal(end.asked[2].path, `/a/ohlc/X%2FY/1m?limit=500&end_time=${60_000 - 1}`);
});

test("one that was stopped says and asks nothing more", async () => {
  const end = gateway();
  let said = 0;
  const followed = new Followed(end.connection, wish, () => { said += 1; });
  followed.stop();
  await end.asked[0].answer([row(1)]);
  assert.equal(said, 0);
  assert.deepEqual(end.closed, end.opened);
});
