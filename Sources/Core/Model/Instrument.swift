/// What can be traded on one exchange: the identity every event refers to.
///
/// A class, as it is shared by all events of the instrument; immutable, so it crosses threads freely. Two instruments
/// are equal when exchange and symbol are.
public final class Instrument: Sendable, Hashable, CustomStringConvertible {
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

  /// The exchange that lists it.
  public let exchange: ExchangeID
  /// The exchange's own string, in the exchange's own case.
  public let symbol: String
  /// What is bought, in the exchange's own word (`BTC`, `1000PEPE`).
  public let base: String
  /// What is paid (`USDT`).
  public let quote: String
  /// Perpetual, future or spot.
  public let kind: Kind
  /// Whether it can be traded now.
  public let status: Status
  /// The smallest step of a price, in quote units; `nil` when the exchange does not say.
  public let tickSize: FixedDecimal?
  /// The smallest step of a quantity, in the exchange's unit; `nil` when the exchange does not say.
  public let stepSize: FixedDecimal?
  /// Base units in one unit of the exchange's quantity: 1 where quantities are in base units.
  public let contractSize: FixedDecimal
  /// Hours between two funding settlements; `nil` when there is no funding or it is not known.
  public let fundingIntervalHours: Int?
  /// Before this there is no history; `nil` when the exchange does not say, or does not need to be told.
  public let listTime: Timestamp?
  /// Whether amounts in its quote can be compared with amounts in US dollars.
  public let isQuotedInDollars: Bool
  private let identityHash: Int

  /// An instrument of the given properties.
  public init(
    exchange: ExchangeID, symbol: String, base: String, quote: String, kind: Kind, status: Status,
    tickSize: FixedDecimal?, stepSize: FixedDecimal?, contractSize: FixedDecimal = FixedDecimal(1),
    fundingIntervalHours: Int?, listTime: Timestamp? = nil
  ) {
    self.exchange = exchange
    self.symbol = symbol
    self.base = base
    self.quote = quote
    self.kind = kind
    self.status = status
    self.tickSize = tickSize
    self.stepSize = stepSize
    self.contractSize = contractSize
    self.fundingIntervalHours = fundingIntervalHours
    self.listTime = listTime
    isQuotedInDollars = Instrument.dollars.contains(quote)
    var hasher = Hasher()
    hasher.combine(exchange)
    hasher.combine(symbol)
    identityHash = hasher.finalize()
  }

  /// Same exchange, same symbol.
  public static func == (left: Instrument, right: Instrument) -> Bool {
    left === right || (left.symbol == right.symbol && left.exchange == right.exchange)
  }

  /// Feeds what stands for exchange and symbol, computed once: instruments are looked up with every event.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(identityHash)
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
    guard self !== other else { return [] }
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
