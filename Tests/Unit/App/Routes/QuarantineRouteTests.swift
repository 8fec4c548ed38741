import Model
import Net
import PublicJSON
import Support
import Testing
import Wire

@testable import App

@Suite(.timeLimit(.minutes(1))) struct QuarantineRouteTests {
  /// A gateway whose exchange has sent these after a client had come.
  private func bench(_ frames: [String], settings: [String: String] = [:]) async throws -> ToyGateway {
    let bench = try ToyGateway(settings: settings)
    try await bench.loaded()
    let stream = bench.stream("/ws/toy/ALPHAUSD/trades")
    _ = try await bench.upstream.nextText()
    for frame in frames { bench.upstream.send(frame) }
    bench.upstream.send(ToyFrames.trade(id: 1))
    #expect(try await stream.nextText()?.contains(#""id":1"#) == true)
    return bench
  }

  @Test func withoutABadMessageTheListIsEmpty() async throws {
    let bench = try ToyGateway()
    let answer = try await bench.web.get("/quarantine")
    #expect(answer.status == 200 && answer.text == "[]" && answer.header("cache-control") == "no-store")
    await bench.stop()
  }

  @Test func eachBadMessageIsListedNewestFirstWithWhatIsWrong() async throws {
    let bench = try await bench(["[1,", "{\"novel\":1}", "\"\u{e9}"])
    let list = try JSONValue(parsing: try await bench.web.get("/quarantine").text).array ?? []
    #expect(list.compactMap { $0["frame"]?.string } == ["\"\u{e9}", "[1,"])
    let newest = try #require(list.first)
    guard case .object(let schema) = PublicSchemas.quarantinedFrame else { return }
    #expect(newest.members?.map(\.key) == schema.map(\.name))
    #expect(newest["exchange"]?.string == "toy" && newest["endpoint"]?.string == "stream")
    #expect(newest["offset"]?.integer == 3 && newest["length"]?.integer == 3 && newest["start"]?.integer == 0)
    #expect(newest["encoding"]?.string == "text" && newest["reason"]?.string?.isEmpty == false)
    #expect(newest["received_at"]?.string?.hasSuffix("Z") == true)
    await bench.stop()
  }

  @Test func theListIsAsLongAsWasAskedForAndOfOneExchange() async throws {
    let bench = try await bench((1...120).map { "[\($0)," })
    func frames(_ query: String) async throws -> [String] {
      try JSONValue(parsing: try await bench.web.get("/quarantine\(query)").text).array?
        .compactMap { $0["frame"]?.string } ?? []
    }
    #expect(try await frames("") == (21...120).reversed().map { "[\($0)," })
    #expect(try await frames("?exchange=TOY&limit=2") == ["[120,", "[119,"])
    let unknown = try await bench.web.get("/quarantine?exchange=nowhere")
    #expect(unknown.status == 404)
    #expect(
      unknown.text
        == #"{"detail":"exchange 'nowhere' is not known; available: toy","code":"unknown_exchange","retryable":false}"#)
    for limit in ["0", "1001", "x"] {
      #expect(try await bench.web.get("/quarantine?limit=\(limit)").status == 422)
    }
    await bench.stop()
  }

  @Test func itIsThereAgainAfterARestart() async throws {
    let folder = TemporaryFolder()
    let first = try await bench(["[1,"], settings: ["STATE_DIR": folder.path])
    await first.stop()
    let second = try ToyGateway(settings: ["STATE_DIR": folder.path])
    let text = try await second.web.get("/quarantine").text
    #expect(try JSONValue(parsing: text).array?.compactMap { $0["frame"]?.string } == ["[1,"])
    await second.stop()
  }
}
