public import Model

/// The questionnaire an exchange fills in. It says which request asks a question, which message subscribes and what the
/// bytes that come back mean. It never opens a socket, reads a clock or waits: that is done once, for all, in Sessions.
///
/// How Bybit, Hyperliquid and OKX fill it in: `docs/decisions/0002-exchange-questionnaire.md`. How to add one:
/// `Sources/Exchanges/README.md`.
public protocol ExchangeInterface: Sendable {
  /// Its facts.
  var declaration: Declaration { get }

  // MARK: Questions over REST

  /// Which instruments are there?
  func instruments() -> Inquiry<[Instrument]>
  /// What was traded of each instrument in the last 24 hours, in one call for all.
  func quoteVolumes() -> Inquiry<[InstrumentVolume]>?
  /// Candles of one page, ascending by open time. Rows outside the bounds may be among them; the caller cuts.
  func candles(_ query: HistoryQuery) -> Inquiry<[Candle]>?
  /// The trades of an instrument from a number on, ascending, in one page, where the exchange counts them without a gap:
  /// `RESTLimits.tradesPerPage` then says how many a page has. Others may be among them; the caller cuts.
  func trades(of instrument: Instrument, from number: Int64, limit: Int) -> Inquiry<[Trade]>?
  /// Open interest now.
  func openInterest(of instrument: Instrument) -> Inquiry<OpenInterest>?
  /// Open interest samples of one page, ascending.
  func openInterestHistory(_ query: HistoryQuery) -> Inquiry<[OpenInterest]>?
  /// The funding rate now accruing.
  func fundingRate(of instrument: Instrument) -> Inquiry<FundingRate>?
  /// Settled funding rates of one page, ascending; `intervalHours` may be left out, the caller measures it.
  func fundingHistory(_ query: HistoryQuery) -> Inquiry<[FundingRate]>?
  /// Reads a reply for what it says of failure: a status, an error body, a limit. `nil` when the answer may be read.
  func failure(in reply: UpstreamReply) -> ExchangeError?

  // MARK: Streams

  /// The exchange's form of a topic; `nil` when it has none.
  ///
  /// Several topics may have one form, as where liquidations come for all instruments at once: demand is counted by
  /// this form. Where a topic of all instruments has none, it is the sum of those of the instruments in trading.
  func upstreamTopic(for topic: Topic) -> UpstreamTopic?
  /// The message that opens or closes some topics of one endpoint. `request` numbers the messages of a connection 1, 2,
  /// 3 …: the answer carries the number, or, where the exchange knows none, the decoder counts the answers.
  func message(_ verb: SubscriptionVerb, _ topics: [UpstreamTopic], request: Int) -> String
  /// A decoder for a new connection.
  func makeDecoder(_ instruments: InstrumentCatalog) -> any FrameDecoder
}

extension ExchangeInterface {
  /// The identity in paths.
  public var id: ExchangeID { declaration.id }

  /// Not offered.
  public func quoteVolumes() -> Inquiry<[InstrumentVolume]>? { nil }
  /// Not offered.
  public func candles(_ query: HistoryQuery) -> Inquiry<[Candle]>? { nil }
  /// Not offered.
  public func trades(of instrument: Instrument, from number: Int64, limit: Int) -> Inquiry<[Trade]>? { nil }
  /// Not offered.
  public func openInterest(of instrument: Instrument) -> Inquiry<OpenInterest>? { nil }
  /// Not offered.
  public func openInterestHistory(_ query: HistoryQuery) -> Inquiry<[OpenInterest]>? { nil }
  /// Not offered.
  public func fundingRate(of instrument: Instrument) -> Inquiry<FundingRate>? { nil }
  /// Not offered.
  public func fundingHistory(_ query: HistoryQuery) -> Inquiry<[FundingRate]>? { nil }
}
