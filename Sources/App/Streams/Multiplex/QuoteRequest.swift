/// The first message of clients that know no commands: `{"exchange":"binance","symbols":["BTCUSDT"],"limit":10}`.
struct QuoteRequest: Equatable, Sendable {
  let exchange: String
  let symbols: [String]
  /// The only kind of contract that is offered.
  static let contractType = "perpetual"
  /// The messages after which it ends; `nil` for all.
  let limit: Int64?
  /// As it was asked for: 0 and none mean the same.
  let statedLimit: Int64?

  /// Checks what was sent.
  init(
    exchange: String?, symbols: [String]?, contractType: String?, limit: Int64?, limits: MultiplexLimits
  ) throws(APIError) {
    guard let exchange else { throw APIError(.badRequest, "exchange is missing") }
    guard let symbols, !symbols.isEmpty else { throw APIError(.badRequest, "symbols are missing") }
    guard symbols.count <= limits.arguments else {
      throw APIError(.invalidParameter, "a message names at most \(limits.arguments) symbols")
    }
    if let contractType, contractType.lowercased() != QuoteRequest.contractType {
      throw APIError(
        .unsupported, "contract_type '\(contractType)' is not offered; available: \(QuoteRequest.contractType)")
    }
    if let limit, limit < 0 { throw APIError(.invalidParameter, "limit must be zero or more") }
    self.exchange = exchange
    var known: Set<String> = []
    self.symbols = symbols.filter { known.insert($0).inserted }
    self.limit = limit == 0 ? nil : limit
    statedLimit = limit
  }
}
