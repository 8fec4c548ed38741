// What is written of the candles: the newest price, the one under the cursor, and all as a table.

import { clock, grouped } from "./digits.mjs";
import { $, element } from "./elements.mjs";

const tableRows = 60;

export function describe(chart, wish) {
  headline(chart.content.series.last, wish);
  legend(chart);
  if ($("candles").open) candleTable(chart.content.series.rows);
}

function headline(last, wish) {
  const price = $("price");
  if (price.textContent === last.text.close) return;
  price.textContent = last.text.close;
  price.className = last.close < last.open ? "sell" : "buy";
  document.title = `${last.text.close} ${wish.symbol} · marketgate`;
}

function legend(chart) {
  const { cursor, content: { series, lines } } = chart;
  const row = cursor ? chart.rowAt(cursor.slot) : series.last;
  const words = row ? candleWords(row) : ["no candle here"];
  const gap = cursor && chart.gapAt(cursor.slot);
  if (gap) words.push(`${gap.state} gap: ${gap.cause}`);
  for (const line of lines) {
    const other = cursor ? chart.rowAt(cursor.slot, line.series) : line.series.last;
    if (line.trouble) words.push(`${line.name}: ${line.trouble}`);
    else if (other && row) words.push(`${line.name} ${other.text.close} (${apart(other.close, row.close)})`);
  }
  // Read aloud where the candle was chosen by keys; else it would be with each trade.
  $("legend").setAttribute("aria-live", cursor?.y === null ? "polite" : "off");
  $("legend").replaceChildren(...words.map((word) => element("span", {}, word)));
}

function candleWords({ time, text, isClosed }) {
  return [
    clock(time, true), `O ${text.open}`, `H ${text.high}`, `L ${text.low}`, `C ${text.close}`, `Vol ${grouped(text.volume)}`,
    ...(text.trades_count ? [`${text.trades_count} trades`] : []), isClosed ? "closed" : "open",
  ];
}

/** How far one price is from another: in hundredths of a percent, and in percent where it is far. */
export function apart(price, from) {
  const points = ((price - from) / from) * 10_000;
  const size = Math.abs(points);
  return (points < 0 ? "−" : "+") + (size < 100 ? `${size.toFixed(1)} bp` : `${(size / 100).toFixed(2)} %`);
}

/** The picture as a table, newest first, while somebody has it open. */
function candleTable(rows) {
  $("candles-body").replaceChildren(...rows.slice(-tableRows).reverse().map(({ time, text, isClosed }) => {
    const { open, high, low, close, volume } = text;
    const words = [clock(time, true), open, high, low, close, volume, isClosed ? "yes" : "no"];
    return element("tr", {}, ...words.map((word) => element("td", {}, word)));
  }));
}
