import Testing

@testable import App

@Suite struct TapeTests {
  private func tape(_ text: String) throws(RecordingError) -> Tape {
    try Tape(lines: text.split(separator: "\n"), file: "t.csv")
  }

  private func small() throws -> Tape {
    try tape("loop,1000\n@time,@due,word\n100,0,a\n100,50,b\n900,999,c\n")
  }

  @Test func rowsRepeatEveryLoopAndAreNumberedForEver() throws {
    let tape = try small()
    #expect((0..<7).map { tape.time(ofRow: $0) } == [100, 100, 900, 1100, 1100, 1900, 2100])
    #expect(tape.value("word", ofRow: 5) == .text("c"))
    #expect(tape.value("due", ofRow: 4) == .integer(1050))
    #expect(tape.value("time", ofRow: 4) == .integer(1100))
    #expect(tape.value("other", ofRow: 4) == nil)
  }

  @Test func aSpanHoldsTheRowsFromItsStartToBeforeItsEnd() throws {
    let tape = try small()
    #expect(tape.rows(from: 100, before: 900) == 0..<2)
    #expect(tape.rows(from: 101, before: 901) == 2..<3)
    #expect(tape.rows(from: 900, before: 1101) == 2..<5)
    #expect(tape.rows(from: 901, before: 1100).isEmpty)
    #expect(tape.rows(from: 500, before: 400).isEmpty)
    #expect(tape.rows(from: -5, before: 100).isEmpty)
  }

  @Test func theLastRowBeforeAnInstantIsFoundOverTheSeam() throws {
    let tape = try small()
    #expect(tape.lastRow(notAfter: 99) == nil)
    #expect(tape.lastRow(notAfter: 100) == 1)
    #expect(tape.lastRow(notAfter: 1000) == 2)
    #expect(tape.firstRow(notBefore: 1000) == 3)
  }

  @Test func spansLaidEndToEndHoldEachRowOnce() throws {
    let tape = try small()
    let pieces = (0..<40).map { tape.rows(from: $0 * 137, before: ($0 + 1) * 137) }
    for (before, after) in zip(pieces, pieces.dropFirst()) { #expect(before.upperBound == after.lowerBound) }
  }

  @Test func aRowMaySpeakOfTheStartOfTheNextLoop() throws {
    let tape = try tape("loop,10\n@time,@due\n4,10\n")
    #expect(tape.value("due", ofRow: 2) == .integer(30))
  }

  @Test(arguments: [
    ("loop,1000\n@time,word\n", "t.csv: has no rows"),
    ("1000\n@time,word\n1,a\n", "t.csv: line 1 does not give the length of the loop"),
    ("loop,0\n@time\n1\n", "t.csv: line 1 does not give the length of the loop"),
    ("loop,10\n@when\n1\n", "t.csv: line 2 does not name different columns, the first one @time"),
    ("loop,10\n@time,a,a\n1,2,3\n", "t.csv: line 2 does not name different columns, the first one @time"),
    ("loop,10\n@time,a\n1\n", "t.csv: row 3 has another length"),
    ("loop,10\n@time\n10\n", "t.csv: 10 is no time within the loop"),
    ("loop,10\n@time,@due\n9,11\n", "t.csv: 11 is no time within the loop"),
    ("loop,10\n@time\nx\n", "t.csv: x is no time within the loop"),
    ("loop,10\n@time\n5\n4\n", "t.csv: rows are not in order of time"),
  ])
  func aBadTapeIsRefusedWithItsFault(text: String, fault: String) {
    let error = #expect(throws: RecordingError.self) { try tape(text) }
    #expect(error?.description == fault)
  }
}
