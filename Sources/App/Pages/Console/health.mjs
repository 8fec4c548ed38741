// Whether every exchange is well: from `/ready` and the figures of `/metrics`.

import { readJSON, span } from "./digits.mjs";
import { $ } from "./elements.mjs";
import { ask, patience } from "./market.mjs";

const everyMilliseconds = 2000;

/** How long nine in ten of what came since the reading before took at most; `null` when nothing came. */
export function lag(histogram, before) {
  const counts = histogram.buckets.map(({ le, count }, index) => ({
    le: le === null ? null : Number(le), count: Number(count) - Number(before?.buckets[index]?.count ?? 0),
  }));
  const all = counts.at(-1)?.count ?? 0;
  if (all <= 0) return null;
  return counts.find(({ count }) => count >= all * 0.9).le ?? Infinity;
}

/** The fullest budget: what is spent of what the exchange allows. */
export function budget(used, limits) {
  const shares = used.map(({ labels, value }) => {
    const limit = limits.find((each) => each.labels.budget === labels.budget)?.value ?? "?";
    return { share: Number(value) / Number(limit) || 0, used: value, limit };
  });
  return shares.sort((one, other) => other.share - one.share)[0] ?? null;
}

/** What is to be known of each exchange. Pure: `before` are the figures of the reading before. */
export function readings(ready, metrics, before, now) {
  return ready.exchanges.map(({ exchange, healthy, cause, connections, circuit_state: circuit, last_message_time: heard }) => {
    const own = (name, { metrics: families } = metrics) =>
      families.find((each) => each.name === `marketgate_${name}`)?.samples.filter(({ labels }) => labels.exchange === exchange) ?? [];
    const sum = (samples) => samples.reduce((total, { value }) => total + Number(value), 0);
    const [times, messages] = ["upstream_lag_seconds", "upstream_messages_total"];
    const [histogram] = own(times);
    return {
      name: exchange, isHealthy: healthy === true, cause: cause ?? "", circuit, connections,
      silence: heard === null ? null : now - Date.parse(heard),
      lag: histogram ? lag(histogram, before && own(times, before)[0]) : null,
      rate: before ? sum(own(messages)) - sum(own(messages, before)) : null,
      budget: budget(own("upstream_budget_used"), own("upstream_budget_limit")),
      filled: sum(own("candle_backfills_total")),
      silences: sum(own("stream_silences_total").filter(({ labels }) => labels.step !== "suspected")),
    };
  });
}

export class Health {
  /** Whether some exchange has been heard, so that the past of a feed can be asked for. */
  hasHeard = false;
  #before = null;
  #at = 0;
  #cards = new Map();

  /** `canAsk()`: whether the gateway can be reached; `gaps`: the records of what is missing. */
  constructor(list, { canAsk, gaps, changed }) {
    Object.assign(this, { list, canAsk, gaps, changed });
    setInterval(() => this.refresh(), everyMilliseconds);
  }

  async refresh() {
    if (this.#before && (document.hidden || !this.canAsk())) return;
    try {
      const [metrics, ready] = await Promise.all([ask("/metrics"), readiness()]);
      const seconds = (performance.now() - this.#at) / 1000;
      const found = readings(ready, metrics, this.#before, Date.parse(ready.timestamp));
      [this.#before, this.#at] = [metrics, performance.now()];
      this.hasHeard = found.some(({ silence }) => silence !== null);
      this.#draw(found, seconds);
      this.changed(found);
    } catch {
      this.changed(null);
    }
  }

  #draw(found, seconds) {
    for (const [name, card] of this.#cards) {
      if (found.some((each) => each.name === name)) continue;
      card.remove();
      this.#cards.delete(name);
    }
    for (const each of found) {
      if (!this.#cards.has(each.name)) this.#cards.set(each.name, this.#card(each.name));
      const card = this.#cards.get(each.name);
      card.dataset.state = each.isHealthy ? (each.cause ? "warn" : "well") : "ill";
      const set = (part, text) => (card.querySelector(`.${part}`).textContent = text);
      set("word", each.isHealthy ? (each.cause ? "watched" : "well") : "not well");
      set("cause", each.cause);
      set("heard", each.silence === null ? "never" : `${span(each.silence)} ago`);
      set("rate", each.connections + (each.rate === null ? "" : `, ${(each.rate / seconds).toFixed(1)} /s`));
      set("lag", each.lag === null ? "–" : each.lag === Infinity ? "> 30 s" : `≤ ${each.lag} s`);
      set("budget", each.budget ? `${each.budget.used} of ${each.budget.limit}` : "–");
      set("circuit", each.circuit.replace("_", " "));
      set("gaps", gapWords(each, this.gaps.count(each.name)));
    }
  }

  #card(name) {
    const card = $("exchange").content.cloneNode(true).firstElementChild;
    card.querySelector(".name").textContent = name;
    this.list.append(card);
    return card;
  }
}

function gapWords({ filled, silences }, records) {
  const words = [[records.open, "open"], [records.lost, "lost"], [filled, "filled"], [silences, "silences"]];
  return words.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`).join(", ") || "none";
}

/** `/ready` has the same body whether it is 200 or 503. */
async function readiness() {
  return readJSON(await (await fetch("/ready", { signal: AbortSignal.timeout(patience) })).text());
}
