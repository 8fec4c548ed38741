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
