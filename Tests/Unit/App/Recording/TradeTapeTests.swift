import Testing

@testable import App

@Suite struct TradeTapeTests {
  private func tape(_ rows: String) throws(RecordingError) -> TradeTape {
    let text = "loop,1000\n@time,price,quantity,taker_sold,count\n\(rows)"
    return try TradeTape(try Tape(lines: text.split(separator: "\n"), file: "t.csv"), file: "t.csv")
  }

  @Test func aFoldOverTheSeamSumsBothSides() throws {
    let tape = try tape("0,10.5,2,0,1\n500,11.0,3,1,4\n900,9.0,1,0,2\n")
    // Rows 2, 3 and 4: 9.0 × 1, 10.5 × 2, 11.0 × 3.
    let fold = try #require(tape.fold(2..<5))
    #expect((fold.open, fold.high, fold.low, fold.close) == (90, 110, 90, 110))
    #expect(fold.sums.quantity == 6)
    #expect(fold.sums.turnover == 90 + 210 + 330)
    #expect(fold.sums.boughtQuantity == 3)
    #expect(fold.sums.boughtTurnover == 300)
    #expect(fold.sums.count == 7)
    #expect(fold.firstRawTrade == 5)
  }

  @Test func anyFoldEqualsTheSumOfItsRows() throws {
    let tape = try tape("0,10.5,2,0,1\n500,11.0,3,1,4\n900,9.0,1,0,2\n950,8.5,7,1,1\n")
    for first in Int64(0)..<9 {
      for end in first + 1..<20 {
        let whole = try #require(tape.fold(first..<end))
        let rows = try (first..<end).map { try #require(tape.fold($0..<$0 + 1)) }
        #expect(whole.sums == rows.map(\.sums).reduce(TradeSums()) { $0.adding($1) })
        #expect(whole.high == rows.map(\.high).max())
        #expect(whole.low == rows.map(\.low).min())
        #expect(whole.open == rows.first?.open)
        #expect(whole.close == rows.last?.close)
      }
    }
  }

  @Test func noRowsHaveNoFold() throws {
    #expect(try tape("0,10.5,2,0,1\n").fold(3..<3) == nil)
  }

  @Test func aRowsRawTradesFollowTheOnesBefore() throws {
    let tape = try tape("0,10.5,2,0,1\n500,11.0,3,1,4\n")
    #expect((0..<5).map { tape.firstRawTrade(ofRow: $0) } == [0, 1, 5, 6, 10])
  }

  @Test(arguments: [
    ("0,10.5,2,2,1\n", "t.csv: row 3 has a bad count or taker_sold"),
    ("0,10.5,2,1,0\n", "t.csv: row 3 has a bad count or taker_sold"),
    ("0,10.5,2,1,1\n1,10,2,1,1\n", "t.csv: column price holds no decimals of one number of places"),
    ("0,10.5,-2,1,1\n", "t.csv: column quantity holds no decimals of one number of places"),
    ("0,x,2,1,1\n", "t.csv: column price holds no decimals of one number of places"),
    ("0,1.0,900000000000000,1,1\n", "t.csv: column quantity holds no decimals of one number of places"),
  ])
  func badTradesAreRefusedWithTheirFault(rows: String, fault: String) {
    let error = #expect(throws: RecordingError.self) { try tape(rows) }
    #expect(error?.description == fault)
  }

  @Test func theColumnsOfTradesMustBeThere() {
    let lines = "loop,10\n@time,price,quantity\n0,1,1\n".split(separator: "\n")
    #expect(throws: RecordingError("t", "lacks the columns taker_sold and count")) {
      try TradeTape(try Tape(lines: lines, file: "t"), file: "t")
    }
    let without = "loop,10\n@time,quantity\n0,1\n".split(separator: "\n")
    #expect(throws: RecordingError("t", "lacks the column price")) {
      try TradeTape(try Tape(lines: without, file: "t"), file: "t")
    }
  }
}
