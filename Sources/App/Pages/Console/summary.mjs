// How much was liquidated in the last hour, by exchange and side, as bars in a table.

import { compact, grouped } from "./digits.mjs";
import { element } from "./elements.mjs";
import { ask } from "./market.mjs";

const everyMilliseconds = 5000;

/** The bars of one answer of `/liquidations/summary`: shares of the largest one. Pure. */
export function bars(summary) {
  const rows = summary.exchanges;
  const most = Math.max(...rows.flatMap(({ sell, buy }) => [Number(sell.value), Number(buy.value)]), 0);
  const share = ({ value }) => (most > 0 ? Number(value) / most : 0);
  return rows.map((row) => ({ ...row, sellShare: share(row.sell), buyShare: share(row.buy) }));
}

export class Summary {
  constructor(table, totals, canAsk) {
    Object.assign(this, { table, totals, canAsk });
    setInterval(() => this.refresh(), everyMilliseconds);
  }

  async refresh() {
    if (document.hidden || !this.canAsk()) return;
    try {
      this.#draw(await ask("/liquidations/summary?window=1h"));
    } catch {
      // What stands there is of a moment ago, and the line of the connection says what is wrong.
    }
  }

  #draw(summary) {
    this.table.tBodies[0].replaceChildren(...bars(summary).map((row) => this.#row(row)));
    const { full, sampled } = summary.totals;
    const sum = ({ sell, buy }) => `▼ ${compact(Number(sell.value))}  ▲ ${compact(Number(buy.value))}`;
    this.totals.textContent = `Full: ${sum(full)} · sampled: ${sum(sampled)} USD`;
  }

  #row({ exchange, coverage, connected, sell, buy, sellShare, buyShare }) {
    const name = element("th", { scope: "row" }, exchange, element("small", {}, connected ? coverage : "not heard"));
    return element("tr", {}, name, this.#bar("sell", coverage, sell, sellShare), this.#bar("buy", coverage, buy, buyShare));
  }

  #bar(side, coverage, { count, value }, share) {
    const fill = element("span", { className: "fill" });
    fill.style.width = `${share * 100}%`;
    const title = `${grouped(value)} USD in ${count} liquidations (${coverage})`;
    return element("td", { className: `bar ${side} ${coverage}`, title }, fill, element("span", {}, compact(Number(value))));
  }
}
