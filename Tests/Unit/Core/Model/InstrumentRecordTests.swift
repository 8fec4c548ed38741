import Model
import Testing

@Suite struct InstrumentRecordTests {
  private static func instrument(
    _ symbol: String, status: Instrument.Status = .trading, tickSize: String? = "0.10", listTime: Timestamp? = nil
  ) -> Instrument {
    Instrument(
      exchange: ExchangeID("records"), symbol: symbol, base: "B", quote: "USDT", kind: .perpetual, status: status,
      tickSize: tickSize.flatMap { FixedDecimal($0) }, stepSize: nil, fundingIntervalHours: nil, listTime: listTime)
  }

  @Test func aStateIsKeptOnce() {
    let one = Self.instrument("ONE")
    #expect(one === Self.instrument("ONE") && one.address == Self.instrument("ONE").address)
    #expect(MemoryLayout<Instrument>.size == MemoryLayout<Int>.size)
  }

  @Test func anotherStateIsAnotherRecordOfAnEqualInstrument() {
    let one = Self.instrument("STATES")
    let others = [
      Self.instrument("STATES", status: .halted), Self.instrument("STATES", tickSize: nil),
      // To the digit: an exchange's digits are told as they are.
      Self.instrument("STATES", tickSize: "0.1"), Self.instrument("STATES", listTime: .epoch),
    ]
    for other in others {
      #expect(other == one && other !== one && other.hashValue == one.hashValue)
    }
    #expect(others[2].tickSize?.description == "0.1" && one.tickSize?.description == "0.10")
    #expect(others[0].withStatus(.trading) === one)
  }

  @Test func manyAreFoundAgainWhereTheyShareAPlace() {
    let symbols = (0..<20_000).map { "MANY\($0)" }
    let first = symbols.map { Self.instrument($0) }
    #expect(Set(first.map(\.address)).count == symbols.count)
    let again = symbols.map { Self.instrument($0) }
    #expect(zip(first, again).allSatisfy { $0 === $1 } && zip(first, symbols).allSatisfy { $0.symbol == $1 })
    #expect(Instrument.knownStates >= symbols.count)
  }

  @Test func threadsThatBringTheSameStateAtOnceGetOneRecord() async {
    for round in 0..<50 {
      let symbols = (0..<20).map { "RACE\(round)-\($0)" }
      let found = await withTaskGroup(of: [UInt].self) { group in
        for _ in 0..<8 { group.addTask { symbols.map { Self.instrument($0).address } } }
        var found: Set<[UInt]> = []
        for await addresses in group { found.insert(addresses) }
        return found
      }
      #expect(found.count == 1)
    }
  }
}
