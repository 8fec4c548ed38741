import Glibc
import Support
import Testing

@testable import App

/// The program as it is started by people: what it prints, what it ends with.
@Suite(.serialized, .timeLimit(.minutes(1))) struct ProcessTests {
  /// A listening gateway's port, from the first line it prints.
  private static func port(of child: Child) throws -> UInt16 {
    let line = try child.output.line()
    let words = "listening on http://127.0.0.1:"
    #expect(line.hasPrefix(words))
    return try #require(UInt16(line.dropFirst(words.count)))
  }

  private static func get(_ target: String, _ port: UInt16) throws -> (head: String, body: String) {
    let socket = try RawSocket(port: port)
    defer { socket.close() }
    socket.send("GET \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    return try socket.readResponse()
  }

  @Test func theVersionIsOneLine() async throws {
    let ended = try await onThread { try Child(["--version"]).ended() }
    #expect(ended == Child.End(code: 0, output: "marketgate \(Version.text)\n", errors: ""))
  }

  @Test(arguments: ["--help", "-h", "help"]) func helpNamesEveryExitCodeAndEverySetting(word: String) async throws {
    let ended = try await onThread { try Child([word]).ended() }
    #expect(ended.code == 0)
    #expect(ended.errors.isEmpty)
    #expect(ended.output.contains("exit codes: 0 stopped as asked, 2 bad configuration, 1 anything else\n"))
    for setting in Setting.all {
      #expect(ended.output.contains("  \(setting.flag)"))
      #expect(ended.output.contains("\n      \(setting.name)"))
    }
  }

  @Test func eachFaultOfTheConfigurationIsALineAndTheEndIsTwo() async throws {
    let environment = ["APP_PORT": "70000", "BINANCE_BASE_URL": "ftp://example.test", "EXCHANGES": "binance,nowhere"]
    for arguments in [["--check-config"], ["serve"], ["serve", "--demo"]] {
      let ended = try await onThread {
        try Child(arguments + ["--log-level", "LOUD", "--nonsense"], environment: environment).ended()
      }
      #expect(ended.code == 2)
      #expect(ended.output.isEmpty)
      let lines = ended.errors.split(separator: "\n")
      #expect(lines.count == 5)
      for name in ["APP_PORT", "BINANCE_BASE_URL", "\"nowhere\"", "--log-level", "\"--nonsense\""] {
        #expect(lines.count { $0.hasPrefix("configuration: ") && $0.contains(name) } == 1)
      }
    }
  }

  @Test func aRightConfigurationIsNotTalkedAbout() async throws {
    let ended = try await onThread {
      try Child(["--check-config", "--app-port=9000"], environment: ["LOG_LEVEL": "debug"]).ended()
    }
    #expect(ended == Child.End(code: 0, output: "", errors: ""))
  }

  @Test func aPortThatIsTakenEndsWithOne() async throws {
    let holder = ScriptedServer { $0.waitForEnd() }
    defer { holder.stop() }
    let ended = try await onThread { try Child(["serve", "--port", "\(holder.port)"]).ended() }
    #expect(ended.code == 1)
    #expect(ended.output.isEmpty)
    #expect(ended.errors.hasPrefix("cannot start: "))
    #expect(ended.errors.split(separator: "\n").count == 1)
  }

  @Test(arguments: [SIGTERM, SIGINT]) func theDemoAnswersUntilItIsAskedToStop(signal: Int32) async throws {
    try await onThread {
      let child = try Child(["serve", "--demo", "--port", "0", "--recordings", "\(Repository.root)/Recordings"])
      let port = try ProcessTests.port(of: child)
      let health = try ProcessTests.get("/health", port)
      #expect(health.head.hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(try ProcessTests.get("/", port).body.hasSuffix(#""source":"recording"}"#))
      let ended = try child.ended(by: signal)
      #expect(ended.code == 0)
      #expect(ended.output.isEmpty)
      #expect(ended.errors.split(separator: "\n").contains { $0 == Demo.notice })
      #expect(throws: RawSocket.Failure.refused) { try RawSocket(port: port) }
    }
  }

  @Test(arguments: [SIGTERM, SIGINT]) func aRecordingEndsWhenItIsAskedToAndSaysWhatItHolds(signal: Int32) async throws {
    try await onThread {
      let place = TemporaryFolder()
      let child = try Child([
        "record", place.path + "/r", "--demo", "--symbols", "BTCUSDT", "--recordings", "\(Repository.root)/Recordings",
      ])
      while !(try child.errors.line()).contains("stream connected") {}
      let ended = try child.ended(by: signal)
      #expect(ended.code == 0)
      #expect(ended.output.hasPrefix("recorded "))
      #expect(ended.output.hasSuffix(" in \(place.path)/r: asked to stop\n"))
      #expect(place.lines("r/index.jsonl").last?.contains("asked to stop") == true)
      #expect(place.lines("r/binance/market-1-1.jsonl").first?.contains(#""event":"open""#) == true)
    }
  }

  @Test func aRecordingThatCannotBeWrittenEndsWithOneAndOneLine() async throws {
    let ended = try await onThread { try Child(["record", "/proc/nowhere"]).ended() }
    #expect(ended.code == 1)
    #expect(ended.output.isEmpty)
    #expect(ended.errors == "cannot record: /proc/nowhere: No such file or directory\n")
  }

  @Test(arguments: [[], ["--json"]]) func theDoctorEndsWithOneWhenSomethingDiffers(words: [String]) async throws {
    let nowhere = ["BINANCE_BASE_URL": "http://127.0.0.1:1", "BINANCE_WS_URL": "ws://127.0.0.1:1"]
    let ended = try await onThread {
      try Child(["doctor", "--exchanges", "binance"] + words, environment: nowhere).ended()
    }
    #expect(ended.code == 1)
    #expect(ended.errors.isEmpty)
    let lines = ended.output.split(separator: "\n")
    #expect(lines.count == 3)
    for line in lines {
      #expect(words.isEmpty ? line.contains("  FAILED  ") : line.contains(#""result":"failed""#))
    }
  }

  @Test func itAnswersWithoutTheExchangesAndSaysWhyTheyAreMissing() async throws {
    let nowhere = ["BINANCE_BASE_URL": "http://127.0.0.1:1", "BINANCE_WS_URL": "ws://127.0.0.1:1"]
    try await onThread {
      let child = try Child(["serve", "--port", "0"], environment: nowhere)
      let port = try ProcessTests.port(of: child)
      let health = try ProcessTests.get("/health", port)
      #expect(health.body == #"{"status":"degraded","exchanges":{"binance":false}}"#)
      var line = ""
      while !line.contains("the instrument list cannot be loaded") { line = try child.errors.line() }
      #expect(
        line.hasSuffix(#"ERROR binance: the instrument list cannot be loaded cause="the exchange cannot be reached""#))
      let ended = try child.ended(by: SIGTERM)
      #expect(ended.code == 0)
    }
  }
}

/// The built program as a child of this process. Blocking; used by one thread; killed with its last reference.
private final class Child {
  /// How it ended, and what it had printed that was not read before.
  struct End: Equatable {
    let code: Int32
    let output: String
    let errors: String
  }

  enum Failure: Error {
    case notStarted(Int32)
    case killed
  }

  let output: Pipe
  let errors: Pipe
  private var process: pid_t?

  /// Starts it with these settings and none of this process's own, in a folder without an `.env` file.
  init(_ arguments: [String], environment: [String: String] = [:]) throws {
    (output, errors) = (Pipe(), Pipe())
    let path = "/usr/bin/env"
    let words = [path, "-C", "/proc", SystemFacts.executableFolder + "/marketgate"] + arguments
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, output.writing, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, errors.writing, STDERR_FILENO)
    let texts = words.map { strdup($0) } + [nil]
    // Built for coverage, the child would write its profile into /proc and say that it cannot.
    var quiet = environment.merging(["LLVM_PROFILE_FILE": "/dev/null"]) { own, _ in own }
    // Built with a sanitizer, it is checked as its parent is.
    for name in ["ASAN_OPTIONS", "TSAN_OPTIONS"] {
      if let value = getenv(name) { quiet[name] = String(cString: value) }
    }
    let settings = quiet.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in texts + settings { free(text) } }
    var process = pid_t()
    let failure = posix_spawn(&process, path, &actions, nil, texts, settings)
    guard failure == 0 else { throw Failure.notStarted(failure) }
    self.process = process
    output.closeWriting()
    errors.closeWriting()
  }

  deinit {
    guard let process else { return }
    kill(process, SIGKILL)
    waitpid(process, nil, 0)
  }

  /// Waits for the end, after a signal where one is given.
  func ended(by signal: Int32? = nil) throws -> End {
    guard let process else { throw Failure.killed }
    if let signal { kill(process, signal) }
    let printed = (try output.rest(), try errors.rest())
    var status: Int32 = 0
    waitpid(process, &status, 0)
    self.process = nil
    guard status & 0x7F == 0 else { throw Failure.killed }
    return End(code: status >> 8 & 0xFF, output: printed.0, errors: printed.1)
  }
}

/// What a child prints. Reads give up after the ten seconds a stop may take.
private final class Pipe {
  enum Failure: Error {
    case silent
    case ended
  }

  private let reading: Int32
  private(set) var writing: Int32
  private var buffered: [UInt8] = []

  init() {
    var both: [Int32] = [-1, -1]
    precondition(pipe(&both) == 0, "no pipe")
    for descriptor in both { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    (reading, writing) = (both[0], both[1])
  }

  deinit {
    close(reading)
    closeWriting()
  }

  /// Leaves the child's end to the child.
  func closeWriting() {
    if writing >= 0 { close(writing) }
    writing = -1
  }

  /// False at the end.
  private func fill() throws -> Bool {
    var waiting = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
    guard poll(&waiting, 1, 10_000) > 0 else { throw Failure.silent }
    var chunk = [UInt8](repeating: 0, count: 65_536)
    let count = read(reading, &chunk, chunk.count)
    if count > 0 { buffered += chunk[..<count] }
    return count > 0
  }

  /// The next line, without its end.
  func line() throws -> String {
    while true {
      if let end = buffered.firstIndex(of: UInt8(ascii: "\n")) {
        defer { buffered.removeSubrange(...end) }
        return String(decoding: buffered[..<end], as: UTF8.self)
      }
      guard try fill() else { throw Failure.ended }
    }
  }

  /// All that is left, when the child has ended.
  func rest() throws -> String {
    while try fill() {}
    defer { buffered = [] }
    return String(decoding: buffered, as: UTF8.self)
  }
}
