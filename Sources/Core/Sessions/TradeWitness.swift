public import Contract
internal import Model

/// Asks an exchange over REST whether an instrument trades: the one witness that does not depend on the stream that is
/// suspected.
public struct TradeWitness: Sendable {
  /// How long the exchange may take, in milliseconds.
  static let patience: Int64 = 3000
  /// Candles that are looked at: the running one may have no trade yet.
  static let rows = 3

  private let exchange: any ExchangeInterface
  private let client: ExchangeClient
  private let clock: any TimeSource

  /// A witness at an exchange.
  public init(_ exchange: any ExchangeInterface, client: ExchangeClient, clock: any TimeSource) {
    self.exchange = exchange
    self.client = client
    self.clock = clock
  }

  /// How trading stands; `nil` when it could not be learnt. After clients and repairs, and from the exchange itself.
  func reading(of instrument: Instrument) async -> TradeReading? {
    let query = HistoryQuery(
      instrument: instrument, interval: .oneMinute, limit: TradeWitness.rows, now: clock.wallClock)
    guard let inquiry = exchange.candles(query) else { return nil }
    let deadline = clock.monotonicMilliseconds + TradeWitness.patience
    guard let candles = try? await client.ask(inquiry, priority: .monitor, deadline: deadline) else { return nil }
    return TradeReading(candles)
  }
}

extension TradeReading {
  /// The newest of some candles that has a trade.
  init(_ candles: [Candle]) {
    let traded = candles.last { $0.baseVolume > FixedDecimal(0) }
    self.init(openTime: traded?.openTime, volume: traded?.baseVolume ?? FixedDecimal(0))
  }
}
