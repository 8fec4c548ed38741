import assert from "node:assert/strict";
import { test } from "node:test";
import { stitch } from "../../../Sources/App/Pages/Console/stitch.mjs";

const event = (second, price = "1") => ({
  exchange: "a", symbol: "B", timestamp: `2026-11-26T10:00:0${second}Z`, side: "buy", price, quantity: "1",
});

test("what both have is there once, and what one has is there", () => {
  assert.deepEqual(stitch([event(1), event(2)], [event(2), event(3)]), [event(1), event(2), event(3)]);
});

test("two that are equal and both happened stay two", () => {
  assert.equal(stitch([event(1), event(1)], [event(1)]).length, 2);
  assert.equal(stitch([event(1)], [event(1), event(1)]).length, 2);
  assert.equal(stitch([], [event(1), event(1)]).length, 2);
});

test("prices of other digits are other events", () => {
  assert.equal(stitch([event(1, "1.0")], [event(1, "1.00")]).length, 2);
});

test("all is ascending by time", () => {
  assert.deepEqual(stitch([event(3)], [event(1), event(2)]), [event(1), event(2), event(3)]);
});
