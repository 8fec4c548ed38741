#!/bin/sh
# Builds one fuzz driver with libFuzzer and AddressSanitizer: Tests/Fuzz/build.sh FuzzBinance /tmp/fuzz-binance
#
# SwiftPM cannot link libFuzzer's main into one product alone, so the pure modules are compiled here, instrumented,
# and kept below .build/fuzz until a source of theirs changes.
set -eu

if [ $# -ne 2 ]; then
  echo "usage: $0 NAME OUT    (NAME: a driver in Tests/Fuzz, without .swift)" >&2
  exit 2
fi
name=$1
out=$2
case $out in
/*) ;;
*) out=$PWD/$out ;;
esac
cd "$(dirname "$0")/../.."
driver=Tests/Fuzz/$name.swift
[ -f "$driver" ] || { echo "$0: no driver $driver" >&2; exit 2; }
modules=.build/fuzz
mkdir -p "$modules"

flags="-swift-version 6 -O -g -parse-as-library -warnings-as-errors -I $modules
  -I Sources/Core/System/Crypto -I Sources/Core/System/Zlib -I Sources/Core/System/Processor
  -enable-upcoming-feature ExistentialAny -enable-upcoming-feature InternalImportsByDefault
  -enable-upcoming-feature MemberImportVisibility -enable-upcoming-feature NonisolatedNonsendingByDefault
  -enable-upcoming-feature InferIsolatedConformances"

# module NAME SOURCES: an object of the whole module, made again when a source is younger, or a module before it was.
rebuilt=no
module() {
  object=$modules/$1.o
  if [ $rebuilt = no ] && [ -f "$object" ] && [ -z "$(find "$2" -name '*.swift' -newer "$object")" ]; then return; fi
  rebuilt=yes
  # shellcheck disable=SC2046,SC2086
  swiftc $flags -module-name "$1" -sanitize=address,fuzzer -wmo -emit-module \
    -emit-module-path "$modules/$1.swiftmodule" -c $(find "$2" -name '*.swift' | sort) -o "$object"
}

module Model Sources/Core/Model
module Wire Sources/Core/Wire
module Contract Sources/Core/Contract
module Exchanges Sources/Exchanges
# Of a module that has sockets below it, its pure types alone.
module Services Sources/Services/Bus/TopicStanding.swift
# A reader that lives in an executable is compiled with its driver: NAME.sources lists its files.
sources=$([ ! -f "Tests/Fuzz/$name.sources" ] || cat "Tests/Fuzz/$name.sources")
# shellcheck disable=SC2086
swiftc $flags -module-name "$name" -sanitize=address,fuzzer -use-ld=lld "$driver" Tests/Fuzz/ExchangeLaws.swift $sources \
  "$modules/Model.o" "$modules/Wire.o" "$modules/Contract.o" "$modules/Exchanges.o" "$modules/Services.o" -o "$out"
echo "$out"
