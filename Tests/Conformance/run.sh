#!/bin/bash
# Runs every suite of Tests/Conformance/README.md; called by `make conformance` with the release programs built.
# Arguments are passed to autobahn.sh: -c and -x choose cases.
set -u
cd "$(dirname "$0")/../.."
tools=Tests/Conformance/tools
bin=.build/release
logs=.build/conformance
mkdir -p "$logs"
failed=0
children=()
trap 'for child in "${children[@]}"; do kill "$child" 2>/dev/null; done' EXIT

# start NAME COMMAND...: runs it and waits for `listening on http://HOST:PORT`; the port is in $port.
start() {
  local name=$1
  shift
  "$@" > "$logs/$name.out" 2> "$logs/$name.err" &
  children+=($!)
  for _ in $(seq 100); do
    port=$(sed -n 's|^listening on http://.*:\([0-9]*\)$|\1|p' "$logs/$name.out")
    [ -n "$port" ] && return
    sleep 0.1
  done
  echo "$name does not listen"
  exit 1
}

# line NAME CRITERION COMMAND...: prints the verdict, keeps the output.
line() {
  local name=$1 criterion=$2
  shift 2
  if "$@" > "$logs/$name.log" 2>&1; then verdict=pass; else verdict=FAIL failed=1; fi
  echo "$verdict $name ($criterion): $(tail -n 1 "$logs/$name.log")"
}

# Autobahn's own verdict lets NON-STRICT pass in any number.
autobahn() {
  local role=$1
  "$tools/autobahn.sh" "$@" || return 1
  python3 - "${AUTOBAHN_HOME:-/tmp/autobahn}/reports-$role/index.json" <<'P'
import json, sys
cases = [c for agent in json.load(open(sys.argv[1])).values() for c in agent.values()]
lenient = sum(c["behavior"] == "NON-STRICT" for c in cases)
print(f"{len(cases)} cases, {lenient} NON-STRICT")
sys.exit(lenient > 4)
P
}

[ -f "${AUTOBAHN_HOME:-/tmp/autobahn}/wst.py" ] || "$tools/autobahn.sh" setup || exit 1
command -v slowhttptest > /dev/null ||
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends slowhttptest > /dev/null || exit 1
cc -O2 -o .build/wsload "$tools/wsload.c" || exit 1

start echo "$bin/conformance-server"
echo_port=$port
start gateway "$bin/marketgate" serve --demo --port 0 --recordings Recordings
gateway_port=$port

line h1conform-echo "no MUST or SHOULD fails" python3 "$tools/h1conform.py" --port "$echo_port" --path /health \
  --post /echo --echo --json-errors --slow 12 --level MUST,SHOULD
line h1conform-gateway "no MUST or SHOULD fails" python3 "$tools/h1conform.py" --port "$gateway_port" --path /health \
  --json-errors --slow 12 --level MUST,SHOULD
line slow-peers "all cut, server available" "$tools/webtools.sh" slow 127.0.0.1 "$echo_port" /health /echo
line churn "none refused, none failed" .build/wsload -p "$echo_port" -u /echo -c 500 -e 2 -j 10
line autobahn-server "0 FAILED, at most 4 NON-STRICT" autobahn server -p "$echo_port" -u /echo -d "$@"
fuzzing_port=$(python3 -c 'import socket; print(socket.create_server(("127.0.0.1", 0)).getsockname()[1])')
line autobahn-client "0 FAILED, at most 4 NON-STRICT" autobahn client -p "$fuzzing_port" -d "$@" -- \
  bash -c '"$0" --autobahn "ws://127.0.0.1:$1"' "$bin/conformance-client" "$fuzzing_port"
exit $failed
