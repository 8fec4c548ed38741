import Testing
import Wire

@testable import App

@Suite struct LayoutScopeTests {
  private func scope(_ symbol: String, now: Int64) throws -> LayoutScope {
    let instrument: RecordedInstrument = try #require(try RecordingFixture.other().instrument(symbol))
    return LayoutScope(now: now, instrument: instrument)
  }

  @Test func anInstrumentsFieldsAreItsLineOfTheTable() throws {
    let scope = try scope("B", now: 0)
    #expect(scope.value(of: .symbol) == .text("B"))
    #expect(scope.value(of: .instrument("long")) == .text("beta"))
    #expect(scope.value(of: .instrument("none")) == nil)
    #expect(scope.value(of: .listed) == .integer(100_000))
  }

  @Test func theRowUpToNowAndTheOneAfterItAreToldApart() throws {
    // Of A's rates, at 20.003 s and 30.002 s.
    #expect(try scope("A", now: 20_003).value(of: .latest(tape: "rates", "rate")) == .text("0.1"))
    #expect(try scope("A", now: 20_003).value(of: .next(tape: "rates", "due")) == .integer(30_000))
    #expect(try scope("A", now: 2).value(of: .latest(tape: "rates", "rate")) == nil)
    #expect(try scope("A", now: 2).value(of: .latest(tape: "none", "rate")) == nil)
    #expect(try scope("A", now: 2).value(of: .next(tape: "none", "rate")) == nil)
  }

  @Test func theRowAtHandIsOfItsTape() throws {
    var scope = try scope("A", now: 0)
    #expect(scope.value(of: .row("price")) == nil)
    scope.row = ("deals", 4)
    #expect(scope.value(of: .row("price")) == .text("12.5"))
    #expect(scope.value(of: .row("time")) == .integer(10_000))
    scope.row = ("none", 4)
    #expect(scope.value(of: .row("price")) == nil)
  }

  @Test func aWindowEndsWithNow() throws {
    // A's deals from 113.000 s to 119.000 s: at 115.000, 118.999 and 119.000.
    let scope = try scope("A", now: 119_000)
    #expect(scope.value(of: .window(6000, .trades)) == .integer(4))
    #expect(scope.value(of: .window(6000, .openTime)) == .integer(113_000))
    #expect(scope.value(of: .window(6000, .close)) == .decimal(100, scale: 1))
  }

  @Test func withoutAnInstrumentThereAreNoRows() {
    let scope = LayoutScope(now: 0)
    for source in [
      LayoutSource.symbol, .instrument("long"), .listed, .row("price"), .latest(tape: "deals", "price"),
      .next(tape: "deals", "price"), .window(1000, .open), .candle(.open), .interval, .sampleTime, .items, .payload,
      .topics, .topic, .parameter, .message([]), .element([]), .plain([]),
    ] {
      #expect(scope.value(of: source) == nil)
    }
    #expect(scope.value(of: .now) == .integer(0))
  }

  @Test func aPathLeadsThroughObjectsAndLists() throws {
    let value = try JSONValue(parsing: #"{"a":[{"b":"x"},2],"1":3}"#)
    #expect(value.member(at: []) == value)
    #expect(value.member(at: ["a", "0", "b"]) == .string("x"))
    #expect(value.member(at: ["a", "1"]) == .number("2"))
    #expect(value.member(at: ["1"]) == .number("3"))
    #expect(value.member(at: ["a", "2"]) == nil)
    #expect(value.member(at: ["a", "b"]) == nil)
  }
}
