public import Model
internal import Wire

/// What was traded of one instrument in the last 24 hours: for ranking, so the instrument is named by its symbol alone.
public struct InstrumentVolume: Sendable, Equatable {
  /// The exchange's own string.
  public let symbol: String
  /// Traded value in quote units.
  public let quoteVolume: FixedDecimal

  /// A volume of an instrument.
  public init(symbol: String, quoteVolume: FixedDecimal) {
    self.symbol = symbol
    self.quoteVolume = quoteVolume
  }
}

extension Inquiry where Answer == [InstrumentVolume] {
  /// A question answered by rows that are objects, at the end of a path of members. Rows without a volume are left out.
  ///
  /// - Parameter price: the member the volume is multiplied by, where that is in base units.
  public static func volumes(
    _ request: UpstreamRequest, at path: [StaticString] = [], symbol: StaticString, volume: StaticString,
    price: StaticString? = nil
  ) -> Inquiry {
    Inquiry(request) { (reply: UpstreamReply) throws(ExchangeError) in
      try reply.readRows(at: path) { (reader) throws(JSONError) in
        try reader.readVolume(symbol: symbol, volume: volume, price: price)
      }.compactMap { $0 }
    }
  }
}

extension JSONReader {
  fileprivate mutating func readVolume(
    symbol symbolName: StaticString, volume volumeName: StaticString, price priceName: StaticString?
  ) throws(JSONError) -> InstrumentVolume? {
    var (symbol, volume, price): (JSONText?, FixedDecimal?, FixedDecimal?)
    try beginObject()
    while let key = try nextKey() {
      if key.equals(symbolName) {
        symbol = try readText()
      } else if key.equals(volumeName) {
        volume = try readOptionalDecimal()
      } else if let priceName, key.equals(priceName) {
        price = try readOptionalDecimal()
      } else {
        try skipValue()
      }
    }
    let name = try require(symbol, symbolName).string
    let factor = priceName == nil ? FixedDecimal(1) : price
    guard let quoteVolume = volume.flatMap({ volume in factor.flatMap { volume.multiplied(by: $0) } }) else {
      return nil
    }
    return InstrumentVolume(symbol: name, quoteVolume: quoteVolume)
  }
}
