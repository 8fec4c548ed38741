# make demo   serves recorded market data on http://127.0.0.1:8000, without network or keys
# make run    serves the live exchanges
# make test   builds and passes every test
# make check  format, architecture, warnings, instructions
# Others: test-release, bench, instructions, conformance, chaos, console-test, fuzz, tsan, coverage, deps.

SHELL := /bin/bash
.DEFAULT_GOAL := demo
.PHONY: demo run build test test-release check smoke bench instructions conformance chaos console-test fuzz tsan coverage deps test-deps clean

RELEASE := .build/release/marketgate
SOURCES := $(shell find Sources -type f -not -name '*.md') Package.swift
# Of each fuzz driver, in `make fuzz`.
SECONDS ?= 60

demo: $(RELEASE)
	@exec $(RELEASE) serve --demo --recordings Recordings

run: $(RELEASE)
	@exec $(RELEASE) serve

build: $(RELEASE)

# A file of its own, so that a built gateway starts at once: even an idle `swift build` takes a second.
$(RELEASE): $(SOURCES)
	@.ci/deps
	swift build -c release --product marketgate
	@touch $@

# Without a width all unit tests begin at once and share two threads: each then takes as long as all of them, and a wait of
# ten seconds in one of them ends for want of a turn. The integration tests one after the other: many of them fill the
# machine, and their deadlines are real time.
IN_PARALLEL := --parallel --experimental-maximum-parallelization-width 4
UNIT_TESTS := $(IN_PARALLEL) --filter UnitTests
test: test-deps
	swift build --build-tests
	swift test --skip-build $(UNIT_TESTS)
	swift test --skip-build --no-parallel --filter IntegrationTests

# The same of the optimised build, as it is shipped; to build it takes ten minutes more. `-enable-testing` lets tests see what
# is not public, and changes no code.
RELEASE_TEST := -c release -Xswiftc -enable-testing --scratch-path .build-release
test-release: test-deps
	swift build $(RELEASE_TEST) --build-tests
	swift test $(RELEASE_TEST) --skip-build $(UNIT_TESTS)
	swift test $(RELEASE_TEST) --skip-build --no-parallel --filter IntegrationTests

# The release build, asked what a newcomer asks; then exchanges that answer it garbage.
smoke: $(RELEASE)
	@.ci/smoke
	@python3 Tests/Load/garbage.py $(RELEASE)

check: test-deps
	swift format lint --strict --parallel --recursive Sources Tests Benchmarks Package.swift
	swift build --build-tests
	swift test --skip-build --filter ArchitectureTests
	@if command -v valgrind >/dev/null; then $(MAKE) --no-print-directory instructions; fi

# Half an hour; the table stays in BENCH_TABLE. What a peer needs and is not there is left out.
BENCH_TABLE := .build/bench/table.md
bench: deps
	swift build -c release --product bench
	swift build -c release --product marketgate
	@mkdir -p $(dir $(BENCH_TABLE))
	@set -eo pipefail; { \
	  Benchmarks/provenance.py; .build/release/bench; Benchmarks/run.py; Benchmarks/compare.py; Benchmarks/upstream.py; \
	  Benchmarks/latency.py; .build/release/bench footprint; \
	  if command -v nginx >/dev/null && command -v wrk >/dev/null; then Benchmarks/rest.sh; Benchmarks/http_versions.sh; fi; \
	} | tee $(BENCH_TABLE)

# Instructions of a decode, an encode and a delivery against Benchmarks/thresholds.json, which `WRITE=--write` sets anew.
instructions:
	swift build -c release --product bench
	Benchmarks/instructions.py .build/release/bench $(WRITE)

# An exchange that misbehaves: `CHAOS_MINUTES` of it, sixty of them in one of ours; `CHAOS_SEED` replays a run.
chaos: export CHAOS_MINUTES ?= 1440
chaos: test-deps
	swift build --build-tests
	swift test --skip-build --filter ChaosTests

# Suites of others against the server and the client: Tests/Conformance/README.md. `AUTOBAHN` chooses its cases.
conformance: $(RELEASE)
	swift build -c release --product conformance-server
	swift build -c release --product conformance-client
	@Tests/Conformance/run.sh $(AUTOBAHN)

# The console in a browser: Tests/Console/README.md. `CONSOLE` passes options.
console-test: $(RELEASE)
	@Tests/Console/run $(RELEASE) $(CONSOLE)

FIXTURES_FuzzBinance := Tests/Fixtures/Binance/rest Tests/Fixtures/Binance/ws
FIXTURES_FuzzBybit := $(wildcard Tests/Fixtures/Bybit/*/)
FIXTURES_FuzzHyperliquid := $(wildcard Tests/Fixtures/Hyperliquid/*/)
FIXTURES_FuzzOkx := $(wildcard Tests/Fixtures/Okx/*/)
FUZZERS := $(basename $(notdir $(wildcard Tests/Fuzz/Fuzz*.swift)))

fuzz: deps $(FUZZERS:%=fuzz-%)

# With AddressSanitizer the crash handler of the runtime overflows itself and hangs, so it is off.
fuzz-%:
	@mkdir -p .build/fuzz/corpus/$*
	Tests/Fuzz/build.sh $* .build/fuzz/$*
	SWIFT_BACKTRACE=enable=no .build/fuzz/$* -max_total_time=$(SECONDS) -timeout=10 -print_final_stats=1 \
	  -artifact_prefix=.build/fuzz/$*- .build/fuzz/corpus/$* $(wildcard Tests/Fuzz/seeds/$* $(FIXTURES_$*))

# ThreadSanitizer does not understand `Synchronization.Mutex`; TSAN chooses a lock it does (Sources/Core/Net/Lock.swift).
# LeakSanitizer does not see what Swift refers to with tagged words (weak references, enums with several payloads) and
# calls it lost, so it is off; `ReleaseTests` hold that nothing stays behind.
tsan: test-deps
	swift build --build-tests --sanitize=thread -Xswiftc -DTSAN --scratch-path .build-tsan
	TSAN_OPTIONS=halt_on_error=1 SWIFT_BACKTRACE=enable=no swift test --skip-build --no-parallel --sanitize=thread -Xswiftc -DTSAN \
	  --scratch-path .build-tsan --filter IntegrationTests
	swift build --build-tests --sanitize=address --scratch-path .build-asan
	ASAN_OPTIONS=detect_leaks=0 SWIFT_BACKTRACE=enable=no swift test --skip-build --no-parallel --sanitize=address \
	  --scratch-path .build-asan --filter IntegrationTests

coverage: test-deps
	swift test $(IN_PARALLEL) --enable-code-coverage --scratch-path .build-coverage
	.ci/coverage .build-coverage

# Debian packages the build needs; installs what is missing when it may.
deps:
	@.ci/deps

test-deps:
	@.ci/deps test

clean:
	rm -rf .build .build-release .build-tsan .build-asan .build-coverage
