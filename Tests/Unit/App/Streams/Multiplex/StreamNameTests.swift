import Contract
import Model
import Services
import Support
import Testing

@testable import App

/// Names of streams mean what the addresses of the same streams mean.
@Suite(.timeLimit(.minutes(1))) struct StreamNameTests {
  /// The names of a gateway on the made-up exchange, which has its list.
  private func withNames(_ body: (StreamNames) throws -> Void) async throws {
    let bench = try ToyGateway()
    try await bench.loaded()
    let configuration = Configuration(values: ["EXCHANGES": "toy", "LIQUIDATION_EXCHANGES": "toy"])
    let reader = StreamReader(
      lookup: ExchangeLookup(manager: bench.application.manager),
      feeds: PublicFeed.all(of: [ToyExchange()], configuration), largeTradeThreshold: FixedDecimal(7))
    try body(StreamNames(reader, limits: MultiplexLimits()))
    await bench.stop()
  }

  private func error(_ names: StreamNames, _ name: String) -> APIError? {
    do throws(APIError) {
      _ = try names.target(name)
      return nil
    } catch {
      return error
    }
  }

  private func stream(_ names: StreamNames, _ name: String) throws -> StreamRequest {
    guard case .stream(let request) = try names.target(name) else { throw NameError.otherKind }
    return request
  }

  private func feed(_ names: StreamNames, _ name: String) throws -> FeedRequest {
    guard case .feed(let request) = try names.target(name) else { throw NameError.otherKind }
    return request
  }

  private enum NameError: Error { case otherKind }

  @Test func aNameHasTheDefaultsOfItsAddress() async throws {
    try await withNames { names in
      let candles = try stream(names, "toy/ALPHAUSD/ohlc")
      #expect(candles.symbol == "ALPHAUSD")
      #expect(candles.interval == .oneMinute)
      #expect(candles.pace == CandlePace())
      #expect(candles.minimumNotional == nil)
      #expect(try stream(names, "TOY/AlphaUSD/large_trades").minimumNotional == FixedDecimal(7))
      #expect(try stream(names, "toy/ALPHAUSD/liquidations").minimumNotional == nil)
      #expect(try feed(names, "all/liquidations").filter.minimumNotional == FixedDecimal(5000))
      #expect(try feed(names, "all/large_trades").filter.minimumNotional == FixedDecimal(100_000))
      let all = try feed(names, "oi-vol")
      #expect(all.filter.timeframes?.count == 3)
    }
  }

  @Test func aNameHasTheQueryOfItsAddress() async throws {
    try await withNames { names in
      let candles = try stream(names, "toy/ALPHAUSD/ohlc?interval=5m&conflate=500&closed_only=1")
      #expect(candles.interval == Interval("5m"))
      #expect(candles.pace == CandlePace(closedOnly: true, conflationMilliseconds: 500))
      #expect(try stream(names, "toy/ALPHAUSD/ohlc?closed_only=0").pace == CandlePace())
      #expect(try stream(names, "toy/ALPHAUSD/ohlc?closed_only=TRUE").pace.closedOnly)
      #expect(
        try stream(names, "toy/ALPHAUSD/large_trades?min_value_usd=20000.5").minimumNotional == FixedDecimal("20000.5"))
      #expect(try feed(names, "all/liquidations?min_value_usd=0").filter.minimumNotional == nil)
      let spikes = try feed(names, "oi-vol?timeframes=5m,1h")
      #expect(spikes.filter.timeframes == Set(["5m", "1h"].compactMap { Interval($0) }))
      #expect(try stream(names, "toy/%41LPHAUSD/trades").symbol == "ALPHAUSD")
      #expect(try stream(names, "toy/ALPHA%2FUSD/trades").symbol == "ALPHA/USD")
    }
  }

  @Test func theBoundsOfConflationAreThoseOfTheContract() async throws {
    try await withNames { names in
      for value in ["50", "60000"] {
        let request = try stream(names, "toy/A/ohlc?conflate=\(value)")
        #expect(request.pace.conflationMilliseconds == Int64(value))
      }
      for value in ["49", "60001", "x", "", "0.5"] {
        #expect(error(names, "toy/A/ohlc?conflate=\(value)")?.code == .invalidParameter)
      }
      #expect(error(names, "toy/A/ohlc?closed_only=yes")?.code == .invalidParameter)
    }
  }

  @Test func aNameThatCannotBeIsRefusedInTheWordsOfItsAddress() async throws {
    let expected: [(String, APIError.Code, String)] = [
      ("nowhere/ALPHAUSD/ohlc", .unknownExchange, "exchange 'nowhere' is not known; available: toy"),
      (
        "toy/ALPHAUSD/nothing", .notFound,
        "stream 'nothing' is not known; available: ohlc, trades, large_trades, liquidations"
      ),
      ("toy/ALPHAUSD/ohlc?interval=7m", .invalidParameter, "interval '7m': Input should be one of 1m, 5m, 1h"),
      (
        "toy/ALPHAUSD/ohlc?interval=7m&conflate=1", .invalidParameter,
        "interval '7m': Input should be one of 1m, 5m, 1h; conflate '1': Input should be greater than or equal to 50"
      ),
      (
        "all/liquidations?min_value_usd=-1", .invalidParameter,
        "min_value_usd '-1': Input should be a number of zero or more"
      ),
    ]
    try await withNames { names in
      for (name, code, sentence) in expected {
        let error = error(names, name)
        #expect(error?.code == code)
        #expect(error?.sentence == sentence)
      }
    }
  }

  @Test(arguments: [
    ("", APIError.Code.notFound), ("toy", .notFound), ("toy/ALPHAUSD", .notFound), ("/toy/ALPHAUSD/ohlc", .notFound),
    ("toy/ALPHAUSD/ohlc/more", .notFound), ("toy//ohlc", .notFound), ("ws/toy/ALPHAUSD/ohlc", .notFound),
    ("toy/%4/ohlc", .badRequest), ("toy/%00/ohlc", .badRequest), ("toy/A/ohlc?interval=%zz", .badRequest),
    (String(repeating: "a", count: 257), .invalidParameter), ("all/nothing", .notFound),
  ])
  func whatIsNoNameIsRefused(name: String, code: APIError.Code) async throws {
    try await withNames { names in #expect(error(names, name)?.code == code) }
  }

  @Test func aNameMayBeAsLongAsTheLimit() async throws {
    try await withNames { names in
      let name = "toy/\(String(repeating: "A", count: 256 - "toy//ohlc".count))/ohlc"
      let request = try stream(names, name)
      #expect(request.symbol.count == 247)
      #expect(error(names, name + "?")?.code == .invalidParameter)
    }
  }
}
