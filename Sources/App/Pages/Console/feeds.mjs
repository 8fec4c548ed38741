// The tapes of the page: which feed each follows, and what its rows say.

import { clock, compact, grouped } from "./digits.mjs";
import { $, fill } from "./elements.mjs";
import { Tape, shown } from "./tape.mjs";

const signs = { sell: "▼", buy: "▲" };
const liquidationMinimums = [0, 1000, 5000, 25_000, 100_000, 1_000_000];
const largeTradeFactors = [1, 2.5, 5, 10, 50];

/** Starts all. `past(feed, path)` is the path to ask for the past of a feed, `null` where there is none. */
export function startFeeds(connection, largeTrade, past) {
  const valued = (id, feed, path, words) => new Tape($(id), {
    connection, stream: (minimum) => `${feed}?min_value_usd=${minimum}`,
    past: (minimum) => past(feed, `/${path}?limit=${shown}&min_value_usd=${minimum}`),
  }, (event) => valuedCells(event, words));
  choice($("liquidation-minimum"), liquidationMinimums, 1000, valued(
    "liquidations", "all/liquidations", "liquidations", { sell: "a long was liquidated", buy: "a short was liquidated" }));
  choice($("trade-minimum"), largeTradeFactors.map((factor) => factor * largeTrade), largeTrade, valued(
    "trades", "all/large_trades", "large-trades", { sell: "the taker sold", buy: "the taker bought" }));
  new Tape($("spikes"), {
    connection, stream: () => "oi-vol", past: () => past("oi-vol", `/oi-vol?limit=${shown}`),
  }, spikeCells).follow(0);
}

/** The choice of a tape's least value. */
function choice(select, values, standard, tape) {
  fill(select, values.map((value) => [value === 0 ? "all" : `from ${compact(value)}`, value]), standard);
  select.addEventListener("change", () => tape.follow(select.value));
  tape.follow(select.value);
}

function where({ timestamp, exchange, symbol }) {
  return [
    { text: clock(Date.parse(timestamp)), kind: "time", title: timestamp },
    { text: exchange, kind: "exchange" }, { text: symbol, kind: "symbol", title: symbol },
  ];
}

function valuedCells(event, words) {
  const { side, price, quantity, value } = event;
  return [
    ...where(event),
    { text: side, sign: signs[side], kind: `side ${side === "sell" ? "sell" : "buy"}`, title: words[side] },
    { text: price, kind: "number price" },
    { text: value === null ? "–" : grouped(value, 0), kind: "number value", title: `${value} USD, quantity ${quantity}` },
  ];
}

function spikeCells(event) {
  const score = (text) => ({ text: text === null ? "–" : Number(text).toFixed(1), kind: "number", title: text ?? "" });
  const both = event.confirmed ? "both" : "";
  return [
    ...where(event), { text: event.timeframe }, score(event.z_oi), score(event.z_vol), { text: both || "one", kind: both },
  ];
}
