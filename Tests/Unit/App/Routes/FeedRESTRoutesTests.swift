import Contract
import Model
import Net
import Sessions
import Support
import Testing
import Wire

@testable import App

/// The past of feeds of made-up exchanges, over real sockets on both sides.
@Suite(.timeLimit(.minutes(1))) struct FeedRESTRoutesTests {
  private static let kept = [
    "FEEDS_KEPT": "liquidations,large_trades", "LIQUIDATION_EXCHANGES": "toy,second", "SUPPORTED_SYMBOLS": "ALPHAUSD",
    "LARGE_TRADE_THRESHOLD_USD": "100",
  ]

  /// Two exchanges whose liquidations are followed; a client that sees what the feed shows.
  private func pair(
    _ change: (inout ToyExchange) -> Void = { _ in }
  ) async throws -> (bench: ToyPair, feed: StreamProbe) {
    let bench = try ToyPair(settings: Self.kept.merging(["FEEDS_KEPT": "liquidations"]) { $1 }, change)
    try await bench.loaded()
    // Nobody has asked for them yet.
    for upstream in [bench.toy, bench.other] {
      #expect(try await upstream.nextText() == #"{"op":"open","topics":["liquidations"],"number":1}"#)
      upstream.send(ToyFrames.taken(1))
    }
    let address = bench.application.address.replacing("http://", with: "ws://")
    return (bench, StreamProbe(address + "/ws/all/liquidations?min_value_usd=0", loop: bench.loop))
  }

  private func bare(_ text: String?, type: String) -> String {
    (text ?? "nothing").replacing("\"type\":\"\(type)\",", with: "")
  }

  /// What the liquidations' answer says it is made of, once that is as it should be.
  private func coverage(
    of web: WebClient, _ loop: EventLoop, _ isSo: (String) -> Bool
  ) async throws -> String {
    var coverage = ""
    let hasCome = try await loop.eventually {
      coverage = try await web.get("/liquidations").header("x-coverage") ?? ""
      return isSo(coverage)
    }
    #expect(hasCome, "\(coverage)")
    return coverage
  }

  @Test func theFeedIsFollowedFromTheStartAndGivesBackWhatItShowed() async throws {
    let (bench, feed) = try await pair()
    guard case .opened = try await feed.next() else { throw Silence() }
    var shown: [String] = []
    for (upstream, frame) in [
      (bench.toy, ToyFrames.liquidation(price: "2.50", quantity: "2000.0", time: 5000)),
      (bench.other, ToyFrames.liquidation("BETAUSD", position: "short", price: "50", quantity: "10", time: 4000)),
      (bench.toy, ToyFrames.liquidation(price: "0.5", quantity: "1", time: 6000)),
    ] {
      upstream.send(frame)
      shown.append(bare(try await feed.nextText(), type: "liquidation"))
    }
    // Ascending by time, though they were received otherwise.
    let ascending = [shown[1], shown[0], shown[2]]
    let all = try await bench.web.get("/liquidations?min_value_usd=0")
    #expect(all.text == "[\(ascending.joined(separator: ","))]")
    #expect(shown[0].contains(#""price":2.50,"quantity":2000.0,"value":5000"#))
    #expect(all.header("x-coverage")?.hasPrefix("since=20") == true)
    #expect(all.header("x-coverage")?.contains(";") == false)
    #expect(all.header("cache-control") == "no-cache")
    for (query, rows) in [
      ("", [shown[1], shown[0]]), ("exchange=SECOND", [shown[1]]), ("symbol=alphausd", [shown[0]]),
      ("symbol=ALPHAUSD&exchange=toy&min_value_usd=0", [shown[0], shown[2]]), ("limit=1&min_value_usd=0", [shown[2]]),
      ("symbol=BETAUSD&exchange=toy", []), ("symbol=&min_value_usd=5000.01", []),
    ] {
      let answer = try await bench.web.get("/liquidations?" + query)
      #expect(answer.text == "[\(rows.joined(separator: ","))]", "\(query)")
    }
    feed.abort()
    await bench.stop()
  }

  @Test func anExchangeThatIsDownIsNamedThoughNothingIsListed() async throws {
    let (bench, feed) = try await pair()
    guard case .opened = try await feed.next() else { throw Silence() }
    for upstream in [bench.toy, bench.other] {
      upstream.send(ToyFrames.liquidation())
      _ = try await feed.nextText()
    }
    bench.other.closeAll()
    let coverage = try await coverage(of: bench.web, bench.loop) { $0.contains("missing") }
    #expect(coverage.hasSuffix("; missing=second"))
    let other = try await bench.web.get("/liquidations?exchange=toy")
    #expect(other.text == "[]" && other.header("x-coverage")?.contains("missing") == false)
    let summary = try await bench.web.get("/liquidations/summary")
    #expect(summary.header("x-coverage") == coverage)
    #expect(summary.text.contains(#"{"exchange":"second","coverage":"full","connected":false,"#))
    feed.abort()
    await bench.stop()
  }

  @Test func aBreakThatIsOverIsAGap() async throws {
    var tuning = Tuning()
    tuning.backoff = Backoff(first: 2, cap: 8, calm: 60_000)
    let settings = Self.kept.merging(["FEEDS_KEPT": "liquidations", "LIQUIDATION_EXCHANGES": "toy"]) { $1 }
    let bench = try ToyGateway(settings: settings, tuning: tuning)
    #expect(try await bench.upstream.nextText() == #"{"op":"open","topics":["liquidations"],"number":1}"#)
    bench.upstream.send(ToyFrames.taken(1))
    _ = try await coverage(of: bench.web, bench.loop) { !$0.isEmpty }
    bench.upstream.closeAll()
    #expect(try await bench.upstream.nextText() == #"{"op":"open","topics":["liquidations"],"number":1}"#)
    let broken = try await coverage(of: bench.web, bench.loop) { $0.contains("missing") }
    #expect(broken.hasSuffix("; missing=toy"))
    bench.upstream.send(ToyFrames.taken(1))
    let whole = try await coverage(of: bench.web, bench.loop) { $0.contains("gaps") }
    #expect(whole.hasSuffix("; gaps=toy") && !whole.contains("missing"))
    let summary = try await bench.web.get("/liquidations/summary?window=24h").text
    #expect(summary.contains(#""connected":true,"#) && summary.contains(#""gaps":[{"from":"20"#))
    await bench.stop()
  }

  @Test func whileNothingCanBeHeardThereIsNoAnswer() async throws {
    let loop = EventLoop(name: "client")
    let own = ["EXCHANGES": "toy", "APP_PORT": "0", "WORKERS": "1", "LOG_LEVEL": "ERROR"]
    let configuration = Configuration(values: Self.kept.merging(own) { $1 }).withAddresses(
      of: ToyExchange().id, http: "http://127.0.0.1:1", webSocket: "ws://127.0.0.1:1")
    let lonely = try Application(configuration, exchanges: [ToyExchange()])
    let web = WebClient(lonely.address, loop: loop)
    for target in ["/liquidations", "/liquidations/summary", "/large-trades"] {
      let answer = try await web.get(target)
      #expect(answer.status == 503 && answer.header("retry-after") == "5", "\(target)")
      #expect(answer.text.contains(#""code":"upstream_unavailable","retryable":true"#))
    }
    let unknown = try await web.get("/liquidations?symbol=ALPHAUSD")
    #expect(unknown.status == 503 && unknown.text.contains("toy: "))
    await web.shutdown()
    await lonely.stop()
    loop.shutdown()
  }

  @Test func largeTradesAreKeptFromTheThresholdOn() async throws {
    let settings = Self.kept.merging(["LIQUIDATION_EXCHANGES": "toy"]) { $1 }
    let bench = try ToyGateway(settings: settings)
    try await bench.loaded()
    let feed = bench.stream("/ws/all/large_trades")
    guard case .opened = try await feed.next() else { throw Silence() }
    var asked = ""
    while !asked.contains("trades:ALPHAUSD") || !asked.contains("liquidations") {
      asked += try await bench.upstream.nextText()
    }
    for request in 1...2 { bench.upstream.send(ToyFrames.taken(request)) }
    #expect(try await bench.serves(1, "large_trades", of: "all"))
    bench.upstream.send(ToyFrames.trade(id: 1, price: "10", quantity: "9.99"))
    bench.upstream.send(ToyFrames.trade(id: 2, price: "10.0", quantity: "10", side: "sell"))
    let shown = bare(try await feed.nextText(), type: "large_trade")
    let answer = try await bench.web.get("/large-trades")
    #expect(answer.text == "[\(shown)]")
    #expect(shown.hasSuffix(#""price":10.0,"quantity":10,"value":100,"is_buyer_maker":true}"#))
    #expect(try await bench.web.get("/large-trades?min_value_usd=100.5").text == "[]")
    let refused = try await bench.web.get("/large-trades?min_value_usd=99.5")
    #expect(refused.status == 422)
    #expect(
      refused.text.contains(
        "Input should be at least LARGE_TRADE_THRESHOLD_USD, which is 100: smaller trades are not kept"))
    feed.abort()
    await bench.stop()
  }

  @Test func whoUsesAPairReadsThatPair() async throws {
    let (bench, feed) = try await pair { $0.declaration.namesCoins = true }
    guard case .opened = try await feed.next() else { throw Silence() }
    bench.other.send(ToyFrames.liquidation(price: "100", quantity: "100"))
    let shown = bare(try await feed.nextText(), type: "liquidation")
    // The other exchange names no coins, and has no such symbol: it is not asked about.
    let answer = try await bench.web.get("/liquidations?symbol=alphausdt")
    #expect(answer.text == "[\(shown.replacing("ALPHAUSD", with: "ALPHAUSDT"))]")
    #expect(try await bench.web.get("/liquidations?symbol=alphausdt&exchange=toy").status == 404)
    feed.abort()
    await bench.stop()
  }

  @Test func whatCannotBeAskedIsRefused() async throws {
    let bench = try ToyPair(settings: Self.kept.merging(["LIQUIDATION_EXCHANGES": "toy"]) { $1 })
    try await bench.loaded()
    for (target, status, words) in [
      ("/liquidations?exchange=nowhere", 404, #""code":"unknown_exchange""#),
      ("/liquidations?exchange=", 404, #""code":"unknown_exchange""#),
      ("/liquidations?exchange=second", 404, "second is not part of this feed; in it: toy\",\"code\":\"unsupported"),
      ("/liquidations?symbol=NOPE", 404, "symbol 'NOPE' is not listed on toy\",\"code\":\"unknown_symbol"),
      ("/large-trades?symbol=NOPE", 404, "is not listed on toy, second"),
      ("/liquidations?limit=0", 422, #""loc":["query","limit"]"#), ("/liquidations?limit=1001", 422, "1000"),
      ("/liquidations?min_value_usd=-1", 422, "zero or more"), ("/liquidations/summary?window=25h", 422, "1m to 24h"),
      ("/liquidations/summary?window=", 422, "1m to 24h"),
      ("/oi-vol", 404, "the past of oi_vol is not kept: FEEDS_KEPT does not name it\",\"code\":\"unsupported"),
    ] {
      let answer = try await bench.web.get(target)
      #expect(answer.status == status && answer.text.contains(words), "\(target): \(answer.text)")
    }
    await bench.stop()
  }

  @Test func aFeedWithoutAnExchangeHasNoPast() async throws {
    let bench = try ToyGateway(settings: ["FEEDS_KEPT": "liquidations,oi_vol", "LIQUIDATION_EXCHANGES": "nobody"])
    for (target, feed) in [("/liquidations", "liquidations"), ("/oi-vol", "oi_vol")] {
      let answer = try await bench.web.get(target)
      #expect(answer.status == 404 && answer.text.contains("no exchange takes part in \(feed)"))
    }
    await bench.stop()
  }

  @Test func aFeedThatIsNotKeptNamesTheSetting() async throws {
    let bench = try ToyGateway()
    for (target, feed) in [
      ("/liquidations", "liquidations"), ("/liquidations/summary", "liquidations"), ("/large-trades", "large_trades"),
    ] {
      let answer = try await bench.web.get(target)
      #expect(answer.status == 404)
      #expect(answer.text.contains("the past of \(feed) is not kept: FEEDS_KEPT does not name it"))
    }
    await bench.stop()
  }

  /// python3: Decimal('2.5')*3 + Decimal('0.1')*1 = 7.6; 2*20 = 40; 7*1 = 7
  @Test func theSummaryIsTheExactSumOfTheWindow() async throws {
    var tuning = Tuning()
    let clock = ManualClock(wallClock: Timestamp(microseconds: 1_791_283_230_000_000))
    tuning.clock = clock
    let settings = Self.kept.merging(["FEEDS_KEPT": "liquidations", "LIQUIDATION_EXCHANGES": "toy"]) { $1 }
    let bench = try ToyGateway(settings: settings, tuning: tuning)
    let feed = bench.stream("/ws/all/liquidations?min_value_usd=0")
    #expect(try await bench.upstream.nextText() == #"{"op":"open","topics":["liquidations"],"number":1}"#)
    bench.upstream.send(ToyFrames.taken(1))
    #expect(try await bench.serves(1, "liquidations", of: "all"))
    let now = 1_791_283_230_000
    for frame in [
      ToyFrames.liquidation(price: "2.5", quantity: "3", time: now - 90_001),
      ToyFrames.liquidation(price: "2.5", quantity: "3", time: now - 90_000),
      ToyFrames.liquidation(price: "0.1", quantity: "1", time: now),
      ToyFrames.liquidation("BETAUSD", price: "2", quantity: "2", time: now - 1),
      ToyFrames.liquidation(position: "short", price: "7.0", quantity: "1", time: now + 5000),
    ] {
      bench.upstream.send(frame)
      _ = try await feed.nextText()
    }
    let answer = try await bench.web.get("/liquidations/summary?window=1m")
    #expect(answer.header("x-coverage") == "since=2026-10-06T10:40:30Z")
    let none = #"{"count":0,"value":0}"#
    let all = #""buy":{"count":1,"value":7},"sell":{"count":3,"value":47.6}"#
    #expect(
      answer.text == """
        {"window":"1m","since":"2026-10-06T10:39:00Z","until":"2026-10-06T10:40:30Z","exchanges":[{"exchange":"toy",\
        "coverage":"full","connected":true,"since":"2026-10-06T10:40:30Z","gaps":[],\(all),"symbols":[\
        {"symbol":"ALPHAUSD","buy":{"count":1,"value":7},"sell":{"count":2,"value":7.6}},\
        {"symbol":"BETAUSD","buy":\(none),"sell":{"count":1,"value":40}}],\
        "other_symbols":{"buy":\(none),"sell":\(none)}}],\
        "totals":{"full":{\(all)},"sampled":{"buy":\(none),"sell":\(none)}}}
        """)
    #expect(
      try await bench.web.get("/liquidations/summary?window=2m").text.contains(#""sell":{"count":4,"value":55.1}"#))
    feed.abort()
    await bench.stop()
  }

  private struct Silence: Error {}
}
