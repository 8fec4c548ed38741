import Testing

@testable import Wire

@Suite struct ReceiveBufferTests {
  @Test func aLineIsFoundOnceItsCRLFIsThere() {
    var buffer = ReceiveBuffer()
    feed(&buffer, "ab\r")
    #expect(line(of: &buffer) == "incomplete")
    feed(&buffer, "\ncd\r\n")
    #expect(line(of: &buffer) == "ab")
    #expect(line(of: &buffer) == "cd")
    #expect(line(of: &buffer) == "incomplete")
    #expect(buffer.isEmpty)
  }

  @Test func aLineAtTheLimitPassesAndOneMoreByteDoesNot() {
    var buffer = ReceiveBuffer()
    feed(&buffer, "abc\r\nabcd")
    #expect(line(of: &buffer, limit: 3) == "abc")
    #expect(line(of: &buffer, limit: 3) == "tooLong")
    var empty = ReceiveBuffer()
    feed(&empty, "\r\nx")
    #expect(line(of: &empty, limit: 0) == "")
    #expect(line(of: &empty, limit: 0) == "tooLong")
  }

  @Test(arguments: ["a\n", "\n", "a\rb", "\r\r\n"]) func aBareLineEndIsNone(text: String) {
    var buffer = ReceiveBuffer()
    feed(&buffer, text)
    #expect(line(of: &buffer) == "bareLineEnd")
  }

  @Test func bytesAreMovedUpToTheLimit() {
    var buffer = ReceiveBuffer()
    var body: [UInt8] = []
    feed(&buffer, "abcdef")
    #expect(buffer.moveBytes(upTo: 4, to: &body) == 4)
    #expect(buffer.moveBytes(upTo: 4, to: &body) == 2)
    #expect(buffer.moveBytes(upTo: 4, to: &body) == 0)
    #expect(body == [UInt8]("abcdef".utf8))
  }

  @Test func whatIsLeftIsTakenWhole() {
    var buffer = ReceiveBuffer()
    feed(&buffer, "a\r\nrest")
    #expect(line(of: &buffer) == "a")
    #expect(buffer.first == UInt8(ascii: "r"))
    #expect(buffer.takeAll() == [UInt8]("rest".utf8))
    #expect(buffer.isEmpty && buffer.first == nil)
    feed(&buffer, "b\r\n")
    #expect(line(of: &buffer) == "b")
  }

  /// The bytes in front are moved away while a line is half read and another half waits.
  @Test func linesAreTheSameHoweverTheBytesCome() {
    let lines = (0..<40).map { String(repeating: "x", count: $0 * 7 % 23) }
    let bytes = [UInt8](lines.map { $0 + "\r\n" }.joined().utf8)
    for size in 1...bytes.count {
      var buffer = ReceiveBuffer()
      var found: [String] = []
      for start in stride(from: 0, to: bytes.count, by: size) {
        bytes[start..<min(start + size, bytes.count)].withUnsafeBytes { buffer.append($0) }
        // One line a turn leaves a rest to be moved.
        if start / size % 3 == 0 { found.append(contentsOf: self.lines(in: &buffer, atMost: 1)) }
      }
      found.append(contentsOf: self.lines(in: &buffer, atMost: .max))
      #expect(found == lines)
    }
  }

  private func lines(in buffer: inout ReceiveBuffer, atMost count: Int) -> [String] {
    var found: [String] = []
    while found.count < count {
      let next = line(of: &buffer)
      guard next != "incomplete" else { break }
      found.append(next)
    }
    return found
  }

  private func line(of buffer: inout ReceiveBuffer, limit: Int = 100) -> String {
    switch buffer.nextLine(limit: limit) {
    case .complete: buffer.withLine { String(decoding: $0, as: UTF8.self) }
    case let other: "\(other)"
    }
  }

  private func feed(_ buffer: inout ReceiveBuffer, _ text: String) {
    [UInt8](text.utf8).withUnsafeBytes { buffer.append($0) }
  }
}
