import Contract
import Model
import Testing

@testable import Services

@Suite struct SpikeUniverseTests {
  private func members(_ list: [Instrument], _ volumes: KeyValuePairs<String, Int>, limit: Int = 80) -> [String] {
    SpikeUniverse.members(
      of: list, volumes: volumes.map { InstrumentVolume(symbol: $0.key, quoteVolume: FixedDecimal($0.value)) },
      limit: limit
    ).map(\.symbol)
  }

  @Test func theHighestVolumesComeFirst() {
    let list = ["A", "B", "C", "D"].map { SpikeSample.instrument($0) }
    #expect(members(list, ["A": 1, "B": 30, "C": 20, "D": 4]) == ["B", "C", "D", "A"])
    #expect(members(list, ["A": 1, "B": 30, "C": 20, "D": 4], limit: 2) == ["B", "C"])
    #expect(members(list, ["A": 1], limit: 0).isEmpty)
  }

  @Test func ofEqualVolumesTheSymbolDecides() {
    let list = ["B", "C", "A"].map { SpikeSample.instrument($0) }
    #expect(members(list, ["A": 5, "B": 5, "C": 5], limit: 2) == ["A", "B"])
  }

  @Test func onlyPerpetualsInTradingPaidInTetherAreMembers() {
    let list = [
      SpikeSample.instrument("PERPETUAL"), SpikeSample.instrument("FUTURE", kind: .future),
      SpikeSample.instrument("HALTED", status: .halted), SpikeSample.instrument("GONE", status: .delisted),
      SpikeSample.instrument("USDC", quote: "USDC"), SpikeSample.instrument("USD", quote: "USD"),
    ]
    #expect(
      members(list, ["USD": 9, "USDC": 8, "FUTURE": 7, "HALTED": 6, "GONE": 5, "PERPETUAL": 1]) == ["PERPETUAL"])
  }

  @Test func whatHasNoVolumeOrIsNotListedIsLeftOut() {
    #expect(members([SpikeSample.instrument("A"), SpikeSample.instrument("B")], ["B": 1, "X": 9]) == ["B"])
  }
}
