import Glibc
import Support
import Testing

@testable import App

/// `marketgate tail` as people and shells run it: the built program, on pipes and terminals.
@Suite(.serialized, .timeLimit(.minutes(2))) struct TailTests {
  private static let program = SystemFacts.executableFolder + "/marketgate"
  private static let demo = ["--demo", "--demo-speed", "20", "--recordings", "\(Repository.root)/Recordings"]

  /// Settings with which a program asks the exchange of a stage.
  private static func pointed(at stage: Stage) -> [String: String] {
    [
      "BINANCE_BASE_URL": stage.exchangeAddress, "BINANCE_WS_URL": "ws" + stage.exchangeAddress.dropFirst(4),
      "NO_PROXY": "*",
    ]
  }

  @Test func aTradeHasTheDigitsOfTheExchange() async throws {
    try await Stage.play { stage in
      let raw = StreamProbe(
        "ws\(stage.exchangeAddress.dropFirst(4))/market/stream?streams=btcusdt@aggTrade", loop: stage.loop)
      guard case .opened = try await raw.next() else {
        Issue.record("the exchange has no stream")
        return
      }
      let environment = Self.pointed(at: stage)
      let (lines, end) = try await onThread {
        let child = try Child(["tail", "binance", "BTCUSDT", "--json"], environment: environment)
        let lines = try (1...20).map { _ in try child.output.line() }
        return (lines, try child.ended(by: SIGINT))
      }
      #expect(end.code == 0)
      #expect(end.errors == "")
      var sent: [String: String] = [:]
      let last = ExchangeText.member("id", of: lines[19])
      while sent[last] == nil, let message = try await raw.nextText() {
        sent[ExchangeText.member("a", of: message)] =
          ExchangeText.member("p", of: message) + " " + ExchangeText.member("q", of: message)
      }
      let shown = lines.map { line in
        (
          ExchangeText.member("id", of: line),
          ExchangeText.member("price", of: line) + " " + ExchangeText.member("quantity", of: line)
        )
      }
      #expect(shown.allSatisfy { sent[$0.0] == $0.1 })
    }
  }

  /// `head` is gone after a line: that is no fault, and is seen though nothing more comes.
  @Test(arguments: ["trades", "liquidations"]) func aReaderThatHasSeenEnoughEndsItWellAndSoDoesOneThatIsGone(
    stream: String
  ) async throws {
    let words = [Self.program, "tail", "binance", "BTCUSDT", "--stream", stream] + Self.demo
    let reader = stream == "trades" ? "head -1" : "true"
    let script = "\(words.joined(separator: " ")) | \(reader); echo ${PIPESTATUS[0]}"
    let end = try await onThread { try Child(running: ["bash", "-c", script]).ended() }
    let lines = end.output.split(separator: "\n")
    #expect(lines.last == "0")
    #expect(lines.count == (stream == "trades" ? 2 : 1))
    #expect(end.errors == "")
  }

  @Test(arguments: [SIGINT, SIGTERM]) func aSignalEndsItWell(signal: Int32) async throws {
    let end = try await onThread {
      let child = try Child(["tail", "hyperliquid", "BTC"] + Self.demo)
      #expect(try child.output.line().contains("hyperliquid"))
      return try child.ended(by: signal)
    }
    #expect(end.code == 0)
    #expect(end.errors == "")
  }

  @Test func enoughEventsEndIt() async throws {
    let end = try await onThread {
      try Child(["tail", "all", "liquidations", "--min-value-usd", "0", "--limit", "3", "--json"] + Self.demo).ended()
    }
    #expect(end.code == 0)
    let lines = end.output.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines.allSatisfy { $0.hasPrefix(#"{"type":"liquidation","exchange":""#) })
  }

  @Test(arguments: [40, 80, 132]) func noLineIsWiderThanTheTerminal(width: Int) async throws {
    for words in [["binance", "BTCUSDT", "LTCUSDT"], ["bybit", "BTCUSDT", "--stream", "ohlc"]] {
      // One of its own, as what the one before has written last may still be in it.
      let terminal = try PseudoTerminal(width: width)
      let (lines, end) = try await onThread {
        let child = try Child(
          ["tail"] + words + Self.demo, on: terminal, environment: ["NO_COLOR": "1", "TERM": "xterm"])
        let lines = terminal.lines(8)
        return (lines, try child.ended(by: SIGINT))
      }
      #expect(end.code == 0)
      #expect(lines.count >= 8)
      #expect(lines[0].hasPrefix("time UTC"))
      #expect(lines.filter { TextWidth.cells($0) > width || $0.contains("\u{1B}") } == [])
    }
  }

  @Test func aTerminalHasColoursUnlessNOCOLORSaysNo() async throws {
    let terminal = try PseudoTerminal(width: 80)
    let (lines, end) = try await onThread {
      let child = try Child(
        ["tail", "binance", "BTCUSDT"] + Self.demo, on: terminal, environment: ["TERM": "xterm", "NO_COLOR": ""])
      let lines = terminal.lines(3)
      return (lines, try child.ended(by: SIGINT))
    }
    #expect(end.code == 0)
    #expect(lines.count >= 3 && lines.allSatisfy { $0.contains("\u{1B}[0m") })
  }

  @Test func aGatewayMayBeStartedAnewMeanwhile() async throws {
    try await onThread {
      let serve = ["serve", "--demo-speed", "20", "--demo", "--recordings", "\(Repository.root)/Recordings", "--port"]
      var gateway = try Child(serve + ["0"])
      let port = try gateway.port()
      let tail = try Child(["tail", "binance", "BTCUSDT", "--json", "--gateway", "http://127.0.0.1:\(port)"])
      let first = try tail.output.line()
      #expect(first.hasPrefix(#"{"exchange":"binance","symbol":"BTCUSDT","timestamp":""#))
      #expect(try gateway.ended(by: SIGTERM).code == 0)
      try tail.errors.line(with: "marketgate: the gateway has closed the connection (1001)")
      gateway = try Child(serve + ["\(port)"])
      try tail.errors.line(with: "marketgate: connected again")
      try tail.errors.line(with: "binance/BTCUSDT/trades begins anew")
      // What came before the break has been read when the pipe gives something that came after it.
      while try tail.output.line() <= first {}
      let end = try tail.ended(by: SIGINT)
      #expect(end.code == 0)
      #expect(try gateway.ended(by: SIGTERM).code == 0)
    }
  }

  @Test func whatCannotBeHadIsOneLineAndTheEndIsOne() async throws {
    let end = try await onThread { try Child(["tail", "binance", "NOSUCH"] + Self.demo).ended() }
    #expect(
      end
        == Child.End(
          code: 1, output: "", errors: "marketgate: unknown_symbol: symbol 'NOSUCH' is not listed on binance\n"))
  }

  @Test func wordsThatMeanNothingAreFaultsOfTheConfiguration() async throws {
    let end = try await onThread { try Child(["tail", "binance"]).ended() }
    #expect(end.code == 2)
    #expect(end.errors.hasPrefix("configuration: tail needs an exchange and 1 to 200 symbols"))
  }
}
