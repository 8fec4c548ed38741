import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, compact, grouped, places, readJSON, span } from "../../../Sources/App/Pages/Console/digits.mjs";

test("a number is read as the text it came as", () => {
  const row = readJSON('{"open":101621.70,"a":[0.00000001,-5,1e-7,123456789012345678901234567890],"b":true,"c":null}');
  assert.deepEqual(row, {
    open: "101621.70", a: ["0.00000001", "-5", "1e-7", "123456789012345678901234567890"], b: true, c: null,
  });
});

test("digits within a string stay where they are", () => {
  const text = '{"1":"a 2 \\" 3 \\\\","x":"\\u0031","y":[]}';
  assert.deepEqual(readJSON(text), JSON.parse(text));
});

test("what is no JSON is refused", () => {
  for (const text of ["", "{", '{"a":01}', '{"a":1.}', "[1 2]", "[1,]", '"a', "--1", "1-2", "NaN"]) {
    assert.throws(() => readJSON(text), SyntaxError, text);
  }
});

test("a long run of quotes and backslashes takes no longer than it is long", () => {
  const text = JSON.stringify("\\".repeat(200_000) + '"'.repeat(200_000));
  assert.equal(readJSON(text).length, 400_000);
});

test("thousands are grouped, and a fraction is cut and not rounded", () => {
  assert.equal(grouped("10970.051"), "10,970.051");
  assert.equal(grouped("1234567.999", 0), "1,234,567");
  assert.equal(grouped("-1234.5"), "-1,234.5");
  assert.equal(grouped("999"), "999");
  assert.equal(grouped("12345678901234567890"), "12,345,678,901,234,567,890");
});

test("sums have three digits and a unit", () => {
  const shown = [0, 999, 1000, 12_340, 1_500_000, 2_000_000_000, 100_000].map(compact);
  assert.deepEqual(shown, ["0", "999", "1k", "12.3k", "1.5M", "2B", "100k"]);
});

test("places, spans and times", () => {
  assert.deepEqual(["61.40", "5", "0.001"].map(places), [2, 0, 3]);
  assert.deepEqual([0, 400, 12_000, 180_000, 7_200_000, -5].map(span), ["0.0 s", "0.4 s", "12 s", "3 min", "2 h", "0.0 s"]);
  assert.equal(clock(new Date(2026, 10, 6, 1, 2, 3).getTime(), true), "2026-11-06 01:02:03");
});
