public import Model

extension Inquiry where Answer == [Trade] {
  /// Asks for trades that are objects of an array, each with these members; `takerSold` names a truth value.
  public static func trades(
    _ request: UpstreamRequest, of instrument: Instrument, id: String, price: String, quantity: String, time: String,
    takerSold: String
  ) -> Inquiry<[Trade]> {
    Inquiry(request) { (reply: UpstreamReply) throws(ExchangeError) in
      try reply.rows().map { (row) throws(ExchangeError) in
        Trade(
          instrument: instrument, id: .number(try row.integer(id)), price: try row.decimal(price),
          quantity: try row.decimal(quantity), aggressor: try row.bool(takerSold) ? .sell : .buy,
          exchangeTime: try row.milliseconds(time), receiveTime: reply.askTime)
      }
    }
  }
}
