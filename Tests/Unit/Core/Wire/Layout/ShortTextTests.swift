import Testing

@testable import Wire

@Suite struct ShortTextTests {
  private func key(_ text: String) -> ShortText { Array(text.utf8).withUnsafeBytes { ShortText($0) } }

  @Test func aTextIsItsBytesWithZerosBehindThem() {
    #expect(key("") == ShortText(low: 0, high: 0))
    #expect(key("A") == ShortText(low: 0x41, high: 0))
    #expect(key("ABCDEFGHI") == ShortText(low: 0x4847_4645_4443_4241, high: 0x49))
    #expect(key("ABCDEFGHIJKLMNOPQRS") == key("ABCDEFGHIJKLMNOP"))
  }

  @Test func bytesBelowAMarkAreKept() {
    #expect(ShortText.mask(below: 0) == .max)
    #expect(ShortText.mask(below: 0x80) == 0)
    #expect(ShortText.mask(below: 0x8080_0000) == 0xffff)
  }

  /// Symbols as exchanges name them fall into as many places of a table as numbers drawn at random would.
  @Test func symbolsAreMixedWell() {
    let places = Set((0..<4096).map { key("COIN\($0)USDT").mixed >> 51 })
    // Of 8192 places 4096 balls fill 3223 on average.
    #expect((3050...3400).contains(places.count))
  }
}
