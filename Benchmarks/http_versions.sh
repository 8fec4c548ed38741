#!/bin/bash
# What an exchange's answer costs libcurl by HTTP/1.1 and by HTTP/2, over TLS, by its length: nginx on one core,
# peers/http_versions.c on the other, in turn. The figures behind `HTTPClientRequest.expectsLongBody`.
#
#   Benchmarks/http_versions.sh [rounds]
#
# Needs cc, libcurl, openssl and nginx.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-3} port=18443
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$folder"' EXIT
mkdir -p .build/bench "$folder/www"
cc -O3 Benchmarks/peers/http_versions.c -o .build/bench/http_versions -lcurl

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=127.0.0.1 \
  -addext subjectAltName=IP:127.0.0.1 -keyout "$folder/key.pem" -out "$folder/cert.pem" 2>/dev/null
for rows in 1 100 500 10000; do
  PYTHONPATH=Benchmarks python3 -c "
import mock_exchange, sys
sys.stdout.buffer.write(mock_exchange.candles($rows, 30_000_000))" >"$folder/www/$rows"
done
cat >"$folder/nginx.conf" <<CONF
worker_processes 1; daemon off; pid $folder/pid; error_log $folder/error.log;
events { worker_connections 512; }
http {
  access_log off; sendfile on; keepalive_requests 1000000000; default_type application/json;
  client_body_temp_path $folder; proxy_temp_path $folder; fastcgi_temp_path $folder; uwsgi_temp_path $folder;
  scgi_temp_path $folder;
  server {
    listen 127.0.0.1:$port ssl http2; root $folder/www; ssl_protocols TLSv1.3;
    ssl_certificate $folder/cert.pem; ssl_certificate_key $folder/key.pem;
  }
}
CONF
chmod -R a+rX "$folder"
taskset -c 0 nginx -c "$folder/nginx.conf" 2>/dev/null &
server=$!
until curl -skf "https://127.0.0.1:$port/1" -o /dev/null; do sleep 0.2; done

cost() { # rows requests under-way version
  taskset -c 1 .build/bench/http_versions "https://127.0.0.1:$port/$1" "$2" "$3" "$4" "$folder/cert.pem"
}

median() { sort -n | awk '{ values[NR] = $1 } END { print values[int((NR + 1) / 2)] }'; }

echo '| bytes | under way | HTTP/1.1, µs CPU | HTTP/2, µs CPU | ratio |'
echo '|---|---|---|---|---|'
for rows in 1 100 500 10000; do
  requests=$((rows > 1000 ? 200 : 3000))
  for under_way in 1 8; do
    : >"$folder/first" >"$folder/second"
    for _ in $(seq "$rounds"); do
      cost "$rows" "$requests" "$under_way" 1 >>"$folder/first"
      cost "$rows" "$requests" "$under_way" 2 >>"$folder/second"
    done
    first=$(median <"$folder/first") second=$(median <"$folder/second")
    echo "| $(stat -c %s "$folder/www/$rows") | $under_way | $first | $second |" \
      "$(awk "BEGIN { printf \"%.2f\", $first / $second }") |"
  done
done
