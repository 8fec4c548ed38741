import Testing
import Wire

@testable import App

@Suite struct RecordingTests {
  private func error(replacing file: String, _ old: String, with new: String) -> String? {
    var texts = RecordingFixture.otherTexts
    texts[file] = texts[file].map { text in
      let parts = text.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
      return parts.count == 2 ? parts[0] + new + parts[1] : text
    }
    do {
      _ = try Recording(RecordingFiles(texts: texts))
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test func theBundledRecordingIsWhole() throws {
    let recording = try RecordingFixture.bundled.get()
    #expect(recording.about == "recorded trades, derived series")
    #expect(recording.instruments.count == 6)
    #expect(recording.intervals.count == 15)
    // Four topics and fifteen intervals for each symbol, and the whole market's liquidations.
    #expect(recording.sockets.topics.count == 6 * (4 + 15) + 1)
    #expect(recording.sockets.pingMilliseconds == 180_000)
    #expect(recording.usage?.header == "X-MBX-USED-WEIGHT-1M")
  }

  @Test(arguments: [
    (
      "recording.json", "\"listed\": 100000", "\"listed\": \"soon\"",
      "recording.json: listed: is no whole number from 0 to 253402300799999"
    ),
    ("recording.json", "\"about\": \"made up\"", "\"about\": 1", "recording.json: about: is no text"),
    ("recording.json", "\"D\": \"1d\"", "\"D\": \"day\"", "recording.json: intervals.D: is no interval"),
    ("recording.json", "\"trades\": \"deals\"", "\"trades\": \"none\"", "recording.json: trades is none of the tapes"),
    (
      "recording.json", "\"of\": \"instruments\"", "\"of\": \"worlds\"",
      "recording.json: routes.1.answer.of: is nothing an answer can be made of"
    ),
    ("recording.json", "\"item\": \"candle\"", "\"item\": \"x\"", "recording.json: routes.0.answer.item: is no layout"),
    ("recording.json", "\"tape\": \"rates\"", "\"tape\": \"x\"", "recording.json: routes.2.answer: x is no tape"),
    (
      "recording.json", "\"missing\": \"bad\"", "\"missing\": \"x\"",
      "recording.json: routes.0.parameters.symbol.missing: is no error"
    ),
    (
      "recording.json", "\"does\": \"subscribe\"", "\"does\": \"sing\"",
      "recording.json: sockets.commands.1: does nothing known"
    ),
    (
      "recording.json", "\"of\": \"ticks\"", "\"of\": \"x\"",
      "recording.json: sockets.channels.3.feed.of: is nothing a feed can be made of"
    ),
    (
      "recording.json", "candle/${symbol}/${interval}", "candle/${symbol}",
      "recording.json: sockets.channels.2: the topic of candles does not name their interval"
    ),
    (
      "recording.json", "\"topic\": \"deals\"", "\"topic\": \"deal/A\"",
      "recording.json: sockets.channels.1: the topic deal/A stands there twice"
    ),
    ("recording.json", "\"args\"", "5", "recording.json: sockets.commands.1.topics: is no text"),
    ("recording.json", "\"paths\": [", "\"paths\": 1, \"x\": [", "recording.json: sockets.paths: is no list"),
    ("recording.json", "{\n", "", "recording.json: byte 9: only whitespace may follow the value"),
    ("words", "pong pong", "pong", "words: a line has no layout"),
    ("words", "pong pong", "full pong", "words: full stands there twice"),
    (
      "words", "${row.rate}", "${row.colour}",
      "recording.json: routes.2.answer.item: row(\"colour\") is in no tape of some symbol"
    ),
    (
      "words", "${next.rates.due}", "${next.rates.when}",
      "recording.json: routes.1.answer.item: next(tape: \"rates\", \"when\") is in no tape of some symbol"
    ),
    ("symbols", "B,beta", "B", "symbols: B: the row has another length"),
    ("symbols", "symbol,long", "name,long", "symbols: has no symbols"),
    ("symbols", "A,alpha", "C,alpha", "tapes/C.deals.csv: cannot be opened"),
  ])
  func aFaultIsNamedWithItsPlace(file: String, old: String, new: String, fault: String) {
    #expect(error(replacing: file, old, with: new) == fault)
  }
}
