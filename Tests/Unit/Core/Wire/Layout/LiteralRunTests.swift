import Testing

@testable import Wire

@Suite struct LiteralRunTests {
  private func stands(_ run: [UInt8], in text: [UInt8]) -> Bool {
    (text + [UInt8](repeating: 0, count: 16)).withUnsafeBytes { bytes in
      guard let run = LiteralRun(run), let start = bytes.baseAddress else { return false }
      return run.stands(at: start)
    }
  }

  @Test func aRunStandsWhereEachOfItsBytesDoes() {
    var failures: [Int] = []
    let text = Array(#"{"stream":"btcusdt@aggTrade""#.utf8)
    for count in 0...16 {
      let run = Array(text.prefix(count))
      if !stands(run, in: text) { failures.append(count) }
      for index in 0..<count {
        var other = text
        other[index] ^= 0x01
        if stands(run, in: other) { failures.append(count) }
      }
    }
    #expect(failures.isEmpty)
  }

  @Test func aRunOfMoreThanSixteenBytesIsNone() {
    #expect(LiteralRun([UInt8](repeating: 0x41, count: 16))?.count == 16)
    #expect(LiteralRun([UInt8](repeating: 0x41, count: 17)) == nil)
  }
}
