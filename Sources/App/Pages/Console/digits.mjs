// Numbers as their text: what an exchange sent is shown digit by digit, never as a binary number.

const token = /"(?:[^"\\]|\\.)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Reads JSON; each number in it becomes a string of its own digits. Throws a SyntaxError for what is no JSON. */
export function readJSON(text) {
  return JSON.parse(text.replace(token, (found) => (found[0] === '"' ? found : `"${found}"`)));
}

/** `10970.051` as `10,970.051`; with `places` the fraction is cut there, and never rounded up. */
export function grouped(text, places = Infinity) {
  const [whole, fraction = ""] = text.split(".");
  const shown = fraction.slice(0, places);
  return whole.replace(/\B(?=(?:\d{3})+$)/g, ",") + (shown ? `.${shown}` : "");
}

/** A value in dollars for a narrow place: `1.23M`. For bars and sums only, what is exact stands beside it. */
export function compact(value) {
  for (const [size, unit] of [[1e9, "B"], [1e6, "M"], [1e3, "k"]]) {
    if (Math.abs(value) >= size) return (value / size).toPrecision(3).replace(/\.0+$|(\.\d*?)0+$/, "$1") + unit;
  }
  return String(Math.round(value));
}

export function places(text) {
  return text.split(".")[1]?.length ?? 0;
}

/** `12:34:56`, or with a day before it, in the time of the one who looks. */
export function clock(milliseconds, withDay = false) {
  const time = new Date(milliseconds);
  const two = (number) => String(number).padStart(2, "0");
  const hours = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
  return withDay ? `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${hours}` : hours;
}

/** A span in words: `0.4 s`, `12 s`, `3 min`, `2 h`. */
export function span(milliseconds) {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 100) return `${Math.round(seconds)} s`;
  if (seconds < 6000) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}
