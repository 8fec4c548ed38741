public import Contract
public import Model
public import Sessions

/// Fetches the trades a stream is missing, by their numbers.
public struct TradeBackfill: Sendable {
  private let exchange: any ExchangeInterface
  private let client: ExchangeClient
  private let clock: any TimeSource
  /// How long one page may take, in milliseconds.
  private let time: Int64

  /// Fetches from an exchange.
  public init(
    _ exchange: any ExchangeInterface, client: ExchangeClient, clock: any TimeSource,
    terms: RepairTerms = RepairTerms()
  ) {
    self.exchange = exchange
    self.client = client
    self.clock = clock
    time = terms.deadline
  }

  /// One page of the trades from a number on, ascending, no more than `count`; `nil` when the exchange cannot be asked.
  public func trades(of instrument: Instrument, from number: Int64, count: Int64) async -> [Trade]? {
    guard let page = exchange.declaration.rest.tradesPerPage,
      let inquiry = exchange.trades(of: instrument, from: number, limit: Int(min(count, Int64(page))))
    else { return nil }
    let deadline = clock.monotonicMilliseconds + time
    return try? await client.ask(inquiry, priority: .repair, deadline: deadline)
  }
}
