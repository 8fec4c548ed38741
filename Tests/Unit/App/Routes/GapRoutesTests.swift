import Net
import PublicJSON
import Sessions
import Support
import Testing
import Wire

@testable import App

@Suite(.timeLimit(.minutes(1))) struct GapRoutesTests {
  /// A gateway whose connection to the exchange was cut while a client read trades, and came back.
  private func bench() async throws -> ToyGateway {
    var tuning = Tuning()
    tuning.backoff = Backoff(first: 1, cap: 2, calm: 60_000)
    let bench = try ToyGateway(tuning: tuning)
    try await bench.loaded()
    return bench
  }

  /// Opens trades, cuts them after the first one and has the exchange send the trade after it.
  private func cut(_ bench: ToyGateway, _ probe: StreamProbe) async throws {
    _ = try await bench.upstream.nextText()
    bench.upstream.send(ToyFrames.taken(1))
    bench.upstream.send(ToyFrames.trade(id: 1))
    #expect(try await probe.nextText()?.contains(#""id":1"#) == true)
    bench.upstream.closeAll()
    _ = try await bench.upstream.nextText()
    bench.upstream.send(ToyFrames.taken(1))
    bench.upstream.send(ToyFrames.trade(id: 2))
    #expect(try await probe.nextText()?.contains(#""id":2"#) == true)
  }

  private func gaps(_ bench: ToyGateway, _ query: String = "") async throws -> [JSONValue] {
    try JSONValue(parsing: try await bench.web.get("/gaps\(query)").text).array ?? []
  }

  @Test func withoutABreakThereIsNone() async throws {
    let bench = try await bench()
    let answer = try await bench.web.get("/gaps")
    #expect(answer.status == 200 && answer.text == "[]" && answer.header("cache-control") == "no-store")
    await bench.stop()
  }

  @Test func aBreakIsListedWithWhatBecameOfIt() async throws {
    let bench = try await bench()
    try await cut(bench, bench.stream("/ws/toy/ALPHAUSD/trades"))
    let list = try await gaps(bench)
    #expect(list.count == 1)
    let gap = try #require(list.first)
    #expect(gap["symbol"]?.string == "ALPHAUSD" && gap["stream"]?.string == "trades")
    #expect(gap["cause"]?.string == "disconnect" && gap["state"]?.string == "filled")
    #expect(gap["missing"]?.integer == 0 && gap["filled_from"]?.string == "stream")
    for query in [
      "?exchange=TOY", "?symbol=alphausd", "?stream=trades", "?state=filled", "?limit=1",
      "?exchange=toy&symbol=ALPHAUSD",
    ] {
      #expect(try await gaps(bench, query).count == 1)
    }
    for query in ["?symbol=BETAUSD", "?stream=ohlc", "?state=open", "?interval=1m"] {
      #expect(try await gaps(bench, query).isEmpty)
    }
    await bench.stop()
  }

  @Test func whatCannotBeAskedIsRefused() async throws {
    let bench = try await bench()
    for name in ["nowhere", ""] {
      let unknown = try await bench.web.get("/gaps?exchange=\(name)")
      #expect(unknown.status == 404 && unknown.text.contains(#""code":"unknown_exchange""#))
    }
    for query in ["limit=0", "limit=1001", "stream=candles", "state=closed", "interval=7x", "interval="] {
      #expect(try await bench.web.get("/gaps?\(query)").status == 422)
    }
    await bench.stop()
  }

  @Test func theStreamTellsEachChangeUnderTheSameNumber() async throws {
    let bench = try await bench()
    let multiplex = bench.stream("/ws")
    guard case .opened = try await multiplex.next() else { return #expect(Bool(false), "it is not open") }
    multiplex.send(#"{"op":"subscribe","args":["gaps"]}"#)
    #expect(try await multiplex.nextText()?.contains(#""stream":"gaps""#) == true)
    try await cut(bench, bench.stream("/ws/toy/ALPHAUSD/trades"))
    let opened = try #require(await multiplex.nextText())
    let filled = try #require(await multiplex.nextText())
    #expect(opened.hasPrefix(#"{"type":"gap_record","stream":"gaps","seq":1,"id":1,"exchange":"toy""#))
    #expect(filled.hasPrefix(#"{"type":"gap_record","stream":"gaps","seq":2,"id":1,"exchange":"toy""#))
    #expect(opened.contains(#""state":"open""#) && filled.contains(#""state":"filled""#))
    await bench.stop()
  }
}
