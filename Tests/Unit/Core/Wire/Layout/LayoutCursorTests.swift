import Support
import Testing

@testable import Wire

/// A cursor over texts at every distance from the end of what may be read: each stands before a page that may not.
@Suite struct LayoutCursorTests {
  /// Reads a text that ends where readable memory ends, behind enough other bytes to be a frame.
  private func reading<Answer>(_ text: String, _ body: (inout LayoutCursor) -> Answer) throws -> Answer {
    try LastPage.holding(Array(repeating: UInt8(ascii: " "), count: 64) + Array(text.utf8)) { memory in
      let scratch = LayoutScratch()
      defer { scratch.deallocate() }
      var cursor = try #require(LayoutCursor(memory, scratch))
      let filler = try #require(LiteralRun(Array(repeating: UInt8(ascii: " "), count: 16)))
      for _ in 0..<4 { try #require(take(filler, &cursor)) }
      return body(&cursor)
    }
  }

  private func take(_ run: LiteralRun, _ cursor: inout LayoutCursor) -> Bool {
    withUnsafePointer(to: run) { cursor.take($0) }
  }

  private func take(_ text: String, _ cursor: inout LayoutCursor) -> Bool {
    LiteralRun(Array(text.utf8)).map { take($0, &cursor) } ?? false
  }

  /// Passes over nothing, so that the cursor may read as far as its margin.
  private func begin(_ cursor: inout LayoutCursor) -> Bool { take("", &cursor) }

  @Test func aFrameShorterThanItsCopyIsNotTaken() {
    let scratch = LayoutScratch()
    defer { scratch.deallocate() }
    Array("{}".utf8).withUnsafeBytes { #expect(LayoutCursor($0, scratch) == nil) }
    #expect(LayoutCursor(UnsafeRawBufferPointer(start: nil, count: 0), scratch) == nil)
  }

  @Test func aRunStandsOrNothingIsPassedOver() throws {
    let taken = try reading(#"{"topic":"trades"}"#) { cursor in
      [
        take(#"{"topic":"#, &cursor), take(#""trades!"#, &cursor), cursor.isAtEnd, take(#""trades"}"#, &cursor),
        cursor.isAtEnd, take("}", &cursor),
      ]
    }
    #expect(taken == [true, false, false, true, true, false])
  }

  @Test func textEndsAtItsQuoteAtEveryLength() throws {
    var failures: [Int] = []
    for length in 0...60 {
      let text = String(repeating: "x", count: length)
      let found = try reading(text + "\"") { cursor in
        begin(&cursor) ? cursor.takeText().map { String(decoding: $0, as: UTF8.self) } : nil
      }
      if found != text { failures.append(length) }
    }
    #expect(failures.isEmpty)
  }

  @Test(arguments: ["abc", "a\\\"b\"", "a\u{1f}b\"", "é\"", "0123456789ab\u{7f}é\"", "0123456789\\n\""])
  func textWithoutEndOrWithSpecialCharactersIsNotTaken(text: String) throws {
    let isTaken = try reading(text) { begin(&$0) && $0.takeText() != nil }
    #expect(!isTaken)
  }

  private func number(_ text: String) throws -> Int64? {
    try reading(text) { begin(&$0) ? $0.takeNumber() : nil }
  }

  private func milliseconds(_ text: String) throws -> Int64? {
    try reading(text) { cursor in
      guard begin(&cursor), let milliseconds = cursor.takeMilliseconds() else { return nil }
      return take("}", &cursor) && cursor.isAtEnd ? milliseconds : nil
    }
  }

  private func word(_ text: String) throws -> ShortText? {
    try reading(text) { begin(&$0) ? $0.takeWord(before: UInt8(ascii: ".")) : nil }
  }

  @Test func wholeNumbersAreTakenUpToSixteenDigits() throws {
    var failures: [String] = []
    for length in 1...20 {
      let digits = String("98765432109876543210".prefix(length))
      let number = try number(digits + ",")
      if number != (length <= 16 ? Int64(digits) : nil) { failures.append(digits) }
    }
    #expect(failures.isEmpty)
  }

  @Test(arguments: ["", "-1", "01", "00", "x", ".5", "00000000", "012345678"])
  func otherNumbersAreNotTaken(text: String) throws {
    #expect(try number(text + ",") == nil)
  }

  @Test func zeroIsANumberAndSoIsOneBeforeAnythingElse() throws {
    #expect(try number("0}") == 0)
    // What follows is for the next run to refuse.
    #expect(try number("12.5,") == 12)
  }

  @Test(arguments: [("1791283227690", 1_791_283_227_690), ("9999999999999", 9_999_999_999_999)])
  func thirteenDigitsAreMilliseconds(text: String, milliseconds: Int64) throws {
    #expect(try self.milliseconds(text + "}") == milliseconds)
  }

  @Test(arguments: [
    "0791283227690", "179128322769", "179128322769x", "1791283x27690", "-791283227690", "1.91283227690",
  ])
  func otherInstantsAreNotTaken(text: String) throws {
    #expect(try milliseconds(text + "}") == nil)
  }

  @Test func keysAreTakenUpToFifteenBytes() throws {
    var failures: [Int] = []
    for length in 0...20 {
      let text = String("ABCDEFGHIJKLMNOPQRST".prefix(length))
      let key = try reading(text + "\"") { begin(&$0) ? $0.takeKey() : nil }
      let expected = length < 16 ? Array(text.utf8).withUnsafeBytes { ShortText($0) } : nil
      if key != expected { failures.append(length) }
    }
    #expect(failures.isEmpty)
  }

  @Test(arguments: [
    ("20f43950-d8dd-5b31-9112-a178eb6023af\"", true), ("20f43950-d8dd-5b31-9112-a178eb6023af", true),
    ("20f43950-d8dd-5b31-9112-a178eb6023aF\"", false), ("20f43950-d8dd-5b31-9112-a178eb6023a", false), ("2\"", false),
  ])
  func aUUIDIsTakenWholeOrNotAtAll(text: String, isTaken: Bool) throws {
    let isPassed = try reading(text) { cursor in
      begin(&cursor) && (cursor.takeUUID() == 0x20f4_3950_d8dd_5b31_9112_a178_eb60_23af) == isTaken
        && take(isTaken ? String(text.dropFirst(36)) : String(text.prefix(16)), &cursor)
    }
    #expect(isPassed)
  }

  @Test func aWordEndsBeforeItsMark() throws {
    #expect(try word("15.BTCUSDT\"") == Array("15".utf8).withUnsafeBytes { ShortText($0) })
    #expect(try word("1234567890.\"") == nil)
  }

  @Test func aCommaIsTakenWhereThereIsOne() throws {
    let taken = try reading(",]") { [$0.takeComma(), $0.takeComma()] }
    #expect(taken == [true, false])
  }
}
