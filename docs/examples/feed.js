// Prints a feed of all exchanges: liquidations, large_trades, or the spikes of open interest and volume.
//
//     node feed.js [liquidations|large_trades|oi-vol] [LIMIT] [GATEWAY]
//
// In a browser and from Node 22 on WebSocket is there; for older ones: npm install ws (Debian: node-ws).
"use strict";
const WebSocket = globalThis.WebSocket ?? require("ws");

const paths = {
  liquidations: "/ws/all/liquidations?min_value_usd=0",
  large_trades: "/ws/all/large_trades?min_value_usd=100000",
  "oi-vol": "/ws/oi-vol?timeframes=5m,15m,1h",
};
const [feed = "liquidations", limit = "0", gateway = "ws://127.0.0.1:8000"] = process.argv.slice(2);
// Without a limit it never comes down to 0.
let left = Number(limit) || Infinity;

function line(event) {
  if (event.type === "oi_spike") {
    return `${event.symbol} ${event.timeframe} open interest ${event.z_oi} volume ${event.z_vol}`;
  }
  // JSON.parse makes binary numbers: good enough to look at; to calculate, take the digits from the text.
  return `${event.symbol} ${event.side} ${event.quantity} at ${event.price} = ${event.value}`;
}

const socket = new WebSocket(gateway + paths[feed]);
socket.onmessage = ({ data }) => {
  // What was on its way when it was closed.
  if (left === 0) return;
  const event = JSON.parse(data);
  console.log(event.timestamp, event.exchange, line(event));
  if (--left === 0) socket.close();
};
socket.onerror = ({ message }) => console.error(message ?? "the connection broke");
socket.onclose = ({ code, reason }) => {
  if (code !== 1000 && code !== 1005) console.error(`closed: ${code} ${reason}`);
  process.exitCode = left === 0 ? 0 : 1;
};
