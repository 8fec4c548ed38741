import Contract
import Model
import Wire

/// What holds for every exchange over any bytes, given to everything of it that reads bytes: the decoder of its streams and
/// the readers of its replies. Compiled with each driver.
///
/// Nothing may trap. Besides: what was read must print and read back as the same number, errors lie within the message, and
/// a pause is within its bounds.
struct ExchangeLaws {
  private let exchange: any ExchangeInterface
  private let instrument: Instrument
  private let catalog: InstrumentCatalog

  init(_ exchange: any ExchangeInterface, instrument: Instrument) {
    self.exchange = exchange
    self.instrument = instrument
    catalog = InstrumentCatalog([instrument], namesCoins: exchange.declaration.namesCoins)
  }

  func check(_ bytes: UnsafeRawBufferPointer) {
    checkFrame(bytes)
    checkLayouts(bytes)
    let body = Array(bytes)
    for status in [200, 400, 403, 429, 500] {
      let reply = UpstreamReply(status: status, body: body, askTime: .latest)
      if case .pause(let pause)? = exchange.failure(in: reply)?.advice {
        precondition((1000...UpstreamReply.maxPauseMilliseconds).contains(pause), "a pause out of its range")
      }
    }
    for time in [Timestamp.epoch, .latest] { checkReply(UpstreamReply(status: 200, body: body, askTime: time)) }
  }

  private func checkFrame(_ bytes: UnsafeRawBufferPointer) {
    var decoder = exchange.makeDecoder(catalog)
    var buffer = EventBuffer()
    do {
      // Twice: some decoders take the first message of a connection for another.
      for time in [Timestamp.epoch, .latest] { try decoder.decode(bytes, receiveTime: time, into: &buffer) }
      for event in buffer.events { check(event) }
    } catch {
      precondition(error.offset >= 0 && error.offset <= bytes.count, "an error beyond the message")
    }
  }

  /// A frame read by its layout means what it means to the exchange's decoder.
  func checkLayouts(_ bytes: UnsafeRawBufferPointer) {
    guard let layouts = exchange.makeDecoder(catalog) as? LayoutDecoder,
      var general = (exchange.makeDecoder(catalog) as? LayoutDecoder)?.general
    else { return }
    // Twice: some decoders insist on the first message of a connection.
    for _ in 0..<2 {
      let found = meaning { (buffer) throws(FrameError) in
        try layouts.decode(bytes, receiveTime: .epoch, into: &buffer)
      }
      let expected = meaning { (buffer) throws(FrameError) in
        try general.decode(bytes, receiveTime: .epoch, into: &buffer)
      }
      precondition(found.events == expected.events, "a layout gave other events")
      precondition(found.counts == expected.counts, "a layout gave other counts")
      precondition(found.error == expected.error, "a layout gave another error")
    }
  }

  private func meaning(
    _ decode: (inout EventBuffer) throws(FrameError) -> Void
  ) -> (events: [MarketEvent], counts: [Int], error: FrameError?) {
    var buffer = EventBuffer()
    do throws(FrameError) {
      try decode(&buffer)
    } catch {
      return ([], [], error)
    }
    let counts = [
      buffer.signals.count, buffer.unknownInstruments, buffer.leftOut, buffer.unrepresentable, buffer.unknownFields,
      buffer.unknownMessages,
    ]
    return (buffer.events, counts, nil)
  }

  private func checkReply(_ reply: UpstreamReply) {
    for start in [nil, Timestamp.epoch] {
      let query = HistoryQuery(instrument: instrument, interval: Interval("5m"), start: start, limit: 10)
      for candle in read(exchange.candles(query), reply) ?? [] { check(.candle(candle)) }
      for row in read(exchange.openInterestHistory(query), reply) ?? [] { check([row.quantity]) }
      for row in read(exchange.fundingHistory(query), reply) ?? [] { check([row.rate]) }
    }
    let list = read(exchange.instruments(), reply) ?? []
    _ = InstrumentCatalog(list, namesCoins: exchange.declaration.namesCoins)
    _ = read(exchange.openInterest(of: instrument), reply)
    _ = read(exchange.fundingRate(of: instrument), reply)
    for route in exchange.declaration.ownRoutes {
      for parameters in [[:], Dictionary(uniqueKeysWithValues: route.parameters.map { ($0.name, "btc") })] {
        guard let json = read(route.inquiry(parameters), reply) else { continue }
        precondition((try? JSONValue(parsing: json)) != nil, "an answer that is no JSON")
      }
    }
  }

  /// The same reply to each of its requests; where pages follow one another, as the first and the second.
  private func read<Answer>(_ inquiry: Inquiry<Answer>?, _ reply: UpstreamReply) -> Answer? {
    guard let inquiry else { return nil }
    let pages = inquiry.next == nil ? inquiry.requests.count : 2
    _ = inquiry.next?(reply)
    return try? inquiry.read(Array(repeating: reply, count: pages))
  }

  private func check(_ event: MarketEvent) {
    precondition(event.instrument === instrument, "an event of another instrument")
    switch event {
    case .trade(let trade): check([trade.price, trade.quantity])
    case .liquidation(let liquidation):
      precondition(exchange.declaration.capabilities.features.contains(.liquidations), "there are no liquidations")
      check([liquidation.price, liquidation.quantity])
    case .candle(let candle):
      check([candle.open, candle.high, candle.low, candle.close, candle.baseVolume])
      _ = candle.interval.endTime(ofCandleAt: candle.openTime)
    }
    _ = event.notional
  }

  private func check(_ numbers: [FixedDecimal]) {
    for number in numbers {
      precondition(FixedDecimal(number.description) == number, "a number that does not read back")
    }
  }
}
