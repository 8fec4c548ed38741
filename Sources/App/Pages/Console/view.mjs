// Where things stand on the chart: slots and prices to pixels. Pure.

/** The widths of a slot, in pixels, between which one can zoom. */
export const narrowest = 1.5;
export const widest = 60;

/** The right edge leaves so many empty slots behind the newest candle. */
const margin = 4;

/** What is looked at: pixels a slot, and the slot at the right edge; `follows` stays with the newest candle. */
export function newView(width) {
  return { slotWidth: width < 600 ? 6 : 8, right: margin, follows: true };
}

/** The view as it is while the newest candle stands in slot `last`. */
export function followed(view, last) {
  return view.follows ? { ...view, right: last + margin } : view;
}

/** Zooms by a factor about a distance from the right edge, in pixels: what is under the pointer stays there. */
export function zoomed(view, factor, fromRight) {
  const slotWidth = Math.min(widest, Math.max(narrowest, view.slotWidth * factor));
  if (view.follows) return { ...view, slotWidth };
  return { ...view, slotWidth, right: view.right + fromRight / slotWidth - fromRight / view.slotWidth };
}

/** Moves the past to the right by so many pixels. The newest candle, once in sight, is followed. */
export function panned(view, pixels, last, first, width) {
  const slots = width / view.slotWidth;
  const right = Math.max(first + Math.min(slots, 10), view.right - pixels / view.slotWidth);
  return right >= last + margin ? { ...view, right: last + margin, follows: true } : { ...view, right, follows: false };
}

/** The slots that can be seen. */
export function seen(view, width) {
  return { from: Math.floor(view.right - width / view.slotWidth), to: Math.ceil(view.right) };
}

/** The middle of a slot, in pixels from the left. */
export function xOf(view, slot, width) {
  return width - (view.right - slot) * view.slotWidth;
}

export function slotAt(view, x, width) {
  return Math.round(view.right - (width - x) / view.slotWidth);
}

/** The least and the most price with some air, `null` when there is nothing to see. */
export function range(rows) {
  let [low, high] = [Infinity, -Infinity];
  for (const row of rows) {
    if (row.low < low) low = row.low;
    if (row.high > high) high = row.high;
  }
  if (!(high >= low)) return null;
  const air = (high - low || high * 0.001 || 1) * 0.08;
  return { low: low - air, high: high + air };
}

/** Round numbers within a range, about `count` of them. */
export function ticks(low, high, count) {
  const raw = (high - low) / Math.max(1, count);
  if (!(raw > 0) || !Number.isFinite(raw)) return { step: 1, values: [] };
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((each) => each >= raw * 0.999);
  const values = [];
  for (let index = Math.ceil(low / step); index * step <= high; index += 1) values.push(index * step);
  return { step, values };
}

const timeSteps = [
  60, 300, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400, 172_800, 604_800, 1_209_600, 2_629_746, 31_556_952,
].map((seconds) => seconds * 1000);

/** The distance between marks of time: at least so many pixels apart. */
export function timeStep(intervalMilliseconds, slotWidth, pixels) {
  const least = (pixels / slotWidth) * intervalMilliseconds;
  return timeSteps.find((step) => step >= least) ?? timeSteps[timeSteps.length - 1];
}

/** Runs of slots without a candle between the first and the last row: `[{from, to}]`, the ends included. */
export function holes(slots) {
  const found = [];
  for (let index = 1; index < slots.length; index += 1) {
    if (slots[index] - slots[index - 1] > 1) found.push({ from: slots[index - 1] + 1, to: slots[index] - 1 });
  }
  return found;
}
