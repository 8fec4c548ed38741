internal import Contract
internal import Model
internal import Wire

/// Writes a page of candles as `[OHLC]`: row by row what `EventEncoding.append` writes, but what is the same in all rows is made
/// once, and a row is one value of the writer.
///
/// Buys: 970 instructions a row where a candle by itself takes 4127 (`make instructions`).
/// Assumes: that both spell the members alike, which `CandlePageEncodingTests` holds them to.
struct CandlePageEncoding {
  /// What the rows are of: a candle of something else is written the other way.
  private let instrument: Instrument
  private let interval: Interval
  private let symbol: String?
  /// `{"exchange":"binance","symbol":"BTCUSDT","timestamp":"`
  private let head: SharedBytes
  /// `","interval":"1m","open":`
  private let middle: SharedBytes
  private var times = TimestampText()

  /// Six numbers, a count, a time and the text between them.
  private static let mostOfValues = 6 * FixedDecimal.maxTextLength + 20 + Timestamp.maxTextLength + 128

  init(_ first: Candle, named symbol: String?) {
    (instrument, interval) = (first.instrument, first.interval)
    self.symbol = symbol
    var head = JSONWriter()
    head.beginObject()
    head.key("exchange")
    head.string(instrument.exchange.name)
    head.key("symbol")
    head.string(symbol ?? instrument.symbol)
    head.key("timestamp")
    self.head = CandlePageEncoding.bytes(head.take(), then: "\"")
    var middle = JSONWriter()
    middle.key("interval")
    middle.interval(interval)
    middle.key("open")
    self.middle = SharedBytes(Array("\",".utf8) + middle.take())
  }

  private static func bytes(_ bytes: [UInt8], then end: String) -> SharedBytes { SharedBytes(bytes + Array(end.utf8)) }

  /// Bytes that so many rows take, if they are little longer than this one.
  mutating func room(for count: Int, like row: Candle) -> Int {
    var json = JSONWriter()
    withUnsafePointer(to: row) { append($0, to: &json) }
    return count * (json.count + CandlePageEncoding.margin) + mostOfRow
  }

  private var mostOfRow: Int { head.count + middle.count + CandlePageEncoding.mostOfValues }
  /// Digits that another row may have more.
  private static let margin = 8

  /// Writes a candle where it stands, as each is too wide to be copied.
  mutating func append(_ place: UnsafePointer<Candle>, to json: inout JSONWriter) {
    guard place.pointee.instrument === instrument, place.pointee.interval == interval else {
      return EventEncoding.append(place.pointee, named: symbol, to: &json)
    }
    json.value(upTo: mostOfRow) { memory in
      var row = RowText(at: memory)
      row.put(head)
      row.end += times.write(place.pointee.openTime, at: row.end)
      row.put(middle)
      row.put(place.pointee.open)
      row.put(",\"high\":")
      row.put(place.pointee.high)
      row.put(",\"low\":")
      row.put(place.pointee.low)
      row.put(",\"close\":")
      row.put(place.pointee.close)
      row.put(",\"volume\":")
      row.put(place.pointee.baseVolume)
      row.put(",\"quote_volume\":")
      if let quoteVolume = place.pointee.quoteVolume { row.put(quoteVolume) } else { row.put("null") }
      row.put(",\"trades_count\":")
      if let count = place.pointee.tradesCount {
        row.put(FixedDecimal(shortMantissa: count, scale: 0))
      } else {
        row.put("null")
      }
      if place.pointee.isClosed { row.put(",\"is_closed\":true}") } else { row.put(",\"is_closed\":false}") }
      return row.end - memory
    }
  }
}

/// Text that grows at an end, where there is room for all of it.
private struct RowText {
  var end: UnsafeMutableRawPointer

  init(at memory: UnsafeMutableRawPointer) { end = memory }

  @inline(__always) mutating func put(_ bytes: SharedBytes) {
    end.copyMemory(from: bytes.base, byteCount: bytes.count)
    end += bytes.count
  }

  /// A constant, which becomes a few stores.
  @inline(__always) mutating func put(_ text: StaticString) {
    end.copyMemory(from: text.utf8Start, byteCount: text.utf8CodeUnitCount)
    end += text.utf8CodeUnitCount
  }

  @inline(__always) mutating func put(_ value: FixedDecimal) { end += value.write(at: end) }
}
