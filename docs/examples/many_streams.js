// Reads several streams on one socket, and misses nothing over a cut.
//
//     node many_streams.js [LIMIT] [GATEWAY] [STREAM ...]
//     node many_streams.js 0 ws://127.0.0.1:8000 "binance/BTCUSDT/ohlc?interval=1m" all/liquidations
//
// In a browser and from Node 22 on WebSocket is there; for older ones: npm install ws (Debian: node-ws).
"use strict";
const WebSocket = globalThis.WebSocket ?? require("ws");

const [limit = "0", gateway = "ws://127.0.0.1:8000", ...named] = process.argv.slice(2);
const streams = named.length > 0 ? named : ["binance/BTCUSDT/ohlc?interval=1m", "all/liquidations?min_value_usd=0"];
// How far each stream has come: its epoch and the number of its last message.
const places = {};
// Without a limit it never comes down to 0.
let left = Number(limit) || Infinity;
let pause = 1000;

function receive(text, socket) {
  // What was on its way when it was closed.
  if (left === 0) return;
  const message = JSON.parse(text);
  if (message.type === "subscribed") {
    for (const { stream, epoch, seq, recovered } of message.streams) {
      if (recovered === false) console.log(`# ${stream}: not all that was missed could be had`);
      places[stream] = { epoch, seq };
    }
  } else if ("seq" in message) {
    places[message.stream].seq = message.seq;
    console.log(text);
    if (--left === 0) socket.close();
  } else {
    console.log(`# ${text}`);
  }
}

function connect() {
  const socket = new WebSocket(`${gateway}/ws`);
  socket.onopen = () => {
    pause = 1000;
    socket.send(JSON.stringify({ op: "subscribe", id: 1, args: streams, since: places }));
  };
  socket.onmessage = ({ data }) => receive(data, socket);
  socket.onerror = () => {};
  socket.onclose = ({ code }) => {
    if (left === 0) return;
    console.log(`# closed (${code}); again in ${pause / 1000} s`);
    setTimeout(connect, pause);
    pause = Math.min(30000, pause * 2);
  };
}

connect();
