import Testing

@testable import App

@Suite struct LayoutSourceTests {
  @Test(arguments: [
    ("now", LayoutSource.now), ("symbol", .symbol), ("listed", .listed), ("interval", .interval),
    ("sample.time", .sampleTime), ("items", .items), ("payload", .payload), ("topics", .topics), ("topic", .topic),
    ("parameter", .parameter), ("symbol.lower", .instrument("lower")), ("row.price", .row("price")),
    ("candle.open_time", .candle(.openTime)), ("candle.change_percent", .candle(.changePercent)),
    ("latest.mark.index", .latest(tape: "mark", "index")), ("next.funding.due", .next(tape: "funding", "due")),
    ("window.86400000.high", .window(86_400_000, .high)), ("message", .message([])),
    ("message.params.0", .message(["params", "0"])), ("element.a", .element(["a"])), ("plain.a.b", .plain(["a", "b"])),
  ])
  func eachWordHasItsMeaning(name: String, source: LayoutSource) {
    #expect(LayoutSource(Substring(name)) == source)
  }

  @Test(arguments: [
    "", "Now", "row", "row.", ".row", "row.a.b", "candle", "candle.openTime", "latest.mark", "next.a.b.c",
    "window.open", "window.-1.open", "window.0.open", "window.1000.colour", "window.315360000001.open", "sample",
  ])
  func anythingElseHasNone(name: String) {
    #expect(LayoutSource(Substring(name)) == nil)
  }
}
