import Testing

@testable import App

@Suite struct RecordOptionsTests {
  private func read(_ words: [String]) -> (options: RecordOptions?, faults: [String]) {
    let arguments = CommandLineArguments(["record"] + words)
    guard case .record(let options) = arguments.command else { return (nil, arguments.faults) }
    return (options, arguments.faults)
  }

  @Test func withoutOptionsEverythingIsRecordedUntilAskedToStop() throws {
    let (read, faults) = read(["/d"])
    let options = try #require(read)
    #expect(faults.isEmpty)
    #expect(options.folder == "/d")
    let wish = options.wish(Configuration(values: [:]))
    #expect(wish.symbols == ["BTCUSDT", "ETHUSDT", "SOLUSDT"])
    #expect(wish.channels == [.ohlc, .trades, .liquidations])
    #expect(wish.milliseconds == nil)
    #expect(wish.limits.totalBytes == 10 << 30)
    #expect(!options.isDemo)
  }

  @Test func everyOptionIsTaken() throws {
    let (read, faults) = read([
      "--symbols", "A, B", "--channels=trades,ohlc", "d", "--seconds=5", "--max-megabytes", "2", "--demo",
    ])
    let options = try #require(read)
    #expect(faults.isEmpty)
    let wish = options.wish(Configuration(values: [:]))
    #expect(wish.symbols == ["A", "B"])
    #expect(wish.channels == [.ohlc, .trades])
    #expect(wish.milliseconds == 5000)
    #expect(wish.limits.totalBytes == 2 << 20)
    #expect(options.isDemo)
  }

  private static let tooMany = (0...200).map { "S\($0)" }.joined(separator: ",")

  private static let faulty: [([String], String)] = [
    ([], "record needs one folder to write into"), (["a", "b"], "record needs one folder to write into"),
    (["a", "--channels", "trades,books"], "--channels must be of ohlc, trades, liquidations"),
    (["a", "--channels="], "--channels must be of ohlc, trades, liquidations"),
    (["a", "--seconds", "0"], "--seconds \"0\" must be a whole number from 1 to 31536000"),
    (["a", "--max-megabytes=x"], "--max-megabytes \"x\" must be a whole number from 1 to 1048576"),
    (["a", "--symbols", ","], "--symbols must be 1 to 200 names"),
    (["a", "--symbols", tooMany], "--symbols must be 1 to 200 names"),
  ]

  @Test(arguments: faulty)
  func whatCannotBeDoneIsAFault(words: [String], fault: String) {
    #expect(read(words).faults == [fault])
  }
}
