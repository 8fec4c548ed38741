import Glibc
import Support
import Testing

@testable import App

/// The program as it is started by people: what it prints, what it ends with.
@Suite(.serialized, .timeLimit(.minutes(1))) struct ProcessTests {
  private static let authority = TestCertificates()

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

  @Test func aCertificateThatCannotBeServedIsAFaultOfTheConfiguration() async throws {
    let (one, other) = (ProcessTests.authority.identity(), ProcessTests.authority.identity())
    let cases = [
      (["TLS_CERT_FILE": one.certificateFile], "TLS_CERT_FILE and TLS_KEY_FILE belong together"),
      (
        ["TLS_CERT_FILE": "/proc/nonexistent.pem", "TLS_KEY_FILE": one.keyFile],
        "TLS_CERT_FILE \"/proc/nonexistent.pem\": "
      ),
      (["TLS_CERT_FILE": one.certificateFile, "TLS_KEY_FILE": other.keyFile], "key values mismatch"),
    ]
    for (environment, words) in cases {
      for arguments in [["--check-config"], ["serve"]] {
        let ended = try await onThread { try Child(arguments, environment: environment).ended() }
        #expect(ended.code == 2)
        #expect(ended.output.isEmpty)
        #expect(ended.errors.hasPrefix("configuration: "))
        #expect(ended.errors.contains(words))
        #expect(ended.errors.split(separator: "\n").count == 1)
      }
    }
  }

  /// Connects over TLS; gives the client and the number of the certificate it was shown.
  private static func secure(_ port: UInt16) throws -> (client: TLSClient, number: String) {
    let client = TLSClient(try RawSocket(port: port), caFile: authority.caFile)
    try client.shakeHands()
    return (client, client.serialNumber)
  }

  @Test func aNewCertificateIsShownAfterSIGHUPWithoutLosingAClientAndABadOneIsNot() async throws {
    let (old, new) = (ProcessTests.authority.identity(), ProcessTests.authority.identity())
    let environment = ["TLS_CERT_FILE": old.certificateFile, "TLS_KEY_FILE": old.keyFile]
    let arguments = ["serve", "--demo", "--port", "0", "--recordings", "\(Repository.root)/Recordings"]
    try await onThread {
      let child = try Child(arguments, environment: environment)
      let port = try child.port(scheme: "https")
      let first = try ProcessTests.secure(port)
      // A stream needs the list of instruments.
      while true {
        first.client.send("GET /binance/instruments HTTP/1.1\r\nHost: localhost\r\n\r\n")
        if try first.client.readResponse().head.hasPrefix("HTTP/1.1 200 ") { break }
      }
      first.client.send(
        RawSocket.upgrade("/ws/binance/BTCUSDT/trades").replacing("Host: a\r\n", with: "Host: localhost\r\n"))
      #expect(try first.client.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 101 "))

      try ProcessTests.copy(new.certificateFile, to: old.certificateFile)
      try ProcessTests.copy(new.keyFile, to: old.keyFile)
      child.send(SIGHUP)
      // Once at the start, once now.
      for _ in 1...2 { try child.errors.line(with: "new clients are shown the certificate expires=") }
      let second = try ProcessTests.secure(port)
      #expect(second.number != first.number)
      #expect(try first.client.readFrame().first == 0x81)

      try ProcessTests.copy("/dev/null", to: old.keyFile)
      child.send(SIGHUP)
      try child.errors.line(with: "ERROR gateway: the new certificate cannot be served, the old one stays cause=")
      #expect(try ProcessTests.secure(port).number == second.number)
      #expect(try first.client.readFrame().first == 0x81)
      #expect(try child.ended(by: SIGTERM).code == 0)
    }
  }

  /// Replaces what a file holds.
  private static func copy(_ source: String, to target: String) throws {
    let text = try #require(SystemFacts.text(ofFile: source))
    let file = try #require(fopen(target, "w"))
    defer { fclose(file) }
    fputs(text, file)
  }

  /// What only a look at the machine shows is a fault of the configuration too, found before anything starts.
  @Test(arguments: [
    ("CORS_ORIGINS", "everybody"), ("ALLOWED_HOSTS", "https://desk.example"), ("APP_HOST", "192.0.2.1"),
    ("APP_HOST", "no such host"), ("UPSTREAM_CA_FILE", "/proc/nonexistent/ca.pem"), ("RECORDINGS", "/proc/nonexistent"),
  ])
  func aValueThatCannotWorkIsALineAndTheEndIsTwo(name: String, value: String) async throws {
    for arguments in [["--check-config"], ["serve", "--port", "0"], ["serve", "--demo", "--port", "0"]] {
      let ended = try await onThread { try Child(arguments, environment: [name: value]).ended() }
      #expect(ended.code == 2)
      #expect(ended.output.isEmpty)
      #expect(ended.errors.hasPrefix("configuration: \(name) \"\(value)\" "))
      #expect(ended.errors.split(separator: "\n").count == 1)
    }
  }

  @Test func aFolderWithoutRecordingsEndsWithTwo() async throws {
    let ended = try await onThread {
      try Child(["serve", "--demo", "--port", "0", "--recordings", "/proc/self"]).ended()
    }
    #expect(ended.code == 2)
    #expect(ended.errors.hasPrefix("configuration: RECORDINGS: "))
    #expect(ended.errors.split(separator: "\n").count == 1)
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
      let port = try child.port()
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

  @Test(arguments: [false, true]) func aServiceManagerIsToldHowItStands(isAbstract: Bool) async throws {
    try await onThread {
      let manager = NotifySocket(isAbstract: isAbstract)
      let child = try Child(
        ["serve", "--demo", "--port", "0", "--recordings", "\(Repository.root)/Recordings"],
        environment: ["NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "100000"])
      let ready = "READY=1\nSTATUS=listening on http://127.0.0.1:\(try child.port())"
      #expect(try manager.next() == ready)
      for _ in 1...3 { #expect(try manager.next() == "WATCHDOG=1") }
      child.send(SIGHUP)
      #expect(try manager.next("RELOADING=1\nMONOTONIC_USEC=").split(separator: "=").last.flatMap { Int64($0) } != nil)
      #expect(try manager.next("READY=1") == ready)
      child.send(SIGTERM)
      #expect(try manager.next("STOPPING=1") == "STOPPING=1")
      #expect(try child.ended().code == 0)
    }
  }

  @Test(arguments: [SIGTERM, SIGINT]) func aRecordingEndsWhenItIsAskedToAndSaysWhatItHolds(signal: Int32) async throws {
    try await onThread {
      let place = TemporaryFolder()
      let arguments = ["record", place.path + "/r", "--demo", "--symbols", "BTCUSDT", "--exchanges", "binance"]
      let child = try Child(arguments + ["--recordings", "\(Repository.root)/Recordings"])
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
    let nowhere = [
      "EXCHANGES": "binance", "BINANCE_BASE_URL": "http://127.0.0.1:1", "BINANCE_WS_URL": "ws://127.0.0.1:1",
      "FEEDS_KEPT": "none",
    ]
    try await onThread {
      let child = try Child(["serve", "--port", "0"], environment: nowhere)
      let port = try child.port()
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
