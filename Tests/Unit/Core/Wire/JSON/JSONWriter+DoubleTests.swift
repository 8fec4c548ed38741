import Support
import Testing
import Wire

/// Expected digits are Python's (Tests/Fixtures/JSON/make_doubles.py).
@Suite struct JSONWriterDoubleTests {
  private func written(_ values: Double...) -> String {
    var writer = JSONWriter()
    writer.beginArray()
    for value in values { writer.double(value) }
    writer.endArray()
    return String(decoding: writer.bytes.dropFirst().dropLast(), as: UTF8.self)
  }

  @Test func theShortestDigitsAreWrittenWithoutAnExponent() throws {
    let lines = try Fixture.lines("JSON/doubles.tsv")
    #expect(lines.count > 600)
    var different: [String] = []
    for line in lines {
      let fields = line.split(separator: "\t").map(String.init)
      let value = Double(bitPattern: try #require(UInt64(fields[0], radix: 16)))
      let text = written(value)
      if text != fields[1] || Double(text) != value { different.append("\(line): \(text)") }
    }
    #expect(different.isEmpty, "\(different.prefix(3))")
  }

  @Test func whatIsNoNumberIsNull() {
    #expect(written(.nan, .infinity, -.infinity) == "null,null,null")
  }

  @Test func commasStandBetweenNumbers() {
    #expect(written(1.5, -0.25, 0) == "1.5,-0.25,0")
  }
}
