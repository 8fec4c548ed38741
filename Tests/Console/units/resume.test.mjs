import assert from "node:assert/strict";
import { test } from "node:test";
import { ResumeState, commandText, pause } from "../../../Sources/App/Pages/Console/resume.mjs";

const opened = (...names) => ({
  type: "subscribed", streams: names.map((stream) => ({ stream, epoch: "42", seq: "7", recovered: null })),
});
const names = (commands, op) => commands.filter((command) => command.op === op).flatMap(({ args }) => args);
/** What is asked for after a cut is what is wanted. */
const wanted = (state) => {
  state.closed();
  return names(state.commands(), "subscribe");
};

test("what is wanted is asked for once", () => {
  const state = new ResumeState();
  state.want("a");
  state.want("b");
  state.want("a");
  assert.deepEqual(names(state.commands(), "subscribe"), ["a", "b"]);
  assert.deepEqual(state.commands(), []);
});

test("what is dropped before it was asked for is never asked for", () => {
  const state = new ResumeState();
  state.want("a");
  state.drop("a");
  assert.deepEqual(state.commands(), []);
});

test("what is dropped while it is being opened is left as soon as it is open", () => {
  const state = new ResumeState();
  state.want("a");
  state.commands();
  state.drop("a");
  assert.deepEqual(state.commands(), []);
  assert.deepEqual(state.received(opened("a")), { opened: [] });
  assert.deepEqual(names(state.commands(), "unsubscribe"), ["a"]);
  assert.deepEqual(state.commands(), []);
});

test("what is wanted again while it is being left is left and begun anew, so that its reader is told that it is open", () => {
  const state = new ResumeState();
  state.want("a");
  state.commands();
  state.received(opened("a"));
  state.drop("a");
  state.want("a");
  const commands = state.commands();
  assert.deepEqual(commands.map(({ op, args }) => [op, ...args]), [["unsubscribe", "a"], ["subscribe", "a"]]);
  assert.deepEqual(commands[1].since, {});
  assert.deepEqual(state.received(opened("a")), { opened: [{ name: "a", recovered: null }] });
  assert.deepEqual(wanted(state), ["a"]);
});

test("what is dropped, wanted and dropped again while it is being opened is left", () => {
  const state = new ResumeState();
  state.want("a");
  state.commands();
  state.drop("a");
  state.want("a");
  state.drop("a");
  state.received(opened("a"));
  assert.deepEqual(names(state.commands(), "unsubscribe"), ["a"]);
  assert.deepEqual(wanted(state), []);
});

test("what is refused while it was to be begun anew is asked for again", () => {
  const state = new ResumeState();
  state.want("a");
  state.commands();
  state.drop("a");
  state.want("a");
  assert.deepEqual(state.received({ type: "error", arg: "a", code: "unknown_symbol" }), {});
  assert.deepEqual(names(state.commands(), "subscribe"), ["a"]);
});

test("messages of what is no longer wanted go nowhere", () => {
  const state = new ResumeState();
  state.want("a");
  state.commands();
  state.received(opened("a"));
  assert.deepEqual(state.received({ type: "ohlc", stream: "a", seq: "8" }), { data: true });
  state.drop("a");
  assert.deepEqual(state.received({ type: "ohlc", stream: "a", seq: "9" }), {});
  assert.deepEqual(state.received({ type: "ohlc", stream: "b", seq: "9" }), {});
});

test("after a cut each stream goes on from the last number that came, in its own digits", () => {
  const state = new ResumeState();
  state.want("a");
  state.want("b");
  state.commands();
  state.received(opened("a", "b"));
  state.received({ type: "ohlc", stream: "a", seq: "18446744073709551615" });
  state.drop("b");
  state.closed();
  const [command] = state.commands();
  assert.deepEqual(command.args, ["a"]);
  assert.equal(commandText(command),
    '{"op":"subscribe","id":2,"args":["a"],"since":{"a":{"epoch":42,"seq":18446744073709551615}}}');
  const answer = { type: "subscribed", streams: [{ stream: "a", epoch: "42", seq: "9", recovered: true }] };
  assert.deepEqual(state.received(answer), { opened: [{ name: "a", recovered: true }] });
});

test("what is refused is not asked for again, and what is refused for now is after a pause", () => {
  const state = new ResumeState();
  state.want("a");
  state.want("b");
  state.commands();
  assert.deepEqual(state.received({ type: "error", arg: "a", code: "unknown_symbol", retryable: false }), { refused: "a" });
  assert.deepEqual(state.received({ type: "error", arg: "b", code: "upstream_unavailable", retryable: true }), { later: "b" });
  assert.deepEqual(state.commands(), []);
  state.retry();
  assert.deepEqual(names(state.commands(), "subscribe"), ["b"]);
});

test("an error about a stream that is open closes nothing", () => {
  const state = new ResumeState();
  state.want("a");
  state.commands();
  state.received(opened("a"));
  assert.deepEqual(state.received({ type: "error", arg: "a", code: "already_subscribed" }), {});
  assert.deepEqual(wanted(state), ["a"]);
});

test("a stream that ended is told of and is not wanted any more", () => {
  const state = new ResumeState();
  state.want("a");
  state.commands();
  state.received(opened("a"));
  assert.deepEqual(state.received({ type: "ended", stream: "a" }), { data: true });
  assert.deepEqual(wanted(state), []);
});

test("pauses double to ten seconds, half of each by chance", () => {
  assert.deepEqual([0, 1, 2].map((attempt) => pause(attempt, 1)), [500, 1000, 2000]);
  assert.equal(pause(4, 0), 4000);
  assert.equal(pause(50, 1), 10_000);
  assert.equal(pause(50, 0), 5000);
});
