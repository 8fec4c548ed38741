import Contract
import Model
import Support
import Testing
import Wire

@testable import App

@Suite struct QuarantinedFrameTests {
  private static let time = Timestamp(microseconds: 1_800_000_000_123_456)
  private static let limit = QuarantinedFrame.maxBytes

  private func frame(_ bytes: [UInt8], offset: Int = 0, reason: String = "expected a value") -> QuarantinedFrame {
    bytes.withUnsafeBytes {
      QuarantinedFrame(
        $0, FrameError(offset: offset, reason: reason), endpoint: ToyExchange.endpoint, receiveTime: Self.time)
    }
  }

  private func json(_ frame: QuarantinedFrame) -> String {
    var json = JSONWriter()
    json.beginObject()
    frame.appendMembers(to: &json)
    json.endObject()
    return String(decoding: json.take(), as: UTF8.self)
  }

  @Test func aShortMessageIsKeptWhole() {
    let frame = frame(Array("{\"é\"".utf8), offset: 5)
    #expect(frame.text == "{\"é\"" && frame.start == 0 && frame.length == 5)
    #expect(
      json(frame)
        == #"{"endpoint":"stream","reason":"expected a value","offset":5,"length":5,"start":0,"encoding":"text","frame":"{\"é\""}"#
    )
    #expect(json(self.frame([])).hasSuffix(#""length":0,"start":0,"encoding":"text","frame":""}"#))
  }

  @Test func bytesThatAreNoTextAreGivenAsDigits() {
    #expect(json(frame([0x7b, 0xff, 0x0a])).hasSuffix(#""encoding":"hex","frame":"7bff0a"}"#))
  }

  @Test func ofALongMessageThePartAroundTheFaultIsKept() {
    let message = (0..<100_000).map { UInt8(truncatingIfNeeded: 0x20 + $0 % 90) }
    for (offset, start) in [
      (0, 0), (Self.limit / 2, 0), (50_000, 50_000 - Self.limit / 2), (100_000, 100_000 - Self.limit),
      (-5, 0), (.max, 100_000 - Self.limit),
    ] {
      let frame = frame(message, offset: offset)
      #expect(frame.start == start && frame.bytes.count == Self.limit && frame.length == 100_000)
      #expect(frame.bytes == Array(message[start..<start + Self.limit]))
    }
    #expect(frame(Array(message.prefix(Self.limit))).bytes.count == Self.limit)
    #expect(frame(Array(message.prefix(Self.limit + 1))).bytes.count == Self.limit)
  }

  @Test(arguments: ["é", "€", "😀"]) func noCharacterIsCutInTwo(character: String) {
    let width = character.utf8.count
    for shift in 0..<4 {
      let message = Array((String(repeating: "a", count: shift) + String(repeating: character, count: 20_000)).utf8)
      for offset in [0, 30_000, 30_001, 30_002, 30_003, message.count] {
        let frame = frame(message, offset: offset)
        #expect(frame.text != nil, "\(shift) \(offset)")
        #expect(frame.bytes.count > Self.limit - 2 * width && frame.bytes.count <= Self.limit)
        #expect(frame.bytes == Array(message[frame.start..<frame.start + frame.bytes.count]))
      }
    }
  }

  @Test func aReasonIsBoundedToo() {
    let long = frame([], reason: String(repeating: "x", count: 10_000))
    #expect(long.reason.count == QuarantinedFrame.maxReason)
  }

  @Test func whatWasWrittenIsReadAgain() throws {
    for bytes in [[], Array("{\"a\":\"\\u0001\"\n\t😀".utf8), [0, 255, 128, 10]] as [[UInt8]] {
      let frame = frame(bytes, offset: 3)
      #expect(QuarantinedFrame(try JSONValue(parsing: json(frame)), receiveTime: Self.time) == frame)
    }
  }

  @Test func whatLacksAPartIsNotRead() throws {
    let whole = json(frame([255, 1]))
    for (part, other) in [
      (#""endpoint":"stream","#, ""), (#""offset":0"#, #""offset":0.5"#), (#""encoding":"hex""#, #""encoding":"word""#),
      (#""frame":"ff01""#, #""frame":"ff0""#), (#""frame":"ff01""#, #""frame":"FF01""#),
      (#""frame":"ff01""#, #""x":1"#),
      (#""length":2,"#, ""), (#""start":0,"#, ""), (#""reason":"expected a value","#, ""),
      (#""frame":"ff01""#, "\"frame\":\"\(String(repeating: "0", count: 2 * Self.limit + 2))\""),
    ] {
      let broken = whole.replacing(part, with: other)
      #expect(broken != whole)
      #expect(QuarantinedFrame(try JSONValue(parsing: broken), receiveTime: Self.time) == nil, "\(part)")
    }
  }
}
