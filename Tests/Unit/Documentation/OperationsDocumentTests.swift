import Contract
import Support
import Testing

@testable import App

/// What operators are given names what there is: a panel or an alarm over a metric that was renamed would stay silent.
@Suite(.timeLimit(.minutes(1))) struct OperationsDocumentTests {
  private static let folder = "docs/operations"
  private static let document = "docs/operations.md"
  private static let tree = SourceTree()

  /// The names of all series a gateway shows that has served a stream, and has failed to answer a question.
  private static func exposedNames() async throws -> Set<String> {
    let bench = try ToyGateway(settings: ["RATE_LIMIT_REQUESTS": "1000"])
    try await bench.loaded()
    _ = try await bench.stream("/ws/toy/ALPHAUSD/trades").next()
    _ = try await bench.web.get("/toy/funding/ALPHAUSD")
    var names: Set<String> = []
    _ = try await bench.loop.eventually {
      let text = try await bench.web.get("/metrics").text
      let types = text.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }.map { $0.split(separator: " ") }
      names = Set(types.map { String($0[2]) })
      return names.contains("marketgate_client_subscriptions")
    }
    await bench.stop()
    return names
  }

  /// Words of a text that are names of metrics; the series of a histogram by the histogram's own name.
  private static func metricNames(in text: [UInt8]) -> Set<String> {
    let prefixes = ["marketgate_", "process_"]
    let words = text.split { byte in
      byte != UInt8(ascii: "_") && !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }
    // Most words are left at a glance: a string of each would take seconds.
    let names = words.filter { word in
      prefixes.contains { word.count > $0.utf8.count && word.starts(with: $0.utf8) }
    }.map { String(decoding: $0, as: UTF8.self) }
    return Set(
      names.map { name in
        ["_bucket", "_sum", "_count"].first { name.hasSuffix($0) }.map { String(name.dropLast($0.utf8.count)) } ?? name
      })
  }

  @Test func whatOperatorsAreGivenNamesMetricsThatThereAreAndTheDocumentNamesAll() async throws {
    let exposed = try await Self.exposedNames()
    #expect(exposed.count > 50)
    let files = Self.tree.files(below: [Self.folder], endingWith: [".json", ".yaml", ".yml"])
    #expect(files.count >= 3)
    var unknown: [String] = []
    for file in files + [Self.tree.file(Self.document)].compactMap({ $0 }) {
      let names = Self.metricNames(in: file.text)
      unknown += names.subtracting(exposed).map { "\(file.path): \($0)" }
    }
    #expect(unknown.isEmpty)
    let explained = Self.metricNames(in: try #require(Repository.bytes(Self.document)))
    #expect(exposed.subtracting(explained).isEmpty, "\(Self.document) says what each metric means")
  }

  @Test func eachWarningAndErrorOfTheLogIsExplained() throws {
    let document = try #require(Repository.text(Self.document))
    var (unexplained, lineCount): ([String], Int) = ([], 0)
    // The recorder is not the gateway: what it says is in the foreground of whoever runs it.
    for file in Self.tree.files(below: ["Sources/Core/Sessions", "Sources/Services", "Sources/App"])
    where !file.path.contains("/Recorder/") && file.code.holds("logger.") {
      let code = String(decoding: file.code, as: UTF8.self)
      for call in ["logger.warning(", "logger.error("] {
        for rest in code.split(separator: call, omittingEmptySubsequences: false).dropFirst() {
          let text = rest.drop { $0.isWhitespace }.dropFirst().prefix { $0 != "\"" }
          lineCount += 1
          if !document.contains(text) { unexplained.append("\(file.path): \(text)") }
        }
      }
    }
    #expect(unexplained.isEmpty)
    // Where loggers get another name, the search must too.
    #expect(lineCount >= 5)
  }

  @Test func eachAlarmIsExplainedUnderItsName() throws {
    let document = try #require(Repository.text(Self.document))
    let rules = try #require(Repository.text("\(Self.folder)/alerts.yaml"))
    let names = rules.split(separator: "\n").compactMap { line -> Substring? in
      let words = line.split(separator: " ")
      return words.starts(with: ["-", "alert:"]) ? words.last : nil
    }
    #expect(names.count >= 10)
    #expect(names.filter { !document.contains("### \($0)\n") } == [])
  }
}
