import assert from "node:assert/strict";
import { test } from "node:test";
import * as view from "../../../Sources/App/Pages/Console/view.mjs";

test("the newest candle is followed until somebody moves, and again from the edge on", () => {
  let now = view.followed(view.newView(800), 100);
  assert.equal(now.right, 104);
  now = view.panned(now, 80, 100, 0, 800);
  assert.equal(now.right, 94);
  assert.equal(view.followed(now, 101).right, 94);
  now = view.panned(now, -200, 101, 0, 800);
  assert.deepEqual([now.right, now.follows], [105, true]);
});

test("one cannot move past the first candle", () => {
  const now = view.panned(view.followed(view.newView(800), 100), 1e9, 100, 0, 800);
  assert.equal(now.right, 10);
});

test("what is under the pointer stays there when one zooms", () => {
  const now = { slotWidth: 8, right: 50, follows: false };
  const before = view.xOf(now, 30, 800);
  const zoomed = view.zoomed(now, 1.5, 800 - before);
  assert.ok(Math.abs(view.xOf(zoomed, 30, 800) - before) < 1e-9);
});

test("zoom has its limits", () => {
  const now = { slotWidth: 8, right: 50, follows: true };
  assert.equal(view.zoomed(now, 1000, 0).slotWidth, view.widest);
  assert.equal(view.zoomed(now, 0.0001, 0).slotWidth, view.narrowest);
});

test("a slot is found under its own middle", () => {
  const now = { slotWidth: 7, right: 50.5, follows: false };
  for (const slot of [0, 17, 50]) assert.equal(view.slotAt(now, view.xOf(now, slot, 640), 640), slot);
});

test("a range has air, and one price is a range too", () => {
  assert.deepEqual(view.range([{ low: 100, high: 200 }]), { low: 92, high: 208 });
  const flat = view.range([{ low: 5, high: 5 }]);
  assert.ok(flat.low < 5 && flat.high > 5);
  assert.equal(view.range([]), null);
});

test("marks are round numbers within the range", () => {
  assert.deepEqual(view.ticks(92, 208, 5), { step: 25, values: [100, 125, 150, 175, 200] });
  assert.deepEqual(view.ticks(1, 1, 5).values, []);
  assert.ok(view.ticks(0, 1e12, 7).values.length <= 11);
});

test("marks of time do not touch", () => {
  assert.equal(view.timeStep(60_000, 8, 84), 900_000);
  assert.equal(view.timeStep(86_400_000, 8, 84), 1_209_600_000);
  assert.equal(view.timeStep(2_629_746_000, 1.5, 84), 31_556_952_000);
});

test("holes are what is missing between candles", () => {
  assert.deepEqual(view.holes([1, 2, 5, 6, 8]), [{ from: 3, to: 4 }, { from: 7, to: 7 }]);
  assert.deepEqual(view.holes([]), []);
});
