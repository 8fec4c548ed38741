// Draws candles, volume, the lines of other exchanges and what is missing. Draws only when something has changed, at
// most once a frame.

import { duration, slot, units } from "./candles.mjs";
import { clock, places } from "./digits.mjs";
import { followed, holes, newView, range, seen, slotAt, ticks, timeStep, xOf } from "./view.mjs";

const bottomHeight = 22;
const volumeShare = 0.18;
const font = "11px ui-monospace, Menlo, monospace";

export class Chart {
  /** What is drawn: `{series, interval, lines: [{name, colour, series, trouble}], gaps}`. */
  content = null;
  view = newView(800);
  /** The slot and height under the pointer or chosen by keys; `null` when nothing is. */
  cursor = null;
  /** Called after each drawing. */
  drawn = () => {};
  #frame = 0;
  #size = { width: 0, height: 0 };
  #axisWidth = 64;
  #colours = {};

  constructor(canvas) {
    this.canvas = canvas;
    this.pen = canvas.getContext("2d");
    new ResizeObserver(() => this.#resize()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#readColours());
    this.#readColours();
  }

  /** The width that candles have, in pixels. */
  get width() { return this.#size.width - this.#axisWidth; }
  get first() { return this.#slot(this.content?.series.first); }
  get last() { return this.#slot(this.content?.series.last); }

  show(content) {
    this.content = content;
    this.view = newView(this.#size.width || 800);
    this.cursor = null;
    this.invalidate();
  }

  /** Something changed: it is drawn with the next frame. */
  invalidate() {
    if (!this.#frame) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  slotAt(x) { return slotAt(this.view, x, this.width); }

  rowAt(place, series = this.content.series) {
    const rows = series.rows;
    for (let index = rows.length - 1; index >= 0; index -= 1) {
      const found = this.#slot(rows[index]);
      if (found === place) return rows[index];
      if (found < place) return null;
    }
    return null;
  }

  #slot(row) { return row ? slot(row.time, this.content.interval, this.#anchor) : 0; }

  /** Slots are counted from here; the first candle may change when older ones come, this may not. */
  get #anchor() {
    this.content.anchor ??= this.content.series.first?.time;
    return this.content.anchor ?? 0;
  }

  #slotsOf(gap) {
    const { interval, series } = this.content;
    // What was told at its end is there.
    const end = gap.to === null ? series.last.time : Math.max(gap.from, gap.to - 1);
    return [gap.from, end].map((time) => slot(time, interval, this.#anchor));
  }

  gapAt(place) {
    return this.content.gaps.find((gap) => {
      const [from, to] = this.#slotsOf(gap);
      return from <= place && place <= to;
    });
  }

  #readColours() {
    const style = getComputedStyle(document.documentElement);
    for (const name of ["up", "down", "muted", "line", "panel", "accent", "warn", "line1", "line2", "line3", "line4"]) {
      this.#colours[name] = style.getPropertyValue(`--${name}`).trim();
    }
    this.invalidate();
  }

  #resize() {
    const { width, height } = this.canvas.getBoundingClientRect();
    const ratio = devicePixelRatio || 1;
    this.#size = { width, height };
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.invalidate();
  }

  #draw() {
    this.#frame = 0;
    const { width, height } = this.#size;
    if (!this.content || width === 0) return;
    const ratio = this.canvas.width / width;
    this.pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.pen.clearRect(0, 0, width, height);
    this.pen.font = font;
    this.pen.textBaseline = "middle";
    const { last } = this.content.series;
    if (!last) return;
    this.view = followed(this.view, this.last);
    const sight = this.#sight();
    this.#axisWidth = Math.ceil(this.pen.measureText(last.text.close).width) + 16;
    const scale = this.#scale(sight, height - bottomHeight);
    this.#drawGrid(scale);
    this.#drawGaps(sight, scale);
    this.#drawCandles(sight, scale);
    for (const line of sight.lines) this.#drawLine(line, scale);
    this.#drawLast(last, scale);
    this.#drawCursor(scale);
    // For tests: the newest candle, and what is in sight.
    const { timestamp, open, high, low, close, volume } = last.text;
    Object.assign(this.canvas.dataset, {
      last: [timestamp, open, high, low, close, volume, last.isClosed].join(" "),
      count: sight.rows.length, newest: sight.rows.at(-1)?.text.timestamp,
    });
    this.drawn();
  }

  /** What can be seen: rows with their slots, and the lines, which begin where the candles do. */
  #sight() {
    const { from, to } = seen(this.view, this.width);
    const within = (series) => {
      const found = [];
      for (let index = series.rows.length - 1; index >= 0; index -= 1) {
        const place = this.#slot(series.rows[index]);
        if (place < from) break;
        if (place <= to) found.push({ ...series.rows[index], slot: place });
      }
      return found.reverse();
    };
    const rows = within(this.content.series);
    const closes = new Map(rows.map((row) => [row.slot, row.close]));
    const lines = this.content.lines.map((line) => {
      const points = within(line.series);
      const shared = points.find((point) => closes.has(point.slot));
      const factor = !shared ? 1 : closes.get(shared.slot) / shared.close;
      return { ...line, points: points.map(({ slot: place, close }) => ({ slot: place, value: close * factor })) };
    });
    return { from, to, rows, lines };
  }

  #scale(sight, height) {
    const values = sight.lines.flatMap((line) => line.points.map(({ value }) => ({ low: value, high: value })));
    const { low, high } = range([...sight.rows, ...values]) ?? range([this.content.series.last]);
    const priceHeight = height * (1 - volumeShare);
    return {
      low, high, height, priceHeight, places: places(this.content.series.last.text.close),
      y: (price) => ((high - price) / (high - low)) * priceHeight,
      price: (y) => high - (y / priceHeight) * (high - low),
      x: (place) => xOf(this.view, place, this.width),
    };
  }

  #drawGrid(scale) {
    const { pen, width } = this;
    const { values, step } = ticks(scale.low, scale.high, scale.priceHeight / 56);
    const decimals = Math.min(scale.places, Math.max(0, Math.ceil(-Math.log10(step) + 0.001)));
    pen.strokeStyle = this.#colours.line;
    pen.fillStyle = this.#colours.muted;
    pen.lineWidth = 1;
    pen.textAlign = "left";
    for (const value of values) {
      const y = Math.round(scale.y(value)) + 0.5;
      this.#stroke(0, y, width, y);
      pen.fillText(value.toFixed(decimals), width + 8, y);
    }
    this.#drawTimes(scale);
  }

  #drawTimes(scale) {
    const { pen, width } = this;
    const length = duration(this.content.interval);
    const step = timeStep(length, this.view.slotWidth, 84);
    const { from, to } = seen(this.view, width);
    const markOf = (time) => Math.floor((time - new Date(time).getTimezoneOffset() * 60_000) / step);
    const timeOf = (place) => this.#anchor + place * length;
    pen.textAlign = "center";
    for (let place = from; place <= to; place += 1) {
      const x = Math.round(scale.x(place)) + 0.5;
      if (x < 30 || x > width - 30 || markOf(timeOf(place)) === markOf(timeOf(place - 1))) continue;
      this.#stroke(x, 0, x, scale.height);
      const text = clock(timeOf(place), true);
      const isDay = step >= units.d || text.endsWith("00:00:00");
      const word = step > units.w * 4 ? text.slice(0, 7) : isDay ? text.slice(5, 10) : text.slice(11, 16);
      pen.fillText(word, x, scale.height + bottomHeight / 2);
    }
    this.#stroke(0, scale.height + 0.5, width, scale.height + 0.5);
  }

  /** Hatched where candles are missing, and where the gateway says that something is. Nothing is drawn across it. */
  #drawGaps(sight, scale) {
    const half = this.view.slotWidth / 2;
    const ends = ({ from, to }) => [Math.max(0, scale.x(from) - half), Math.min(this.width, scale.x(to) + half)];
    for (const hole of holes(sight.rows.map((row) => row.slot))) this.#hatch(...ends(hole), scale.height, this.#colours.muted);
    for (const gap of this.content.gaps) {
      const [from, to] = this.#slotsOf(gap);
      const [left, right] = ends({ from, to });
      if (gap.state !== "filled") this.#hatch(left, right, scale.height, this.#colours.warn);
      else if (right > left) {
        // What was filled is whole: a mark at the foot says that it once was not.
        this.pen.fillStyle = this.#colours.accent;
        this.pen.fillRect(left, scale.height - 3, right - left, 3);
      }
    }
  }

  #hatch(left, right, height, colour) {
    const { pen } = this;
    if (right <= left) return;
    this.#clip(left, 0, right - left, height);
    pen.globalAlpha = 0.35;
    pen.strokeStyle = colour;
    pen.beginPath();
    for (let x = left - height; x < right; x += 7) {
      pen.moveTo(x, height);
      pen.lineTo(x + height, 0);
    }
    pen.stroke();
    pen.restore();
  }

  #drawCandles(sight, scale) {
    const { pen } = this;
    const body = Math.max(1, Math.floor(this.view.slotWidth * 0.7));
    const volumeHeight = (scale.height * volumeShare - 4) / Math.max(...sight.rows.map(({ volume }) => volume), 1e-18);
    this.#clip(0, 0, this.width, scale.height);
    for (const { slot: place, open, high, low, close, volume, isClosed } of sight.rows) {
      const x = Math.round(scale.x(place) - body / 2);
      const [top, bottom] = [Math.max(open, close), Math.min(open, close)].map((price) => Math.round(scale.y(price)));
      pen.fillStyle = close >= open ? this.#colours.up : this.#colours.down;
      pen.globalAlpha = 0.35;
      pen.fillRect(x, scale.height - volume * volumeHeight, body, volume * volumeHeight);
      pen.globalAlpha = 1;
      pen.fillRect(x + Math.floor(body / 2), scale.y(high), 1, Math.max(1, scale.y(low) - scale.y(high)));
      pen.fillRect(x, top, body, Math.max(1, bottom - top));
      // An open candle is hollow: it may still change.
      if (isClosed || body < 4 || bottom - top < 4) continue;
      pen.fillStyle = this.#colours.panel;
      pen.fillRect(x + 1, top + 1, body - 2, bottom - top - 2);
    }
    pen.restore();
  }

  #drawLine({ points, colour }, scale) {
    const { pen } = this;
    this.#clip(0, 0, this.width, scale.height);
    pen.strokeStyle = this.#colours[colour];
    pen.lineWidth = 1.5;
    pen.beginPath();
    points.forEach((point, index) => {
      const isBroken = index === 0 || point.slot - points[index - 1].slot > 1;
      pen[isBroken ? "moveTo" : "lineTo"](scale.x(point.slot), scale.y(point.value));
    });
    pen.stroke();
    pen.restore();
  }

  #drawLast(row, scale) {
    const y = Math.min(scale.priceHeight - 1, Math.max(1, Math.round(scale.y(row.close)) + 0.5));
    const colour = row.close >= row.open ? this.#colours.up : this.#colours.down;
    this.pen.strokeStyle = colour;
    this.pen.setLineDash([2, 3]);
    this.#stroke(0, y, this.width, y);
    this.pen.setLineDash([]);
    this.#label(row.text.close, this.width, y, colour);
  }

  #drawCursor(scale) {
    if (!this.cursor) return;
    const x = Math.round(scale.x(this.cursor.slot)) + 0.5;
    const row = this.rowAt(this.cursor.slot);
    const y = this.cursor.y ?? (row ? scale.y(row.close) : null);
    this.pen.strokeStyle = this.#colours.muted;
    this.pen.setLineDash([4, 4]);
    if (x <= this.width) this.#stroke(x, 0, x, scale.height);
    if (y !== null && y < scale.priceHeight) {
      this.#stroke(0, Math.round(y) + 0.5, this.width, Math.round(y) + 0.5);
      this.pen.setLineDash([]);
      this.#label(scale.price(y).toFixed(scale.places), this.width, y, this.#colours.muted);
    }
    this.pen.setLineDash([]);
  }

  #label(text, x, y, colour) {
    this.pen.fillStyle = colour;
    this.pen.fillRect(x, y - 9, this.#axisWidth, 18);
    this.pen.fillStyle = this.#colours.panel;
    this.pen.textAlign = "left";
    this.pen.fillText(text, x + 8, y);
  }

  /** Nothing is drawn outside until `restore`. */
  #clip(...area) {
    this.pen.save();
    this.pen.beginPath();
    this.pen.rect(...area);
    this.pen.clip();
  }

  #stroke(left, top, right, bottom) {
    this.pen.beginPath();
    this.pen.moveTo(left, top);
    this.pen.lineTo(right, bottom);
    this.pen.stroke();
  }
}
