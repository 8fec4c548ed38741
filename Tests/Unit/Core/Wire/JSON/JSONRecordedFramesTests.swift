import Glibc
import Testing
import Wire

/// What exchanges really send (`Tests/Fixtures/JSON/README.md`).
@Suite struct JSONRecordedFramesTests {
  private static let frames = lines(of: "frames.jsonl")

  private static func lines(of name: String) -> [[UInt8]] {
    // This file is Tests/Unit/Core/Wire/JSON/<name>: five components below Tests.
    let tests = #filePath.split(separator: "/").dropLast(5).map { "/" + $0 }.joined()
    guard let file = fopen(tests + "/Fixtures/JSON/" + name, "r") else { return [] }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 100_000)
    let count = fread(&bytes, 1, bytes.count, file)
    return bytes[..<count].split(separator: UInt8(ascii: "\n")).map(Array.init)
  }

  /// One line a leaf, in the form of `expected.py`.
  private func leaves(of value: JSONValue, at path: String) -> [String] {
    switch value {
    case .object(let members):
      members.isEmpty ? ["\(path)\tobject\t"] : members.flatMap { leaves(of: $0.value, at: "\(path)/\($0.key)") }
    case .array(let elements):
      elements.isEmpty
        ? ["\(path)\tarray\t"] : elements.enumerated().flatMap { leaves(of: $1, at: "\(path)/\($0)") }
    case .string(let text): ["\(path)\tstring\t\(text)"]
    case .number(let digits): ["\(path)\tnumber\t\(digits)"]
    case .bool(let bool): ["\(path)\tbool\t\(bool)"]
    case .null: ["\(path)\tnull\t"]
    }
  }

  @Test func theFixturesAreThere() {
    #expect(Self.frames.count == 24)
  }

  @Test func everyLeafIsReadAsPythonReadsIt() throws {
    let read = try Self.frames.enumerated().flatMap { index, frame in
      leaves(of: try JSONValue(parsing: frame), at: String(index))
    }
    #expect(read == Self.lines(of: "frames.expected.tsv").map { String(decoding: $0, as: UTF8.self) })
  }

  @Test func everyFrameIsSkippedToItsEnd() {
    for frame in Self.frames { #expect(JSONVerdict.bySkipping(frame) == nil) }
  }

  @Test func everyFrameCutOffAnywhereIsAnErrorWithinIt() {
    for frame in Self.frames {
      for length in 0..<frame.count {
        let prefix = Array(frame[..<length])
        let (skipped, built) = (JSONVerdict.bySkipping(prefix), JSONVerdict.byValue(prefix))
        if (skipped?.offset ?? .max) > length || (built?.offset ?? .max) > length {
          Issue.record("\(length) bytes of \(String(decoding: frame, as: UTF8.self))")
        }
      }
    }
  }

  @Test func everyFrameIsTheSameAfterWritingItAgain() throws {
    for frame in Self.frames {
      let value = try JSONValue(parsing: frame)
      var writer = JSONWriter()
      write(value, to: &writer)
      let bytes = writer.bytes
      #expect(try JSONValue(parsing: bytes) == value)
    }
  }

  private func write(_ value: JSONValue, to writer: inout JSONWriter) {
    switch value {
    case .object(let members):
      writer.beginObject()
      for member in members {
        writer.key(member.key)
        write(member.value, to: &writer)
      }
      writer.endObject()
    case .array(let elements):
      writer.beginArray()
      for element in elements { write(element, to: &writer) }
      writer.endArray()
    case .string(let text): writer.string(text)
    case .number(let digits): writer.raw { $0.append(contentsOf: digits.utf8) }
    case .bool(let bool): writer.bool(bool)
    case .null: writer.null()
    }
  }
}
