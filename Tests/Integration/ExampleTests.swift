import Exchanges
import Model
import Net
import Sessions
import Support
import Testing

@testable import App

/// The programs of docs/examples, run as their readers run them, on the recordings.
@Suite(.serialized, .timeLimit(.minutes(1))) struct ExampleTests {
  private static let folder = Repository.root + "/docs/examples/"
  private static let demo = [
    "RECORDINGS": Repository.root + "/Recordings", "DEMO_SPEED": "60", "APP_PORT": "0", "WORKERS": "2",
    "LOG_LEVEL": "ERROR",
  ]

  /// What an example printed, line by line, until it had what it was told to end after.
  private func lines(of words: [String]) async throws -> [String] {
    let demo = try Demo.start(Stage.configuration(Self.demo))
    var tuning = Tuning()
    tuning.proxy = ""
    // The clocks run as fast as the recording; the watch for spikes must not sleep by ours.
    tuning.clock = QuickClock(speed: 60)
    tuning.longestSpikeSleep = 50
    let application = try Application(
      demo.configuration, source: .recording, exchanges: Registry.exchanges, tuning: tuning)
    let gateway = "ws" + application.address.dropFirst(4)
    let end = try await onThread {
      try Child(running: words.map { $0 == "GATEWAY" ? gateway : $0 }).ended()
    }
    await application.stop()
    await demo.stop()
    #expect(end.code == 0 && end.errors.isEmpty, "\(end.errors)")
    return end.output.split(separator: "\n").map(String.init)
  }

  @Test(arguments: [
    ["python3", folder + "liquidations.py", "--limit", "5", "GATEWAY"],
    ["node", folder + "feed.js", "liquidations", "5", "GATEWAY"],
  ])
  func liquidationsArePrinted(_ words: [String]) async throws {
    let lines = try await lines(of: words)
    #expect(lines.count == 5)
    #expect(lines.allSatisfy { $0.contains(#/^\d{4}-\d\d-\d\dT[0-9:.]+Z (binance|bybit|okx) +[A-Z0-9-]+ +\w+ /#) })
  }

  @Test(arguments: [
    ["python3", folder + "large_trades.py", "--limit", "5", "GATEWAY"],
    ["node", folder + "feed.js", "large_trades", "5", "GATEWAY"],
  ])
  func largeTradesArePrinted(_ words: [String]) async throws {
    let lines = try await lines(of: words)
    #expect(lines.count == 5)
    #expect(lines.allSatisfy { $0.contains(#/\ (buy|sell) +[0-9.]+ at [0-9.]+ = [0-9.]+$/#) })
  }

  /// The recording has one spike in each bar of five minutes, told ten seconds after it: three seconds at this speed.
  @Test(arguments: [
    ["python3", folder + "spikes.py", "--timeframes", "5m", "--limit", "1", "GATEWAY"],
    ["node", folder + "feed.js", "oi-vol", "1", "GATEWAY"],
  ])
  func spikesArePrinted(_ words: [String]) async throws {
    let lines = try await lines(of: words)
    #expect(lines.count == 1)
    #expect(lines.allSatisfy { $0.contains(#/Z binance +[A-Z]+USDT +5m +open interest +[0-9.-]+ volume +[0-9.-]+/#) })
  }

  @Test(arguments: [
    ["python3", folder + "many_streams.py", "--limit", "20", "--gateway", "GATEWAY"],
    ["node", folder + "many_streams.js", "20", "GATEWAY"],
  ])
  func manyStreamsArePrintedWithTheirNumbers(_ words: [String]) async throws {
    let lines = try await lines(of: words).filter { !$0.hasPrefix("#") }
    #expect(lines.count == 20)
    for type in ["ohlc", "liquidation"] {
      let numbers = lines.filter { $0.hasPrefix(#"{"type":"\#(type)","#) }
        .compactMap { $0.firstMatch(of: #/"seq":(\d+),/#).flatMap { UInt64($0.1) } }
      #expect(!numbers.isEmpty && zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 })
    }
  }
}

/// A clock that is as fast as the recordings, from now on.
private struct QuickClock: TimeSource {
  private let start = SystemClock().wallClock
  private let begin = EventLoop.monotonicMilliseconds
  private let speed: Int64

  init(speed: Int64) { self.speed = speed }

  var monotonicMilliseconds: Int64 { EventLoop.monotonicMilliseconds }
  var wallClock: Timestamp { start.advanced(byMilliseconds: (monotonicMilliseconds - begin) * speed) }
}
