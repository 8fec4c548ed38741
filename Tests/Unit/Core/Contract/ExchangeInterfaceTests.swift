import Contract
import Model
import Testing

@Suite struct ExchangeInterfaceTests {
  /// An exchange that answers only what it must.
  private struct BareExchange: ExchangeInterface {
    let declaration = Declaration(
      id: ExchangeID("Bare"),
      capabilities: Capabilities(
        features: .instruments, intervals: [], openInterestPeriods: [], marksClosedCandles: false,
        liquidationCoverage: .none, liquidationPrice: nil),
      restAddress: "https://bare.test", streamAddress: "wss://bare.test",
      streamEndpoints: [StreamEndpoint(name: "all", path: "/ws")],
      rest: RESTLimits(
        weightPerWindow: 10, windowMilliseconds: 1000, usedWeightHeader: nil, candlesPerPage: 1, fundingRatesPerPage: 1,
        openInterestPerPage: 1, defaultPauseMilliseconds: 1000),
      streams: StreamLimits(
        topicsPerConnection: 1, topicsPerMessage: 1, messageSpacingMilliseconds: 0, attemptsPerWindow: 1,
        attemptWindowMilliseconds: 1000, lifetimeMilliseconds: nil, ping: .frame(everyMilliseconds: 1000),
        refusesWholeMessage: false),
      rawRoutes: [], feeds: [.routes, .spikes])

    func instruments() -> Inquiry<[Instrument]> {
      Inquiry(UpstreamRequest(target: "/instruments", weight: 1)) { (_) throws(ExchangeError) in [] }
    }
    func failure(in reply: UpstreamReply) -> ExchangeError? { nil }
    func upstreamTopic(for topic: Topic) -> UpstreamTopic? {
      UpstreamTopic(declaration.streamEndpoints[0], topic.description)
    }
    func message(_ verb: SubscriptionVerb, _ topics: [UpstreamTopic], request: Int) -> String { "" }
    func makeDecoder(_ instruments: InstrumentCatalog) -> any FrameDecoder { SilentDecoder() }
  }

  private struct SilentDecoder: FrameDecoder {
    var instruments = InstrumentCatalog.empty
    mutating func decode(
      _ message: UnsafeRawBufferPointer, receiveTime: Timestamp, into buffer: inout EventBuffer
    ) throws(FrameError) {}
  }

  private let instrument = Instrument(
    exchange: ExchangeID("bare"), symbol: "BTC", base: "BTC", quote: "USD", kind: .perpetual, status: .trading,
    tickSize: nil, stepSize: nil, fundingIntervalHours: nil)

  @Test func theIdentityIsTheDeclarations() {
    let exchange: any ExchangeInterface = BareExchange()
    #expect(exchange.id == ExchangeID("bare"))
  }

  @Test func questionsThatAreNotAnsweredAreNotOffered() {
    let exchange: any ExchangeInterface = BareExchange()
    let query = HistoryQuery(instrument: instrument, interval: .oneMinute, limit: 1)
    #expect(exchange.candles(query) == nil)
    #expect(exchange.openInterest(of: instrument) == nil)
    #expect(exchange.openInterestHistory(query) == nil)
    #expect(exchange.fundingRate(of: instrument) == nil)
    #expect(exchange.fundingHistory(query) == nil)
  }

  @Test func feedsAreASet() {
    let feeds = BareExchange().declaration.feeds
    #expect(feeds.contains(.routes) && feeds.contains(.spikes))
    #expect(!feeds.contains(.liquidations) && !feeds.contains(.largeTrades))
    let all: [Declaration.Feeds] = [.routes, .liquidations, .largeTrades, .spikes]
    #expect(all.reduce(0) { $0 + Int($1.rawValue) } == 0b1111)
  }

  @Test func topicsOfOneNameOnTwoEndpointsDiffer() {
    let (market, other) = (StreamEndpoint(name: "market", path: "/market"), StreamEndpoint(name: "public", path: "/p"))
    #expect(UpstreamTopic(market, "btcusdt@trade") == UpstreamTopic(market, "btcusdt@trade"))
    #expect(UpstreamTopic(market, "btcusdt@trade") != UpstreamTopic(other, "btcusdt@trade"))
    let topic = Topic(.trades, of: instrument)
    #expect(BareExchange().upstreamTopic(for: topic)?.name == "bare/BTC/trades")
  }

  @Test func aHistoryQueryIsOpenUnlessBounded() {
    let query = HistoryQuery(instrument: instrument, limit: 10)
    #expect(query.interval == nil && query.start == nil && query.end == nil)
    #expect(query == HistoryQuery(instrument: instrument, limit: 10))
    #expect(query != HistoryQuery(instrument: instrument, start: .epoch, limit: 10))
  }

  @Test func aRawRouteWeighsItsParameters() {
    let route = RawRoute(
      path: "/klines/{symbol}", summary: "Candles.", upstreamPath: "/klines",
      parameters: [.init(name: "symbol", rule: .symbol), .init(name: "limit", rule: .integer(1...1500, default: 500))],
      weight: { ($0["limit"].flatMap { Int($0) } ?? 500) > 100 ? 2 : 1 })
    #expect(route.weight(["limit": "10"]) == 1)
    #expect(route.weight([:]) == 2)
    #expect(route.parameters.map(\.name) == ["symbol", "limit"])
    #expect(PingDuty.text("ping", everyMilliseconds: 1) != .frame(everyMilliseconds: 1))
  }
}
