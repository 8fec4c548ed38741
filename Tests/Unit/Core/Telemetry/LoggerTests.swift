import Glibc
import Synchronization
import Telemetry
import Testing

/// Keeps the lines.
private final class MemorySink: LogSink {
  private let stored = Mutex<[String]>([])

  var lines: [String] { stored.withLock { $0 } }

  func write(_ line: UnsafeRawBufferPointer) {
    let text = String(decoding: line, as: UTF8.self)
    stored.withLock { $0.append(text) }
  }
}

@Suite struct LoggerTests {
  private let sink = MemorySink()

  private func logger(_ level: LogLevel, _ format: LogFormat = .text) -> Logger {
    // date -u -d @1790856000.123 : 2026-10-01T12:00:00.123
    Logger(label: "sessions", level: level, format: format, sink: sink, clock: { 1_790_856_000_123_999 })
  }

  @Test func aLineHoldsTimeLevelLabelSentenceAndFieldsInOrder() {
    logger(.info).info("connected", ["exchange": "binance", "attempt": 3])
    #expect(sink.lines == ["2026-10-01T12:00:00.123Z INFO sessions: connected exchange=binance attempt=3\n"])
  }

  @Test func jsonGivesOneObjectALine() {
    logger(.info, .json).warning("connection lost", ["attempt": 3, "clean": true, "reason": "reset"])
    let expected =
      #"{"time":"2026-10-01T12:00:00.123Z","level":"WARNING","logger":"sessions","message":"connection lost","#
      + #""attempt":3,"clean":true,"reason":"reset"}"# + "\n"
    #expect(sink.lines == [expected])
  }

  @Test(arguments: LogLevel.allCases)
  func linesBelowTheLevelAreNotWritten(level: LogLevel) {
    let log = logger(level)
    log.debug("a")
    log.info("b")
    log.warning("c")
    log.error("d")
    let expected = LogLevel.allCases.filter { $0 >= level }.map(\.description)
    #expect(sink.lines.map { String($0.split(separator: " ")[1]) } == expected)
    for other in LogLevel.allCases { #expect(log.isEnabled(other) == (other >= level)) }
  }

  @Test func metadataBelowTheLevelIsNotEvaluated() {
    var evaluated = 0
    func costly() -> Int {
      evaluated += 1
      return evaluated
    }
    logger(.error).debug("a", ["cost": costly()])
    #expect(evaluated == 0)
    logger(.debug).debug("a", ["cost": costly()])
    #expect(evaluated == 1)
  }

  @Test func theSilentLoggerWritesNothing() {
    #expect(LogLevel.allCases.allSatisfy { !Logger.silent.isEnabled($0) })
    Logger.silent.error("not seen")
  }

  @Test func aLabelIsReplacedAndTheRestKept() {
    let log = logger(.warning).labelled("net")
    log.info("unseen")
    log.warning("seen")
    #expect(log.label == "net")
    #expect(sink.lines == ["2026-10-01T12:00:00.123Z WARNING net: seen\n"])
  }

  @Test func aSecretStaysSecret() {
    logger(.info).info("loaded", ["key": Redacted("hunter2")])
    #expect(sink.lines[0].hasSuffix("loaded key=[redacted]\n"))
  }

  @Test func theDefaultClockIsTheSystems() {
    var before = timespec()
    clock_gettime(CLOCK_REALTIME, &before)
    #expect(Logger.wallClockMicroseconds() >= Int64(before.tv_sec) * 1_000_000)
  }
}
