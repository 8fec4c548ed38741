#!/bin/bash
# REST from memory, beside nginx serving the same bytes as a file: on the same core, in turn, over loopback.
#
#   Benchmarks/rest.sh [seconds a run] [rounds]
#
# Needs wrk, nginx and .build/release/marketgate; plays the bundled recording. Prints requests a second, and CPU time of the
# server for one request, which is the figure to compare where the machine is shared.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-5} rounds=${2:-3}
port=18000 nginx_port=18001
target='/binance/ohlc/BTCUSDT/1m?limit=500'
folder=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$folder"' EXIT

APP_PORT=$port WORKERS=1 LOG_LEVEL=ERROR taskset -c 0 .build/release/marketgate serve --demo --recordings Recordings \
  >/dev/null 2>&1 &
gateway=$!
pids+=("$gateway")
until curl -sf "http://127.0.0.1:$port$target" -o "$folder/candles.json"; do sleep 0.2; done

cat >"$folder/nginx.conf" <<CONF
worker_processes 1; daemon off; pid $folder/pid; error_log $folder/error.log;
events { worker_connections 1024; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; default_type application/json;
  open_file_cache max=10 inactive=60s;
  client_body_temp_path $folder; proxy_temp_path $folder; fastcgi_temp_path $folder; uwsgi_temp_path $folder;
  scgi_temp_path $folder;
  server { listen 127.0.0.1:$nginx_port; root $folder; }
}
CONF
chmod 755 "$folder"
taskset -c 0 nginx -c "$folder/nginx.conf" 2>/dev/null &
pids+=("$!")
until curl -sf "http://127.0.0.1:$nginx_port/candles.json" -o /dev/null; do sleep 0.2; done
worker=$(pgrep -P "$!" | head -n 1)

ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }

measure() { # name pid url
  local before after output
  before=$(ticks "$2")
  output=$(taskset -c 1 wrk -t1 -c32 -d"${seconds}s" --latency "$3")
  after=$(ticks "$2")
  awk -v name="$1" -v ticks=$((after - before)) '
    /requests in/ { requests = $1 } /Requests\/sec/ { rate = $2 } / 50%/ { half = $2 } / 99%/ { most = $2 }
    /Non-2xx/ { bad = $NF }
    END { printf "%-10s %9.0f requests/s  %5.1f us CPU each  p50 %s  p99 %s%s\n", name, rate,
          ticks * 10000 / requests, half, most, bad ? "  not 2xx: " bad : "" }' <<<"$output"
}

echo "$(stat -c %s "$folder/candles.json") bytes of body"
for _ in $(seq "$rounds"); do
  measure marketgate "$gateway" "http://127.0.0.1:$port$target"
  measure nginx "$worker" "http://127.0.0.1:$nginx_port/candles.json"
done
