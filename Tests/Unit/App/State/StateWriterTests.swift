import Glibc
import Net
import Support
import Telemetry
import Testing

@testable import App

@Suite(.timeLimit(.minutes(1))) struct StateWriterTests {
  private struct Bench {
    let folder = TemporaryFolder()
    let loop = EventLoop(name: "test")
    let failures = Counter()
    let lines = LoggedLines()
    let content = Lock("")
    let writes = Lock(0)

    func writer(below: String = "", spacing: Int64 = 1) -> StateWriter {
      let writer = StateWriter(
        folder: folder.path + below, failures: failures,
        logger: Logger(label: "state", level: .info, format: .text, sink: lines))
      writer.add(
        .init(name: "a", spacing: spacing) { [content, writes] in
          writes.withLock { $0 += 1 }
          return Array(content.withLock { $0 }.utf8)
        })
      return writer
    }

    func text(_ name: String = "a") -> String { folder.bytes(name).map { String(decoding: $0, as: UTF8.self) } ?? "" }
  }

  @Test func whatChangesIsWrittenAndTheLastChangeIsAlwaysInIt() async {
    let bench = Bench()
    let writer = bench.writer()
    for number in 1...200 {
      bench.content.withLock { $0 = "\(number)" }
      writer.note("a")
    }
    #expect(await bench.loop.eventually { bench.text() == "200" })
    writer.stop()
    bench.loop.shutdown()
  }

  @Test func aFloodIsOneWriteAndTheEndBringsTheRest() async {
    let bench = Bench()
    let writer = bench.writer(spacing: 3_600_000)
    bench.content.withLock { $0 = "first" }
    writer.note("a")
    #expect(await bench.loop.eventually { bench.text() == "first" })
    for number in 1...10_000 {
      bench.content.withLock { $0 = "\(number)" }
      writer.note("a")
    }
    writer.stop()
    #expect(bench.text() == "10000")
    #expect(bench.writes.withLock { $0 } == 2)
    bench.loop.shutdown()
  }

  @Test func aFolderThatCannotBeWrittenIsOneLineAndACount() async throws {
    let bench = Bench()
    try StateFile(folder: bench.folder.path, name: "file").replace(with: [])
    let writer = bench.writer(below: "/file/below")
    for count in 2...4 {
      writer.note("a")
      #expect(await bench.loop.eventually { bench.failures.value >= UInt64(count) })
    }
    writer.stop()
    let lines = bench.lines.all
    #expect(lines.count == 1)
    #expect(
      lines.first?.contains(
        "ERROR state: the state cannot be written: a restart would forget bans and unreadable messages file=") == true)
    #expect(lines.first?.contains("cause=\"Not a directory\"") == true)
    bench.loop.shutdown()
  }

  @Test func whenItCanBeWrittenAgainThatIsSaidToo() async throws {
    let bench = Bench()
    try StateFile(folder: bench.folder.path, name: "file").replace(with: [])
    let writer = bench.writer(below: "/file")
    #expect(await bench.loop.eventually { bench.failures.value == 1 })
    #expect(unlink("\(bench.folder.path)/file") == 0)
    bench.content.withLock { $0 = "there" }
    writer.note("a")
    #expect(await bench.loop.eventually { bench.text("file/a") == "there" })
    writer.stop()
    #expect(bench.lines.all.last?.contains("INFO state: the state can be written again") == true)
    bench.loop.shutdown()
  }

  @Test func aFileThatWasNotAddedIsNotWritten() {
    let bench = Bench()
    let writer = bench.writer()
    writer.note("b")
    writer.stop()
    #expect(bench.folder.names().isEmpty && bench.failures.value == 0)
    bench.loop.shutdown()
  }
}
