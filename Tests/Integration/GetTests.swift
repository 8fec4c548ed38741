import Glibc
import Support
import Testing

@testable import App

/// `marketgate get` and `marketgate exchanges` as people and shells run them.
@Suite(.serialized, .timeLimit(.minutes(2))) struct GetTests {
  private static let demo = ["--demo", "--recordings", "\(Repository.root)/Recordings"]

  private static func run(_ words: [String], environment: [String: String] = [:]) async throws -> Child.End {
    try await onThread {
      try Child(words, environment: environment.merging(["NO_PROXY": "*"]) { own, _ in own }).ended()
    }
  }

  @Test func aTableHasTheDigitsOfTheExchange() async throws {
    try await Stage.play { stage in
      let environment = ["BINANCE_BASE_URL": stage.exchangeAddress, "COLUMNS": "80"]
      let words = ["get", "binance", "ohlc", "BTCUSDT", "1h", "--limit", "5", "--end-time"]
      // A while ago, so that both see candles that are over.
      let answer = try await stage.upstream.get("/fapi/v1/klines?symbol=BTCUSDT&interval=1h&limit=7").text
      let rows = Array(ExchangeText.rows(answer).prefix(5))
      let last = try #require(rows.last?.first)
      let end = try await Self.run(words + [last], environment: environment)
      #expect(end.code == 0)
      let lines = end.output.split(separator: "\n").map(String.init)
      #expect(lines.first == "binance BTCUSDT 1h")
      #expect(lines.count == 7)
      for (line, row) in zip(lines.dropFirst(2), rows) {
        let cells = line.split(separator: " ").dropFirst(2).map(String.init)
        #expect(Array(cells.prefix(5)) == Array(row[1...5]))
      }
      #expect(lines.filter { $0.utf8.count > 80 } == [])
      #expect(end.errors.hasPrefix("marketgate: no room for quote_volume"))
    }
  }

  @Test func jsonIsTheBodyAsAGatewayServesIt() async throws {
    try await Stage.play { stage in
      let target = "/binance/instruments?quote=USDT"
      let served = try await stage.web.get(target).text
      let words = ["get", "binance", "instruments", "--quote", "USDT", "--json"]
      let environment = ["BINANCE_BASE_URL": stage.exchangeAddress]
      #expect(try await Self.run(words, environment: environment).output == served + "\n")
      #expect(try await Self.run(words + ["--gateway", stage.application.address]).output == served + "\n")
    }
  }

  @Test(arguments: [
    (["binance", "ohlc", "NOSUCH", "1h"], "unknown_symbol: symbol 'NOSUCH' is not listed on binance"),
    (["binance", "ohlc", "BTCUSDT", "7m"], "invalid_parameter: interval '7m': Input should be one of "),
    (["nowhere", "oi", "A"], "unknown_exchange: exchange 'nowhere' is not known; available: "),
    (["binance", "ohlc", "BTCUSDT", "1h", "--limit", "0"], "invalid_parameter: limit '0': "),
    (["nonsense"], "not_found: "),
  ])
  func anErrorIsOneLineWithItsCodeAndTheEndIsOne(words: [String], line: String) async throws {
    let end = try await Self.run(["get"] + words + Self.demo)
    #expect(end.code == 1)
    #expect(end.output == "")
    #expect(end.errors.hasPrefix("marketgate: \(line)"))
    #expect(end.errors.split(separator: "\n").count == 1)
  }

  @Test func aGatewayThatIsNotThereIsOneLine() async throws {
    let end = try await Self.run(["get", "health", "--gateway", "http://127.0.0.1:1"])
    #expect(end.code == 1)
    #expect(end.errors.hasPrefix("marketgate: connect: http://127.0.0.1:1/health"))
  }

  @Test(arguments: [
    ["exchanges"], ["get", "binance", "instruments"], ["get", "multi", "oi", "BTCUSDT"],
    ["get", "bybit", "funding", "BTCUSDT"],
    ["get", "hyperliquid", "predicted-funding"], ["get", "binance", "tickers", "24hr"],
    ["get", "okx", "funding-hist", "BTC-USDT-SWAP"],
    ["get", "ws-catalog"], ["get", "binance", "klines", "BTCUSDT", "1h", "--limit", "2"],
  ])
  func noLineIsWiderThanTheTerminal(words: [String]) async throws {
    let terminal = try PseudoTerminal(width: 80)
    let (lines, end) = try await onThread {
      let child = try Child(words + Self.demo, on: terminal, environment: ["TERM": "xterm", "NO_COLOR": "1"])
      let lines = terminal.lines(2)
      return (lines, try child.ended())
    }
    #expect(lines.count >= 2)
    #expect(lines.filter { TextWidth.cells($0) > 80 } == [])
    #expect(end.code == 0)
  }

  @Test func completionsAndTheManualPageArePrinted() async throws {
    for shell in Shell.allCases {
      #expect(try await Self.run(["completions", shell.rawValue]).output == shell.completions + "\n")
    }
    #expect(try await Self.run(["man"]).output == ManualPage.text + "\n")
    #expect(try await Self.run(["completions", "csh"]).code == 2)
    #expect(try await Self.run(["man", "tail"]).code == 2)
  }
}
