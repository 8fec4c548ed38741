internal import Model

/// A question about one instrument, as a client asked it: equal questions have equal answers.
struct MarketQuestion: Hashable, Sendable {
  /// What is wanted.
  enum Subject: Hashable, Sendable {
    case candles(Interval, HistoryRange)
    case openInterest
    case openInterestHistory(Interval, HistoryRange)
    case fundingRate
    case fundingHistory(HistoryRange)
  }

  /// The exchange.
  let exchange: ExchangeID
  /// In the client's words: the answer may repeat them.
  let symbol: String
  let subject: Subject
}

/// Which rows are wanted.
struct HistoryRange: Hashable, Sendable {
  var start: Timestamp?
  var end: Timestamp?
  var limit: Int
}
