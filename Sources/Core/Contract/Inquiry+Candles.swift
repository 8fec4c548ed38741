public import Model
public import Wire

extension Inquiry where Answer == [Candle] {
  /// A page of candles in one request: read by its layout where it has one, else row by row, the array of rows standing at the
  /// end of a path of members. Ascending; `isDescending` when the exchange answers the newest first.
  public static func candles(
    _ request: UpstreamRequest, _ query: HistoryQuery, _ interval: Interval, laidOut layouts: CandleLayouts,
    at path: [StaticString] = [], isDescending: Bool = false,
    row: @escaping @Sendable (inout JSONReader, UpstreamReply) throws(JSONError) -> Candle
  ) -> Inquiry {
    Inquiry(request) { (reply: UpstreamReply) throws(ExchangeError) in
      var candles: [Candle]
      if let found = layouts.read(reply, of: query.instrument, interval) {
        candles = found
      } else {
        candles = try reply.readRows(at: path) { (reader) throws(JSONError) in try row(&reader, reply) }
      }
      if isDescending { candles.reverse() }
      return candles
    }
  }
}
