// Puts the page together: what is chosen, what is followed, how it all stands.

import { Chart } from "./chart.mjs";
import { StreamConnection } from "./connection.mjs";
import { clock, span } from "./digits.mjs";
import { $, element, fill } from "./elements.mjs";
import { startFeeds } from "./feeds.mjs";
import { GapRecords } from "./gaps.mjs";
import { listen } from "./gestures.mjs";
import { Health } from "./health.mjs";
import { describe } from "./legend.mjs";
import { Followed, ask } from "./market.mjs";
import { Summary } from "./summary.mjs";

/** So many lines have a colour of their own. */
const lineColours = 4;
/** How long it is said that a connection was lost. */
const resumedMilliseconds = 60_000;
const retryMilliseconds = 2000;

const connection = new StreamConnection(`${location.protocol.replace("http", "ws")}//${location.host}/ws`, connectionLine);
const chart = new Chart($("chart"));
const gaps = new GapRecords();
/** What the gateway offers. */
const offer = { exchanges: [], kept: new Set(), instruments: new Map() };
/** What is followed: the candles, and other exchanges beside them. */
const followed = { main: null, instrument: null, lines: new Map() };
/** Of choices that overlap the last one holds. */
let choices = 0;
let refusal = "";

// What there is.

async function readOffer() {
  const [root, { exchanges }, catalog, api] = await Promise.all(
    ["/", "/exchanges", "/ws-catalog", "/openapi.json"].map(ask));
  offer.exchanges = exchanges.filter(({ capabilities }) => capabilities.ohlc);
  offer.kept = new Set(catalog.aggregated.filter(({ kept }) => kept).map(({ path }) => path.slice("/ws/".length)));
  const minimum = api.paths["/large-trades"]?.get.parameters.find(({ name }) => name === "min_value_usd");
  offer.largeTrade = Number(minimum?.schema.default ?? 100_000);
  $("version").textContent = root.version;
  $("source").hidden = root.source !== "recording";
}

async function instrumentsOf(exchange) {
  if (!offer.instruments.has(exchange)) {
    const rows = await ask(`/${exchange}/instruments`);
    offer.instruments.set(exchange, rows.filter(({ status }) => status === "trading"));
  }
  return offer.instruments.get(exchange);
}

/** The same market on another exchange: by base asset, as symbols differ. */
async function sameOn(exchange, { base, kind }) {
  return (await instrumentsOf(exchange)).find((each) => each.base === base && each.kind === kind);
}

/** Whether the past of a feed can be asked for: it is kept, and something has been heard. */
function hasPast(feed) {
  return offer.kept.has(feed) && health.hasHeard && connection.state.isOpen;
}

// What is chosen.

/** `#binance/BTCUSDT/1m`: so that a view can be kept and sent. */
function chosenInAddress() {
  const [exchange, symbol = "", interval = "1m"] = location.hash.slice(1).split("/").map((part) => {
    try { return decodeURIComponent(part); } catch { return ""; }
  });
  const found = offer.exchanges.find(({ name }) => name === exchange) ?? offer.exchanges[0];
  return { exchange: found.name, symbol, interval };
}

async function choose(choice) {
  const number = ++choices;
  const { exchange, symbol } = choice;
  const { intervals } = offer.exchanges.find(({ name }) => name === exchange);
  const interval = intervals.includes(choice.interval) ? choice.interval : "1m";
  fill($("exchange-choice"), offer.exchanges.map(({ name }) => [name, name]), exchange);
  fill($("interval-choice"), intervals.map((each) => [each, each]), interval);
  let instruments;
  try {
    instruments = await instrumentsOf(exchange);
  } catch (error) {
    if (number === choices) say(error.message);
    return void setTimeout(() => { if (number === choices) choose(choice); }, retryMilliseconds);
  }
  if (number !== choices) return;
  fill($("symbols"), instruments.map((each) => [each.symbol, each.symbol]));
  const known = symbol === "" ? instruments[0]
    : instruments.find((each) => each.symbol.toLowerCase() === symbol.toLowerCase());
  if (!known) return say(`${exchange} lists no ${symbol}`);
  $("symbol-choice").value = known.symbol;
  history.replaceState(null, "", `#${exchange}/${encodeURIComponent(known.symbol)}/${interval}`);
  follow({ exchange, symbol: known.symbol, interval }, known);
  say("");
}

/** A refused choice is told of until another succeeds, whatever is heard of what is followed. */
function say(words = refusal) {
  refusal = words;
  const { wish, trouble, stale } = followed.main ?? {};
  const all = words || trouble || (stale ? `nothing comes from ${wish.exchange} (${stale.cause})` : "");
  const box = $("trouble");
  if (box.textContent !== all) Object.assign(box, { textContent: all, hidden: all === "" });
}

// What is followed.

function follow(wish, instrument) {
  if (JSON.stringify(wish) === JSON.stringify(followed.main?.wish)) return;
  followed.main?.stop();
  for (const line of followed.lines.values()) line.stop();
  const main = new Followed(connection, wish, () => {
    say();
    changed();
  });
  Object.assign(followed, { main, instrument, lines: new Map() });
  offerLines();
  const title = `${wish.symbol} at ${wish.exchange}, ${wish.interval}`;
  $("chart").setAttribute("aria-label", `Candles of ${title}`);
  $("candles-caption").textContent = title;
  chart.show({ series: main.series, interval: wish.interval, lines: [], gaps: gaps.of(wish) });
}

/** Something came: the picture is drawn anew with the next frame. */
function changed() {
  if (!followed.main) return;
  chart.content.gaps = gaps.of(followed.main.wish);
  chart.content.lines = [...followed.lines].map(([name, { colour, series, trouble }]) => ({ name, colour, series, trouble }));
  chart.invalidate();
}

function offerLines() {
  const { exchange, interval } = followed.main.wish;
  const others = offer.exchanges.filter(({ name, intervals }) => name !== exchange && intervals.includes(interval));
  $("lines").hidden = others.length === 0;
  $("line-choices").replaceChildren(...others.map(({ name }, index) => {
    const colour = `line${(index % lineColours) + 1}`;
    const box = element("input", { type: "checkbox", value: name });
    box.addEventListener("change", () => toggleLine(name, box, colour));
    return element("label", {}, box, element("i", { className: `mark ${colour}` }), name);
  }));
}

async function toggleLine(name, box, colour) {
  say("");
  if (!box.checked) {
    followed.lines.get(name)?.stop();
    followed.lines.delete(name);
    return changed();
  }
  try {
    const same = await sameOn(name, followed.instrument);
    if (!same) throw new Error(`${name} lists no ${followed.instrument.base}`);
    if (!box.isConnected || !box.checked || followed.lines.has(name)) return;
    const wish = { ...followed.main.wish, exchange: name, symbol: same.symbol };
    followed.lines.set(name, Object.assign(new Followed(connection, wish, changed), { colour }));
  } catch (error) {
    box.checked = false;
    say(error.message);
  }
}

/** What is missing. */
function followGaps() {
  // What cannot be had is unknown: nothing is drawn as if it were known.
  const read = () => ask("/gaps?limit=1000").catch(() => []).then((records) => {
    for (const record of records) gaps.note(record);
    changed();
  });
  connection.open("gaps", {
    data: (record) => {
      if (record.type === "gap_record") gaps.note(record);
      changed();
    },
    opened: (recovered) => { if (recovered !== true) read(); },
  });
  read();
}

// How it all stands.

function connectionLine() {
  const { isOpen, since, lost, recovered, note, attempt } = connection.state;
  const isLost = !isOpen && attempt > 0;
  $("connection").dataset.state = isOpen ? "open" : isLost ? "lost" : "opening";
  document.body.classList.toggle("lost", isLost);
  let words = isOpen ? "live" : isLost ? `no connection since ${clock(since)} (${note}), trying again` : "connecting …";
  if (isOpen && lost && Date.now() - since < resumedMilliseconds) {
    words += recovered ? ` · resumed after ${span(lost)}, nothing missed` : ` · back after ${span(lost)}, read anew`;
  }
  if ($("connection").textContent !== words) $("connection").textContent = words;
}

function wellness(found) {
  const ill = found?.filter(({ isHealthy }) => !isHealthy).map(({ name }) => name) ?? [];
  $("well").textContent = found === null ? "" : ill.length ? `not well: ${ill.join(", ")}` : "every exchange is well";
  $("well").dataset.state = ill.length ? "ill" : "well";
}

const health = new Health($("health"), { canAsk: () => connection.state.isOpen, gaps, changed: wellness });
const gestures = listen(chart, () => { if (chart.slotAt(0) < chart.first + 50) followed.main.loadPast(); });

async function start() {
  try {
    await readOffer();
  } catch (error) {
    say(error.message);
    return void setTimeout(start, retryMilliseconds);
  }
  say("");
  connection.start();
  await health.refresh();
  startFeeds(connection, offer.largeTrade, (feed, path) => (hasPast(feed) ? path : null));
  new Summary($("summary"), $("summary-totals"), () => hasPast("all/liquidations")).refresh();
  followGaps();
  if (offer.exchanges.length) await choose(chosenInAddress());
  else say("no exchange that is served has candles");
}

function listenToControls() {
  const [exchange, symbol, interval] = ["exchange-choice", "symbol-choice", "interval-choice"].map($);
  const chosen = () => choose({ exchange: exchange.value, symbol: symbol.value, interval: interval.value });
  exchange.addEventListener("change", async () => {
    const same = followed.instrument && await sameOn(exchange.value, followed.instrument).catch(() => null);
    symbol.value = same?.symbol ?? "";
    chosen();
  });
  for (const control of [symbol, interval]) control.addEventListener("change", chosen);
  $("choice").addEventListener("submit", (event) => { event.preventDefault(); chosen(); });
  addEventListener("hashchange", () => choose(chosenInAddress()));
  $("candles").addEventListener("toggle", () => chart.invalidate());
  $("farther").addEventListener("click", () => gestures.zoom(1 / 1.3));
  $("nearer").addEventListener("click", () => gestures.zoom(1.3));
  $("newest").addEventListener("click", gestures.latest);
}

chart.drawn = () => describe(chart, followed.main.wish);
setInterval(connectionLine, 1000);
listenToControls();
start();
