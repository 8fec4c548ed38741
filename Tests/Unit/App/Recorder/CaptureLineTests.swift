import Model
import Testing
import Wire

@testable import App

@Suite struct CaptureLineTests {
  private func line(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test func eachEventIsOneLineOfJSON() {
    Array(#"{"a":"1.0"}"#.utf8).withUnsafeBytes { text in
      #expect(
        line(CaptureLine.connection(.text(text), microseconds: 1_700_000_000_123_456))
          == #"{"time":1700000000123456,"event":"in","text":"{\"a\":\"1.0\"}"}"# + "\n")
    }
    #expect(line(CaptureLine.connection(.opened, microseconds: 1)) == "{\"time\":1,\"event\":\"open\"}\n")
    #expect(
      line(CaptureLine.connection(.sent("ping"), microseconds: 2))
        == "{\"time\":2,\"event\":\"out\",\"text\":\"ping\"}\n")
    #expect(
      line(CaptureLine.connection(.closed("gone\nfar"), microseconds: 3))
        == "{\"time\":3,\"event\":\"close\",\"reason\":\"gone\\nfar\"}\n")
    // Python: base64.b64encode(bytes([0xff, 0x00, 0x0a]))
    ([0xff, 0x00, 0x0a] as [UInt8]).withUnsafeBytes { bytes in
      #expect(
        line(CaptureLine.connection(.binary(bytes), microseconds: 4))
          == "{\"time\":4,\"event\":\"in\",\"base64\":\"/wAK\"}\n")
    }
  }

  /// Every byte below 0x80, and characters of two, three and four bytes: what is read back is what came.
  @Test func theBytesOfATextAreRecoverable() throws {
    let text = (0..<128).map { UInt8($0) } + Array("é€😀\u{2028}\u{FFFD}".utf8)
    let written = text.withUnsafeBytes { CaptureLine.connection(.text($0), microseconds: 0) }
    #expect(written.count { $0 == UInt8(ascii: "\n") } == 1)
    let value = try written.withUnsafeBytes { try JSONValue(parsing: UnsafeRawBufferPointer(rebasing: $0.dropLast())) }
    #expect(value["text"]?.string.map { Array($0.utf8) } == text)
  }

  @Test func theIndexSaysWhatAFileIs() {
    var part = CapturePart(
      exchange: "toy", endpoint: "stream", path: "/stream", connection: 2, number: 3)
    part.lines = 4
    part.bytes = 5
    #expect(
      line(CaptureLine.frames(part))
        == #"{"kind":"frames","exchange":"toy","file":"toy/stream-2-3.jsonl","endpoint":"stream","path":"/stream","#
        + #""connection":2,"part":3,"lines":4,"bytes":5}"# + "\n")
    let time = Timestamp(microseconds: 9)
    #expect(
      line(CaptureLine.begin(time))
        == "{\"kind\":\"begin\",\"format\":1,\"program\":\"marketgate \(Version.text)\",\"time\":9}\n")
    #expect(
      line(CaptureLine.end("a \"b\"", time)) == "{\"kind\":\"end\",\"reason\":\"a \\\"b\\\"\",\"time\":9}\n")
  }

  @Test func aReplyAndAFailureHaveTheirOwnLines() {
    func reply(_ outcome: CaptureReply.Outcome, request: String? = nil) -> CaptureReply {
      CaptureReply(
        exchange: "toy", method: "GET", target: "/a?b=1", requestBody: request, receiveMicroseconds: 8,
        outcome: outcome)
    }
    let answer = CaptureReply.Answer(
      status: 200, headers: [("content-type", "application/json"), ("date", "now")], body: [1, 2],
      sentMicroseconds: 7)
    #expect(
      line(CaptureLine.reply(reply(.success(answer), request: "{}"), file: "toy/reply-1.body"))
        == #"{"kind":"reply","exchange":"toy","file":"toy/reply-1.body","method":"GET","target":"/a?b=1","#
        + #""request":"{}","received":8,"sent":7,"status":200,"bytes":2,"#
        + #""headers":{"content-type":"application/json","date":"now"}}"# + "\n")
    #expect(
      line(CaptureLine.reply(reply(.failure("timeout")), file: nil))
        == #"{"kind":"failure","exchange":"toy","method":"GET","target":"/a?b=1","received":8,"error":"timeout"}"#
        + "\n")
  }
}
