import Support
import Testing
import Wire

@testable import App

@Suite struct GetOptionsTests {
  private static func read(_ words: String) -> (target: String, faults: [String]) {
    let arguments = CommandLineArguments(words.split(separator: " ").map(String.init))
    guard case .get(let options) = arguments.command else { return ("", arguments.faults) }
    return (options.target, arguments.faults)
  }

  @Test(arguments: [
    ("get binance ohlc BTCUSDT 1h --limit 5", "/binance/ohlc/BTCUSDT/1h?limit=5"),
    ("get binance funding BTCUSDT", "/binance/funding/BTCUSDT"),
    (
      "get binance oi-hist BTCUSDT --period=15m --start-time 1 --end-time 2",
      "/binance/oi-hist/BTCUSDT?start_time=1&end_time=2&period=15m"
    ),
    ("get /binance/tickers/24hr", "/binance/tickers/24hr"),
    ("get liquidations summary --window 5m", "/liquidations/summary?window=5m"),
    ("get binance klines BTCUSDT 1m --query startTime=1&endTime=2", "/binance/klines/BTCUSDT/1m?startTime=1&endTime=2"),
    ("get a ohlc 币?", "/a/ohlc/%E5%B8%81%3F"), ("exchanges", "/exchanges"), ("exchanges --json", "/exchanges"),
  ])
  func wordsAreThePathAndOptionsTheQuery(words: String, target: String) {
    #expect(Self.read(words).target == target)
    #expect(Self.read(words).faults == [])
  }

  @Test(arguments: [
    ("get", "get needs the words of a route"), ("get a --query %zz", "--query must be"),
    ("get a --query a#b", "--query must be"),
    ("exchanges binance", "\"binance\" is not known; see exchanges --help"), ("get a --limit", "--limit needs a value"),
  ])
  func whatCannotBeIsAFault(words: String, fault: String) {
    #expect(Self.read(words).faults.first?.hasPrefix(fault) == true)
  }

  /// The document is made of the table of routes.
  @Test func everyParameterOfARouteIsAnOption() async throws {
    let bench = try ToyGateway()
    let document = try JSONValue(parsing: try await bench.web.get("/openapi.json").text)
    await bench.stop()
    var names: Set<String> = []
    for path in document["paths"]?.members ?? [] {
      for parameter in path.value["get"]?["parameters"]?.array ?? [] where parameter["in"]?.string == "query" {
        if let name = parameter["name"]?.string { names.insert(name) }
      }
    }
    #expect(names.count >= 10)
    let options = Set(GetOptions.queryOptions.map { GetOptions.parameter(of: $0.flag) })
    #expect(names.subtracting(options) == [])
  }
}
