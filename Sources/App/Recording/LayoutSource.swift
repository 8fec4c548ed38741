/// Where a value of a layout comes from: the words that may stand in `${…}`.
enum LayoutSource: Sendable, Equatable {
  /// The exchange's time, milliseconds since 1970.
  case now
  /// The symbol, and the other fields of its line in the table of instruments.
  case symbol, instrument(String)
  /// When the instruments' history begins.
  case listed
  /// The interval as the exchange spells it.
  case interval
  /// A field of the row at hand; `id`, `first_id` and `last_id` number it and its raw trades.
  case row(String)
  /// The instant a sample stands for.
  case sampleTime
  /// A field of the candle at hand.
  case candle(CandleField)
  /// A field of a tape's last row up to now, or of the first one after it.
  case latest(tape: String, String), next(tape: String, String)
  /// A field of the candle of the last so many milliseconds.
  case window(Int64, CandleField)
  /// The items of a list; the frame in an envelope; the topics of a connection.
  case items, payload, topics
  case topic
  /// The exchange's name of the parameter an error is about.
  case parameter
  /// A member of the client's message as JSON, `null` where there is none; of one element of its list; and that as
  /// text.
  case message([String]), element([String]), plain([String])

  /// The source a name stands for; `nil` for a name that is none.
  init?(_ name: Substring) {
    let words = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if words.contains("") { return nil }
    guard let source = LayoutSource.simple[name] ?? LayoutSource(words: words) else { return nil }
    self = source
  }

  private static let simple: [Substring: LayoutSource] = [
    "now": .now, "symbol": .symbol, "listed": .listed, "interval": .interval, "sample.time": .sampleTime,
    "items": .items, "payload": .payload, "topics": .topics, "topic": .topic, "parameter": .parameter,
  ]

  private init?(words: [String]) {
    let path = Array(words.dropFirst())
    switch (words[0], words.count) {
    case ("symbol", 2): self = .instrument(words[1])
    case ("row", 2): self = .row(words[1])
    case ("candle", 2):
      guard let field = CandleField(rawValue: words[1]) else { return nil }
      self = .candle(field)
    case ("latest", 3): self = .latest(tape: words[1], words[2])
    case ("next", 3): self = .next(tape: words[1], words[2])
    case ("window", 3):
      guard let length = Int64(words[1]), (1...Tape.maxLoop).contains(length),
        let field = CandleField(rawValue: words[2])
      else { return nil }
      self = .window(length, field)
    case ("message", _): self = .message(path)
    case ("element", _): self = .element(path)
    case ("plain", _): self = .plain(path)
    default: return nil
    }
  }
}

/// A field of a candle, as layouts name it.
enum CandleField: String, Sendable {
  case openTime = "open_time"
  /// The last millisecond of the candle.
  case lastTime = "last_time"
  /// The first instant after the candle.
  case endTime = "end_time"
  case open, high, low, close
  /// Base and quote quantity traded.
  case volume, turnover
  /// The base quantity in units of the contract.
  case contracts
  /// Of base and quote quantity, what takers bought.
  case bought
  case boughtTurnover = "bought_turnover"
  /// How many raw trades, and the first and last one's number; -1 when there was none.
  case trades
  case firstID = "first_id"
  case lastID = "last_id"
  case isClosed = "is_closed"
  /// Close less open, and that in per cent of the open.
  case change
  case changePercent = "change_percent"
  /// Turnover over volume.
  case average
}
