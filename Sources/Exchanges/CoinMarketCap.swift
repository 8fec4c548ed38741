import Contract

/// CoinMarketCap: categories of coins. A reference, not an exchange.
///
/// https://coinmarketcap.com/api/documentation/v1/
enum CoinMarketCap {
  static let declaration = RawUpstream(
    name: "coinmarketcap", address: "https://pro-api.coinmarketcap.com", keyHeader: "X-CMC_PRO_API_KEY",
    // The Basic plan: 30 requests a minute. The list itself is renewed every 30 seconds or less often.
    requestsPerWindow: 30, windowMilliseconds: 60_000, defaultPauseMilliseconds: 60_000, freshMilliseconds: 60_000,
    routes: [
      RawUpstream.Route(
        path: "/categories", summary: "All categories of coins.", upstreamPath: "/v1/cryptocurrency/categories",
        parameters: [
          .init(name: "start", rule: .integer(1...Int64.max, default: 1)),
          .init(name: "limit", rule: .integer(1...5000, default: 100)),
        ]),
      RawUpstream.Route(
        path: "/category", summary: "The coins of one category.", upstreamPath: "/v1/cryptocurrency/category",
        parameters: [
          .init(name: "id", rule: .text(maxBytes: 64)),
          .init(name: "start", rule: .integer(1...Int64.max, default: 1)),
          .init(name: "limit", rule: .integer(1...1000, default: 100)),
        ]),
    ])
}
