/// What can be traded on one exchange: the identity every event refers to.
///
/// One word: where its properties stand, which are written once and never freed (`InstrumentRecord`). So it crosses threads
/// freely, and an event that names it is copied without counting a reference. Two instruments are equal when exchange and
/// symbol are.
public struct Instrument: @unchecked Sendable, Hashable, CustomStringConvertible {
  /// The kinds of contract the gateway tells apart.
  public enum Kind: String, Sendable, Hashable {
    /// No expiry, kept near its index by funding.
    case perpetual
    /// Expires at a date.
    case future
    /// Delivery at once.
    case spot
  }

  /// Whether the instrument can be traded now.
  public enum Status: String, Sendable, Hashable {
    /// Orders are matched.
    case trading
    /// Listed, but not traded: before its start, halted, settling.
    case halted
    /// No longer listed, though the exchange still names it.
    case delisted
  }

  let record: UnsafePointer<InstrumentRecord>

  /// An instrument of the given properties.
  public init(
    exchange: ExchangeID, symbol: String, base: String, quote: String, kind: Kind, status: Status,
    tickSize: FixedDecimal?, stepSize: FixedDecimal?, contractSize: FixedDecimal = FixedDecimal(1),
    fundingIntervalHours: Int?, listTime: Timestamp? = nil
  ) {
    var hasher = Hasher()
    hasher.combine(exchange)
    hasher.combine(symbol)
    record =
      InstrumentRecord(
        exchange: exchange, symbol: symbol, base: base, quote: quote, kind: kind, status: status, tickSize: tickSize,
        stepSize: stepSize, contractSize: contractSize, fundingIntervalHours: fundingIntervalHours, listTime: listTime,
        isQuotedInDollars: Instrument.dollars.contains(quote), identityHash: hasher.finalize()
      ).kept
  }

  /// The exchange that lists it.
  public var exchange: ExchangeID { record.pointee.exchange }
  /// The exchange's own string, in the exchange's own case.
  public var symbol: String { record.pointee.symbol }
  /// What is bought, in the exchange's own word (`BTC`, `1000PEPE`).
  public var base: String { record.pointee.base }
  /// What is paid (`USDT`).
  public var quote: String { record.pointee.quote }
  /// Perpetual, future or spot.
  public var kind: Kind { record.pointee.kind }
  /// Whether it can be traded now.
  public var status: Status { record.pointee.status }
  /// The smallest step of a price, in quote units; `nil` when the exchange does not say.
  public var tickSize: FixedDecimal? { record.pointee.tickSize }
  /// The smallest step of a quantity, in the exchange's unit; `nil` when the exchange does not say.
  public var stepSize: FixedDecimal? { record.pointee.stepSize }
  /// Base units in one unit of the exchange's quantity: 1 where quantities are in base units.
  public var contractSize: FixedDecimal { record.pointee.contractSize }
  /// Hours between two funding settlements; `nil` when there is no funding or it is not known.
  public var fundingIntervalHours: Int? { record.pointee.fundingIntervalHours }
  /// Before this there is no history; `nil` when the exchange does not say, or does not need to be told.
  public var listTime: Timestamp? { record.pointee.listTime }
  /// Whether amounts in its quote can be compared with amounts in US dollars.
  public var isQuotedInDollars: Bool { record.pointee.isQuotedInDollars }

  /// Same exchange, same symbol.
  public static func == (left: Instrument, right: Instrument) -> Bool {
    left === right || (left.symbol == right.symbol && left.exchange == right.exchange)
  }

  /// Where it stands: of this instrument in this state, and of no other in this process. For tables by number.
  public var address: UInt { UInt(bitPattern: record) }

  /// Feeds what stands for exchange and symbol, computed once: instruments are looked up with every event.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(record.pointee.identityHash)
  }

  /// `binance/BTCUSDT`.
  public var description: String { "\(exchange)/\(symbol)" }

  /// Quotes of which one unit is taken for one US dollar, in the exchanges' own words.
  public static let dollars: Set<String> = ["USD", "USDT", "USDC", "FDUSD", "BUSD"]

  /// What can differ between two lists, as clients read it.
  public enum Property: String, Sendable {
    /// `base`
    case base
    /// `quote`
    case quote
    /// `kind`
    case kind
    /// `status`
    case status
    /// `tickSize`
    case tickSize = "tick_size"
    /// `stepSize`
    case stepSize = "step_size"
    /// `contractSize`
    case contractSize = "contract_size"
    /// `fundingIntervalHours`
    case fundingIntervalHours = "funding_interval_hours"
  }

  /// The properties in which another state of the same instrument differs; numbers are compared by value.
  public func differences(from other: Instrument) -> [Property] {
    if self === other { return [] }
    let checks: [(Property, Bool)] = [
      (.base, base == other.base), (.quote, quote == other.quote), (.kind, kind == other.kind),
      (.status, status == other.status), (.tickSize, tickSize == other.tickSize),
      (.stepSize, stepSize == other.stepSize),
      (.contractSize, contractSize == other.contractSize),
      (.fundingIntervalHours, fundingIntervalHours == other.fundingIntervalHours),
    ]
    return checks.filter { !$0.1 }.map(\.0)
  }

  /// Whether every property is equal, not the identity alone: a refreshed list keeps what has not changed.
  public func hasSameProperties(as other: Instrument) -> Bool {
    self == other && listTime == other.listTime && differences(from: other).isEmpty
  }

  /// The same instrument in another status.
  public func withStatus(_ status: Status) -> Instrument {
    copy(status: status, fundingIntervalHours: fundingIntervalHours)
  }

  /// The same instrument; where its funding interval is not known, that of an earlier state of it.
  public func withFundingInterval(from earlier: Instrument?) -> Instrument {
    guard fundingIntervalHours == nil, let hours = earlier?.fundingIntervalHours else { return self }
    return copy(status: status, fundingIntervalHours: hours)
  }

  private func copy(status: Status, fundingIntervalHours: Int?) -> Instrument {
    Instrument(
      exchange: exchange, symbol: symbol, base: base, quote: quote, kind: kind, status: status, tickSize: tickSize,
      stepSize: stepSize, contractSize: contractSize, fundingIntervalHours: fundingIntervalHours, listTime: listTime)
  }
}

extension Instrument? {
  /// Whether both are the same instrument in the same state, to the digit: one of which nothing has changed.
  public static func === (left: Instrument?, right: Instrument?) -> Bool { left?.record == right?.record }

  /// Whether they are not.
  public static func !== (left: Instrument?, right: Instrument?) -> Bool { left?.record != right?.record }
}
