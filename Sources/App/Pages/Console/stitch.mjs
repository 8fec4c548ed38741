// Puts the past of a feed (REST) and what came meanwhile (the stream) together, each event once.

/** What tells two events apart: they have no number of their own that REST shows. */
function key(event) {
  return JSON.stringify([
    event.exchange, event.symbol, event.timestamp, event.side, event.price, event.quantity, event.timeframe,
  ]);
}

/**
 * All of both, ascending by time. Two events may be equal in every field and still be two: of equal ones there are as
 * many as the side that has more of them has.
 */
export function stitch(past, live) {
  const spare = new Map();
  for (const each of past.map(key)) spare.set(each, (spare.get(each) ?? 0) + 1);
  const missing = live.filter((event) => {
    const left = spare.get(key(event)) ?? 0;
    if (left > 0) spare.set(key(event), left - 1);
    return left === 0;
  });
  return [...past, ...missing].sort((left, right) => Date.parse(left.timestamp) - Date.parse(right.timestamp));
}
