import Model
import Testing

@Suite struct TradeTextIDTests {
  @Test(arguments: 0...Trade.TextID.maxCount)
  func aTextOfAnyLengthIsKept(count: Int) throws {
    let text = String((0..<count).map { Character(Unicode.Scalar(UInt8(ascii: "!") + UInt8($0))) })
    #expect(try #require(Trade.TextID(text)).description == text)
  }

  @Test func oneThatIsTooLongIsNone() {
    #expect(Trade.TextID(String(repeating: "x", count: Trade.TextID.maxCount + 1)) == nil)
    // Bytes count, not letters.
    #expect(Trade.TextID(String(repeating: "é", count: 19))?.description.count == 19)
    #expect(Trade.TextID(String(repeating: "é", count: 20)) == nil)
  }

  @Test func textsThatDifferInOneByteOrInZerosAtTheirEndAreNotEqual() throws {
    let texts = ["", "\0", "a", "b", "a\0", "a\0\0"]
    let ids = try texts.map { try #require(Trade.TextID($0)) }
    #expect(Set(ids).count == texts.count && ids.map(\.description) == texts)
    for place in 0..<Trade.TextID.maxCount {
      var bytes = [UInt8](repeating: UInt8(ascii: "a"), count: Trade.TextID.maxCount)
      let one = bytes.withUnsafeBytes { Trade.TextID(utf8: $0) }
      bytes[place] = UInt8(ascii: "b")
      #expect(one != bytes.withUnsafeBytes { Trade.TextID(utf8: $0) }, "\(place)")
    }
  }

  @Test func aTradeIsPlainMemory() {
    #expect(_isPOD(Trade.self) && _isPOD(Candle.self) && _isPOD(Liquidation.self) && _isPOD(MarketEvent.self))
  }
}
