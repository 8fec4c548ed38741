import Testing
import Wire

@testable import App

@Suite struct LayoutTests {
  private func layout(_ text: String) throws -> Layout {
    try Layout(Substring(text), file: "words")
  }

  @Test func literalBytesStandAsTheyAre() throws {
    let text = #"{"a":{"$":1},"ü":"}"}"#
    #expect(try layout(text).bytes(LayoutScope(now: 0)).recordedText == text)
  }

  @Test func valuesReplaceTheirNames() throws {
    var scope = LayoutScope(now: 1234)
    scope.topic = "t"
    scope.items = Array("1,2".utf8)
    #expect(try layout(#"${now}|"${topic}"|[${items}]${now}"#).bytes(scope).recordedText == #"1234|"t"|[1,2]1234"#)
  }

  @Test func aValueTheScopeLacksIsNull() throws {
    #expect(try layout(#"{"id":${message.id}}"#).bytes(LayoutScope(now: 0)).recordedText == #"{"id":null}"#)
  }

  @Test func aFlagChoosesOneOfTwoWords() throws {
    let instrument = try #require(try RecordingFixture.other().instrument("A"))
    var scope = LayoutScope(now: 0, instrument: instrument)
    scope.row = ("deals", 1)
    #expect(try layout("${row.taker_sold?Sell:Buy}").bytes(scope).recordedText == "Sell")
    scope.row = ("deals", 2)
    #expect(try layout("${row.taker_sold?Sell:}").bytes(scope).recordedText == "")
  }

  @Test(arguments: [
    ("61800.30", "61800.3"), ("61800.00", "61800"), ("0.00", "0"), ("100", "100"), ("0.050", "0.05"), ("-1.50", "-1.5"),
  ])
  func aNumberCanBePrintedWithoutZerosAtItsEnd(number: String, trimmed: String) throws {
    var scope = LayoutScope(now: 0)
    scope.topic = number
    #expect(try layout("7.0 ${topic:trim}|${topic}").bytes(scope).recordedText == "7.0 \(trimmed)|\(number)")
  }

  @Test(
    arguments: [
      (0, "00000000-0000-0000-0000-000000000000"), (255, "00000000-0000-0000-0000-0000000000ff"),
      (0x0123_4567_89ab_cdef, "00000000-0000-0000-0123-456789abcdef"),
    ] as [(Int64, String)])
  func aNumberCanBePrintedAsAUUID(number: Int64, uuid: String) throws {
    #expect(try layout("${now:uuid}").bytes(LayoutScope(now: number)).recordedText == uuid)
    #expect(try layout("${topic:uuid}").bytes(LayoutScope(now: 0)).recordedText == "null")
  }

  @Test func membersOfAMessageArePrintedAsJSONOrPlain() throws {
    var scope = LayoutScope(now: 0)
    scope.message = try JSONValue(parsing: #"{"id":"x","list":[{"a":1.50},[true,null]]}"#)
    scope.element = scope.message
    let text = "${message.id} ${message.list.1} ${message.list.0} ${plain.id} ${element.id}"
    #expect(try layout(text).bytes(scope).recordedText == #""x" [true,null] {"a":1.50} x "x""#)
  }

  @Test func aTapesRowsBeforeAndAfterNowAreFound() throws {
    let instrument = try #require(try RecordingFixture.other().instrument("A"))
    let text = "${latest.rates.rate} ${next.rates.rate} ${next.rates.due} ${latest.rates.time}"
    #expect(
      try layout(text).bytes(LayoutScope(now: 20_003, instrument: instrument)).recordedText == "0.1 -0.2 30000 20003")
    #expect(
      try layout(text).bytes(LayoutScope(now: 20_002, instrument: instrument)).recordedText == "-0.2 0.1 20000 10002")
  }

  @Test(arguments: [
    "${nonsense}", "${now", "${}", "${candle.colour}", "${window.x.open}", "${window.0.open}", "${latest.rates}",
    "${row}",
    "${now:x}", "${now:13}", "${now?yes}", "${now?a:b:c}", "${symbol.}", "${nonsense?a:b}", "${.now}",
  ])
  func whatIsNoValueIsRefused(text: String) {
    #expect(throws: RecordingError.self) { try layout(text) }
  }
}
