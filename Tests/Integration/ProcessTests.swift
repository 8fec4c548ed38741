import Glibc
import Net
import Support
import Testing

@testable import App

/// The program itself, started as a user starts it.
@Suite(.serialized, .timeLimit(.minutes(1))) struct ProcessTests {
  /// Beside the tests' own executable.
  private static let program = SystemFacts.executableFolder + "/marketgate"

  /// Runs the program to its end.
  private func run(
    _ arguments: [String], environment: [String: String] = [:]
  ) async throws -> (code: Int32, output: String, errors: String) {
    try await onThread { try ChildProcess(Self.program, arguments, environment: environment).end() }
  }

  /// Starts a service; where it listens, by the first line it prints.
  private func start(
    _ arguments: [String], environment: [String: String] = [:]
  ) async throws -> (process: ChildProcess, address: String) {
    try await onThread {
      let process = try ChildProcess(Self.program, arguments, environment: environment)
      let line = try process.readLine()
      return (process, line.hasPrefix("listening on ") ? String(line.dropFirst(13)) : "")
    }
  }

  /// One answer of a service.
  private func get(_ address: String, _ target: String) async throws -> WebClient.Answer {
    let loop = EventLoop(name: "process-client")
    let web = WebClient(address, loop: loop, options: HTTPClientOptions(proxy: ""))
    defer { loop.shutdown() }
    do {
      let answer = try await web.get(target)
      await web.shutdown()
      return answer
    } catch {
      await web.shutdown()
      throw error
    }
  }

  @Test func itSaysWhatItIsAndHowItIsUsed() async throws {
    let version = try await run(["--version"])
    #expect(version.code == 0)
    #expect(version.output == "marketgate \(Version.text)\n")
    let help = try await run(["--help"])
    #expect(help.code == 0)
    #expect(help.output.contains("usage: marketgate [serve] [--demo] [options]"))
    #expect(help.output.contains("BINANCE_BASE_URL") && help.output.contains("exit codes: 0"))
    #expect(version.errors.isEmpty && help.errors.isEmpty)
  }

  @Test func everyBadSettingHasItsLine() async throws {
    let good = try await run(["--check-config"], environment: ["APP_PORT": "0"])
    #expect(good.code == 0)
    let bad = try await run(
      ["--check-config", "--workers", "many", "--nonsense"],
      environment: ["APP_PORT": "70000", "BINANCE_WS_URL": "http://a", "EXCHANGES": "nowhere"])
    #expect(bad.code == 2)
    #expect(bad.output.isEmpty)
    let lines = bad.errors.split(separator: "\n")
    #expect(lines.count == 5)
    #expect(lines.allSatisfy { $0.hasPrefix("configuration: ") })
    for word in ["--nonsense", "--workers", "APP_PORT", "BINANCE_WS_URL", "EXCHANGES"] {
      #expect(lines.count { $0.contains(word) } == 1, "\(word)")
    }
    // It is not served with, either.
    #expect(try await run(["serve"], environment: ["APP_PORT": "70000"]).code == 2)
  }

  @Test(arguments: [SIGTERM, SIGINT]) func theDemoServesUntilItIsAskedToStop(signal: Int32) async throws {
    let (process, address) = try await start(
      ["serve", "--demo", "--port", "0", "--recordings", "\(Repository.root)/Recordings"])
    #expect(address.hasPrefix("http://127.0.0.1:"))
    let loop = EventLoop(name: "waiting")
    defer { loop.shutdown() }
    let isServed = try await loop.eventually {
      try await get(address, "/binance/ohlc/BTCUSDT/1m?limit=5").status == 200
    }
    #expect(isServed)
    #expect(try await get(address, "/").text.hasSuffix(#""source":"recording"}"#))
    let start = EventLoop.monotonicMilliseconds
    process.signal(signal)
    let end = try await onThread { try process.end() }
    #expect(end.code == 0)
    #expect(EventLoop.monotonicMilliseconds - start < 10_000)
    #expect(end.errors.contains("demo: this is a recording"))
  }

  @Test func withoutAnExchangeItStartsAndSaysWhatIsWrong() async throws {
    let (process, address) = try await start(
      ["serve", "--port", "0"],
      environment: ["BINANCE_BASE_URL": "http://127.0.0.1:1", "BINANCE_WS_URL": "ws://127.0.0.1:1"])
    let start = EventLoop.monotonicMilliseconds
    let health = try await get(address, "/health")
    #expect(EventLoop.monotonicMilliseconds - start < 1000)
    #expect(health.status == 200)
    #expect(health.text == #"{"status":"degraded","exchanges":{"binance":false}}"#)
    let errors = try await onThread { try process.readErrors(until: "cause=") }
    let lines = errors.split(separator: "\n").filter { $0.contains("cause=") }
    #expect(lines.count == 1)
    #expect(lines.first?.contains("binance") == true && lines.first?.contains("cannot be reached") == true)
    process.signal(SIGTERM)
    #expect(try await onThread { try process.end() }.code == 0)
  }
}
