import Glibc
import Support
import Testing

@testable import App

@Suite struct TailWriterTests {
  /// A pipe, and one for signals that never come unless a byte is written to it.
  private final class Ends: Sendable {
    let reading: Int32
    let writing: Int32
    let signalled: Int32
    let signalling: Int32

    init() {
      var both: [Int32] = [-1, -1]
      precondition(pipe(&both) == 0)
      (reading, writing) = (both[0], both[1])
      precondition(pipe(&both) == 0)
      (signalled, signalling) = (both[0], both[1])
    }

    func closeReading() { close(reading) }

    deinit { for descriptor in [writing, signalled, signalling] { close(descriptor) } }
  }

  private static func run(
    _ queue: TailQueue, _ ends: Ends, limit: Int64? = nil, log: (String) -> Void = { _ in }
  ) -> TailQueue.End {
    var writer = TailWriter(queue, limit: limit, output: ends.writing, signals: ends.signalled)
    return writer.run(format: { $0 }, say: log)
  }

  private static func text(_ ends: Ends) -> String {
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(ends.reading, &bytes, bytes.count)
    return String(decoding: bytes[..<max(0, count)], as: UTF8.self)
  }

  @Test func allIsWrittenBeforeTheEndAndSentencesStandWhereTheyBelong() {
    let (queue, ends) = (TailQueue(), Ends())
    queue.add(event: Array("a\n".utf8))
    queue.add(note: "said")
    queue.add(event: Array("b\n".utf8))
    queue.finish(.failed("over"))
    var before: [String] = []
    let end = Self.run(queue, ends) { before.append(Self.text(ends) + $0) }
    #expect(end == .failed("over"))
    #expect(before == ["a\nsaid"])
    #expect(Self.text(ends) == "b\n")
    ends.closeReading()
  }

  /// Without waiting for one more, which may be hours away.
  @Test func enoughIsEnough() {
    let (queue, ends) = (TailQueue(), Ends())
    for _ in 1...2 { queue.add(event: Array("a\n".utf8)) }
    #expect(Self.run(queue, ends, limit: 2) == .complete)
    queue.add(event: Array("a\n".utf8))
    #expect(Self.run(queue, ends, limit: 1) == .complete)
    #expect(Self.text(ends) == "a\na\na\n")
    ends.closeReading()
  }

  /// No event comes: the reader that is gone is seen all the same.
  @Test func aReaderThatIsGoneIsTheEnd() {
    let (queue, ends) = (TailQueue(), Ends())
    ends.closeReading()
    #expect(Self.run(queue, ends) == .unread)
  }

  @Test func aSignalIsTheEndThoughNobodyReads() {
    let (queue, ends) = (TailQueue(), Ends())
    // More than a pipe holds (65,536 bytes, pipe(7)).
    queue.add(event: [UInt8](repeating: 65, count: 1 << 20))
    write(ends.signalling, "x", 1)
    #expect(Self.run(queue, ends) == .asked)
    ends.closeReading()
  }

  @Test func aReaderThatIsSlowGetsAll() async throws {
    let (queue, ends) = (TailQueue(), Ends())
    queue.add(event: [UInt8](repeating: 65, count: 1 << 20))
    queue.finish(.complete)
    let reading = ends.reading
    async let count = onThread {
      var (bytes, sum) = ([UInt8](repeating: 0, count: 65_536), 0)
      while sum < 1 << 20 {
        let count = read(reading, &bytes, bytes.count)
        if count <= 0 { break }
        sum += count
      }
      return sum
    }
    let end = try await onThread { Self.run(queue, ends) }
    #expect(end == .complete)
    #expect(try await count == 1 << 20)
    ends.closeReading()
  }
}
