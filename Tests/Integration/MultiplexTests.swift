import App
import Net
import Support
import Testing
import Wire

/// The multiplex, compared as text with the bare streams and with what the exchange says over REST.
@Suite(.serialized, .timeLimit(.minutes(1))) struct MultiplexTests {
  private static let minute: Int64 = 60_000

  private enum Failure: Error { case notOpened }

  private func connect(_ stage: Stage, _ path: String = "/ws") async throws -> StreamProbe {
    let probe = stage.stream(path)
    guard case .opened = try await probe.next() else { throw Failure.notOpened }
    return probe
  }

  private func subscribe(_ streams: String..., since: String? = nil) -> String {
    let names = streams.map { "\"\($0)\"" }.joined(separator: ",")
    return #"{"op":"subscribe","id":1,"args":[\#(names)]\#(since.map { ",\"since\":{\($0)}" } ?? "")}"#
  }

  private func stream(of message: String) -> String { ExchangeText.member("stream", of: message) }

  /// What follows the prefix, as a bare stream says it.
  private func bare(_ message: String) -> String {
    guard let cut = message.split(separator: #","exchange":"#, maxSplits: 1).last else { return "" }
    return #"{"exchange":"# + cut
  }

  @Test func manyStreamsShareAConnectionAndSayWhatTheirBareFormsSay() async throws {
    try await Stage.play(speed: 30) { stage in
      let probe = try await connect(stage)
      let names = [
        "binance/BTCUSDT/trades", "binance/BTCUSDT/ohlc", "binance/SUSHIUSDT/large_trades?min_value_usd=0",
        "all/large_trades?min_value_usd=0",
      ]
      let alone = stage.stream("/ws/" + names[0])
      _ = try #require(await alone.nextText())
      probe.send(subscribe(names[0], "moon/X/ohlc", names[1], "binance/NOPE/trades", names[2], names[3]))
      #expect(try #require(await probe.nextText()).contains(#""arg":"moon/X/ohlc""#))
      #expect(try #require(await probe.nextText()).contains(#""arg":"binance/NOPE/trades""#))
      let answer = try #require(await probe.nextText())
      #expect(ExchangeText.member("type", of: answer) == "subscribed")
      var messages: [String: [String]] = [:]
      while names.contains(where: { messages[$0, default: []].count < 20 }) {
        let message = try #require(await probe.nextText())
        messages[stream(of: message), default: []].append(message)
      }
      #expect(Set(messages.keys) == Set(names))
      for (name, type) in zip(names, ["trade", "ohlc", "large_trade", "large_trade"]) {
        let own = messages[name] ?? []
        #expect(own.allSatisfy { $0.hasPrefix(#"{"type":"\#(type)","stream":"\#(name)","seq":"#) })
        let numbers = own.compactMap { Int(ExchangeText.member("seq", of: $0)) }
        #expect(numbers.count == own.count)
        #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 })
        // Where nothing is filtered or replaced no number is left out.
        if let first = numbers.first, type != "ohlc" { #expect(numbers == Array(first..<first + numbers.count)) }
      }
      let told = (messages[names[0]] ?? []).map(bare)
      var expected: [String] = []
      while expected.last != told.last { expected.append(try #require(await alone.nextText())) }
      #expect(Array(expected.suffix(told.count)) == told)
    }
  }

  /// Binance numbers its trades without a hole, so its own text says what a client must have got.
  /// Not faster: whoever reads a few messages a connection must not fall behind for good, as the memory of a stream has an
  /// end.
  @Test func randomCutsLoseAndRepeatNothing() async throws {
    try await Stage.play(speed: 5) { stage in
      let name = "binance/BTCUSDT/trades"
      var trades: [Int] = []
      var numbers: [Int] = []
      var point: (epoch: String, sequence: Int)?
      var faults: [String] = []
      for cut in 0..<40 {
        let probe = try await connect(stage)
        let since = point.map { #""\#(name)":{"epoch":\#($0.epoch),"seq":\#($0.sequence)}"# }
        probe.send(subscribe(name, since: since))
        let answer = try #require(await probe.nextText())
        let epoch = ExchangeText.member("epoch", of: answer)
        if let point {
          if ExchangeText.member("recovered", of: answer) != "true" { faults.append("cut \(cut): \(answer)") }
          if epoch != point.epoch { faults.append("cut \(cut): another epoch") }
        }
        for _ in 0..<Int.random(in: 0...25) {
          let message = try #require(await probe.nextText())
          trades.append(Int(ExchangeText.member("id", of: message)) ?? 0)
          numbers.append(Int(ExchangeText.member("seq", of: message)) ?? 0)
        }
        let begun = Int(ExchangeText.member("seq", of: answer)) ?? 0
        point = (epoch, numbers.last ?? begun)
        if Bool.random() { probe.abort() } else { probe.close() }
      }
      #expect(faults.isEmpty)
      #expect(trades.count > 100)
      for values in [trades, numbers] {
        let first = try #require(values.first)
        #expect(values == Array(first..<first + values.count))
      }
    }
  }

  @Test func whatCannotBeRecoveredIsSaidAndASnapshotFollows() async throws {
    try await Stage.play { stage in
      let name = "binance/KEEPUSDT/ohlc?interval=1d"
      for point in [#"{"epoch":7,"seq":3}"#, #"{"epoch":0,"seq":0}"#] {
        let probe = try await connect(stage)
        probe.send(subscribe(name, since: #""\#(name)":\#(point)"#))
        let answer = try #require(await probe.nextText())
        #expect(ExchangeText.member("recovered", of: answer) == "false")
        let snapshot = try #require(await probe.nextText())
        #expect(snapshot.hasPrefix(#"{"type":"ohlc","stream":"\#(name)","seq":"#))
        #expect(snapshot.contains(#""interval":"1d""#))
      }
    }
  }

  @Test func unsubscribingStopsAStreamAndNoOther() async throws {
    try await Stage.play(speed: 60) { stage in
      let probe = try await connect(stage)
      let (first, second) = ("binance/BTCUSDT/trades", "binance/SUSHIUSDT/trades")
      probe.send(subscribe(first, second))
      var seen: Set<String> = []
      while !seen.isSuperset(of: [first, second]) { seen.insert(stream(of: try #require(await probe.nextText()))) }
      probe.send(#"{"op":"unsubscribe","id":2,"args":["\#(first)"]}"#)
      let answer = try await probe.nextText { $0.hasPrefix(#"{"type":"unsubscribed""#) }
      #expect(answer == #"{"type":"unsubscribed","id":2,"streams":["\#(first)"]}"#)
      for _ in 0..<50 { #expect(stream(of: try #require(await probe.nextText())) == second) }
      probe.send(#"{"op":"list","id":3}"#)
      let list = try #require(await probe.nextText { $0.hasPrefix(#"{"type":"list""#) })
      #expect(list.hasPrefix(#"{"type":"list","id":3,"streams":[{"stream":"\#(second)","epoch":"#))
      #expect(!list.contains(first))
      probe.send(#"{"op":"ping","id":4}"#)
      #expect(try await probe.nextText { $0.hasPrefix(#"{"type":"pong""#) } == #"{"type":"pong","id":4}"#)
    }
  }

  @Test(arguments: ["/", "/ws"]) func aFirstMessageOfQuotesEndsAtItsLimit(path: String) async throws {
    try await Stage.play(speed: 30) { stage in
      let own = StreamProbe(
        "ws" + stage.exchangeAddress.dropFirst(4) + "/market/ws/btcusdt@kline_1m", loop: stage.loop,
        options: WebSocketClientOptions(proxy: ""))
      var frames = [try #require(await own.nextText())]
      let probe = try await connect(stage, path)
      probe.send(#"{"exchange":"binance","symbols":["BTCUSDT"],"limit":10}"#)
      #expect(
        try await probe.nextText()
          == #"{"type":"subscribed","exchange":"binance","contract_type":"perpetual","symbols":["BTCUSDT"],"limit":10}"#
      )
      var quotes: [String] = []
      while let quote = try await probe.nextText() { quotes.append(quote) }
      #expect(quotes.count == 10)
      let words = [
        "type", "current_time", "timestamp", "exchange", "symbol", "contract_type", "open", "high", "low", "close",
        "volume", "trade_num", "is_closed_candle",
      ]
      #expect(quotes.allSatisfy { ExchangeText.names(of: $0) == words })
      // Every state the exchange sent from the first one on; before that comes what the gateway knew already.
      func state(_ text: String, _ names: [String]) -> [String] { names.map { ExchangeText.member($0, of: text) } }
      func expected(_ frame: String) -> [String] {
        [ExchangeText.time(Int64(ExchangeText.member("t", of: frame)) ?? 0)]
          + state(frame, ["o", "h", "l", "c", "v", "n", "x"])
      }
      let told = quotes.map {
        state($0, ["timestamp", "open", "high", "low", "close", "volume", "trade_num", "is_closed_candle"])
      }
      while frames.last.map(expected) != told.last, frames.count < 1000 {
        frames.append(try #require(await own.nextText()))
      }
      let sent = frames.map(expected)
      #expect(Array(sent.suffix(told.count - 1)) == Array(told.dropFirst()))
      own.abort()
    }
  }

  @Test func finalsAloneAreThoseOfHistory() async throws {
    try await Stage.play(speed: 60) { stage in
      let probe = try await connect(stage)
      let name = "binance/BTCUSDT/ohlc?closed_only=1"
      probe.send(subscribe(name))
      _ = try #require(await probe.nextText())
      var finals: [String] = []
      while finals.count < 4 { finals.append(bare(try #require(await probe.nextText()))) }
      let start = stage.exchange.now / Self.minute * Self.minute - 100 * Self.minute
      let rows = ExchangeText.rows(
        try await stage.upstream.get("/fapi/v1/klines?symbol=BTCUSDT&interval=1m&startTime=\(start)").text)
      let history = rows.map { ExchangeText.candle($0, symbol: "BTCUSDT", interval: "1m") }
      let place = try #require(history.firstIndex(of: finals[0]))
      #expect(finals == Array(history[place...].prefix(4)))
    }
  }

  @Test func openCandlesKeepTheirSpacingAndNoFinalIsLost() async throws {
    try await Stage.play(speed: 60) { stage in
      let probe = try await connect(stage)
      let (spaced, every) = ("binance/BTCUSDT/ohlc?conflate=400", "binance/BTCUSDT/ohlc")
      probe.send(subscribe(spaced, every))
      _ = try #require(await probe.nextText())
      let begin = EventLoop.monotonicMilliseconds
      var messages: [String: [String]] = [:]
      func finals(_ name: String) -> [String] {
        messages[name, default: []].filter { $0.hasSuffix(#""is_closed":true}"#) }.map(bare)
      }
      while finals(every).count < 4 || finals(spaced).count < 4 {
        let message = try #require(await probe.nextText())
        messages[stream(of: message), default: []].append(message)
      }
      let opened = messages[spaced, default: []].count - finals(spaced).count
      #expect(opened <= Int((EventLoop.monotonicMilliseconds - begin) / 400) + 2)
      #expect(opened >= 4)
      #expect(messages[every, default: []].count > messages[spaced, default: []].count)
      #expect(finals(spaced).prefix(4) == finals(every).prefix(4))
      // A number means the same state under both names.
      var states: [String: String] = [:]
      for message in messages[every, default: []] { states[ExchangeText.member("seq", of: message)] = bare(message) }
      let numbers = messages[spaced, default: []].compactMap { Int(ExchangeText.member("seq", of: $0)) }
      #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 })
      let others = messages[spaced, default: []].filter { message in
        states[ExchangeText.member("seq", of: message)].map { $0 != bare(message) } ?? false
      }
      #expect(others.isEmpty)
    }
  }
}
