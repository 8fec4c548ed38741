import Contract
import Exchanges
import Model
import Support
import Testing
import Wire

/// The laws every exchange keeps, real or made up; what an exchange does not offer is not asked.
@Suite struct ExchangeContractTests {
  /// An exchange, named in test reports.
  struct Subject: Sendable, CustomTestStringConvertible {
    let exchange: any ExchangeInterface
    var testDescription: String { exchange.id.name }
    var facts: Declaration { exchange.declaration }
    var features: Capabilities.Features { facts.capabilities.features }
    var instrument: Instrument {
      Instrument(
        exchange: exchange.id, symbol: "BTCUSDT", base: "BTC", quote: "USDT", kind: .perpetual, status: .trading,
        tickSize: nil, stepSize: nil, fundingIntervalHours: 8)
    }
    func query(_ interval: Interval?, limit: Int) -> HistoryQuery {
      HistoryQuery(
        instrument: instrument, interval: interval, start: Timestamp(milliseconds: 1_700_000_000_000),
        end: Timestamp(milliseconds: 1_700_003_600_000), limit: limit,
        now: Timestamp(microseconds: 1_800_000_000_000_000))
    }
    /// Every question it can be asked about an instrument, with nothing of its answer's type left.
    var questions: [Question] {
      let period = facts.capabilities.openInterestPeriods.first
      let interval = facts.capabilities.intervals.first
      let rest = facts.rest
      return [
        Question("instruments", exchange.instruments()),
        Question("quoteVolumes", exchange.quoteVolumes()),
        Question("candles", exchange.candles(query(interval, limit: rest.candlesPerPage))),
        Question("trades", exchange.trades(of: instrument, from: 7, limit: rest.tradesPerPage ?? 1)),
        Question("openInterest", exchange.openInterest(of: instrument)),
        Question("openInterestHistory", exchange.openInterestHistory(query(period, limit: rest.openInterestPerPage))),
        Question("fundingRate", exchange.fundingRate(of: instrument)),
        Question("fundingHistory", exchange.fundingHistory(query(nil, limit: rest.fundingRatesPerPage))),
      ].compactMap { $0 }
    }
    /// Every topic it has.
    var topics: [Topic] {
      let channels: [Channel] = facts.capabilities.intervals.map { .candles($0) } + [.trades, .liquidations]
      return channels.map { Topic($0, of: instrument) } + [Topic(.liquidations, ofAllOn: exchange.id)]
    }
    var upstreamTopics: [UpstreamTopic] { topics.compactMap { exchange.upstreamTopic(for: $0) } }
  }

  struct Question {
    let name: String
    let requests: [UpstreamRequest]
    let required: Int
    let read: ([UpstreamReply]) throws -> Void

    init?<Answer>(_ name: String, _ inquiry: Inquiry<Answer>?) {
      guard let inquiry else { return nil }
      self.name = name
      requests = inquiry.requests
      required = inquiry.required
      read = { _ = try inquiry.read($0) }
    }
  }

  static let subjects = (Registry.exchanges + [ToyExchange()]).map(Subject.init)

  static func reply(_ body: String, status: Int = 200, headers: [(String, String)] = []) -> UpstreamReply {
    UpstreamReply(
      status: status, headers: headers.map { (name: $0.0, value: $0.1) }, body: Array(body.utf8), askTime: .epoch)
  }

  // MARK: Length

  /// 200 rows and lists are long: what the transport does with them is its own.
  @Test(arguments: subjects) func aLongAnswerIsForeseen(_ subject: Subject) throws {
    let interval = subject.facts.capabilities.intervals.first
    for rows in [10, 199, 200, subject.facts.rest.candlesPerPage] {
      let inquiry = try #require(subject.exchange.candles(subject.query(interval, limit: rows)))
      #expect(inquiry.requests.map(\.expectsLongAnswer) == [rows >= 200])
    }
    let lists = subject.exchange.instruments().requests + (subject.exchange.quoteVolumes()?.requests ?? [])
    #expect(lists.allSatisfy { $0.expectsLongAnswer })
    let fundingRate = subject.exchange.fundingRate(of: subject.instrument)?.requests ?? []
    #expect(fundingRate.allSatisfy { $0.expectsLongAnswer == (subject.exchange.id.name == "hyperliquid") })
  }

  // MARK: Declaration

  @Test(arguments: subjects) func addressesEndWhereTheDocumentedPathsBegin(_ subject: Subject) {
    let facts = subject.facts
    #expect(facts.id.name.allSatisfy { $0.isLowercase || $0.isNumber } && !facts.id.name.isEmpty)
    #expect(facts.restAddress.hasPrefix("http") && !facts.restAddress.hasSuffix("/"))
    #expect(facts.streamAddress.hasPrefix("ws") && !facts.streamAddress.hasSuffix("/"))
    #expect(facts.streamEndpoints.allSatisfy { $0.path.hasPrefix("/") })
    #expect(Set(facts.streamEndpoints.map(\.name)).count == facts.streamEndpoints.count)
  }

  @Test(arguments: subjects) func everyLimitLeavesRoomForSomething(_ subject: Subject) {
    let (rest, streams) = (subject.facts.rest, subject.facts.streams)
    #expect(rest.weightPerWindow > 0 && rest.windowMilliseconds > 0 && rest.defaultPauseMilliseconds >= 1000)
    #expect(rest.tradesPerPage.map { $0 > 0 } ?? true)
    #expect(rest.candlesPerPage > 0 && rest.fundingRatesPerPage > 0 && rest.openInterestPerPage > 0)
    #expect(rest.usedWeightHeader.map { $0 == $0.lowercased() } ?? true)
    #expect(streams.topicsPerConnection >= streams.topicsPerMessage && streams.topicsPerMessage > 0)
    #expect(streams.messageSpacingMilliseconds >= 0 && streams.attemptsPerWindow > 0)
    #expect(streams.attemptWindowMilliseconds > 0)
    switch streams.ping {
    case .frame(let every), .text(_, let every): #expect((1000...60_000).contains(every))
    }
  }

  @Test(arguments: subjects) func intervalsAreAscendingAndThereWhenNeeded(_ subject: Subject) {
    let capabilities = subject.facts.capabilities
    for list in [capabilities.intervals, capabilities.openInterestPeriods] {
      let lengths = list.map(\.nominalMilliseconds)
      #expect(zip(lengths, lengths.dropFirst()).allSatisfy { $0 < $1 })
    }
    #expect(capabilities.intervals.isEmpty == !subject.features.contains(.ohlc))
    #expect(capabilities.openInterestPeriods.isEmpty == !subject.features.contains(.openInterestHistory))
    #expect((capabilities.liquidationCoverage == .none) == !subject.features.contains(.liquidations))
    #expect((capabilities.liquidationPrice == nil) == !subject.features.contains(.liquidations))
  }

  @Test(arguments: subjects) func aFeatureIsDeclaredWhereItsQuestionIsAnswered(_ subject: Subject) {
    let names = Set(subject.questions.map(\.name))
    #expect(names.contains("trades") == (subject.facts.rest.tradesPerPage != nil))
    #expect(names.contains("candles") == subject.features.contains(.ohlc))
    #expect(names.contains("openInterest") == subject.features.contains(.openInterest))
    #expect(names.contains("openInterestHistory") == subject.features.contains(.openInterestHistory))
    #expect(names.contains("fundingRate") == subject.features.contains(.fundingRate))
    let exchange = subject.exchange
    let trades = exchange.upstreamTopic(for: Topic(.trades, of: subject.instrument))
    #expect((trades != nil) == subject.features.contains(.trades))
    let liquidations = exchange.upstreamTopic(for: Topic(.liquidations, of: subject.instrument))
    #expect((liquidations != nil) == subject.features.contains(.liquidations))
  }

  // MARK: Questions

  @Test(arguments: subjects) func requestsAreTargetsThatNeedNoFurtherEncoding(_ subject: Subject) {
    for question in subject.questions {
      #expect(!question.requests.isEmpty && (1...question.requests.count).contains(question.required))
      for request in question.requests {
        #expect(request.target.hasPrefix("/"))
        #expect(request.target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "#") })
        #expect((0...subject.facts.rest.weightPerWindow).contains(request.weight))
        if let budget = request.budget {
          #expect(budget.weightPerWindow > 0 && budget.windowMilliseconds > 0)
        }
      }
    }
  }

  @Test(arguments: subjects) func theSameQuestionIsTheSameRequest(_ subject: Subject) {
    for (first, second) in zip(subject.questions, subject.questions) { #expect(first.requests == second.requests) }
  }

  @Test(arguments: subjects) func everyDeclaredIntervalCanBeAskedAndSubscribed(_ subject: Subject) {
    let capabilities = subject.facts.capabilities
    for interval in capabilities.intervals {
      #expect(subject.exchange.candles(subject.query(interval, limit: 1)) != nil)
      #expect(subject.exchange.upstreamTopic(for: Topic(.candles(interval), of: subject.instrument)) != nil)
    }
    for period in capabilities.openInterestPeriods {
      #expect(subject.exchange.openInterestHistory(subject.query(period, limit: 1)) != nil)
    }
    let none = Interval(7, .month)!
    #expect(subject.exchange.candles(subject.query(none, limit: 1)) == nil)
    #expect(subject.exchange.upstreamTopic(for: Topic(.candles(none), of: subject.instrument)) == nil)
  }

  @Test(arguments: subjects) func aReplyThatIsNoAnswerIsMalformed(_ subject: Subject) {
    for question in subject.questions {
      for body in ["", "{", "[", "<html></html>", "nul", "\u{0}", "[[[[[[", "\"", "-"] {
        #expect("\(question.name) \(body)") {
          try question.read(question.requests.map { _ in Self.reply(body) })
        } throws: {
          ($0 as? ExchangeError)?.kind == .malformed
        }
      }
    }
  }

  @Test(arguments: subjects) func anotherNumberOfRepliesIsMalformed(_ subject: Subject) {
    for question in subject.questions {
      #expect { try question.read([]) } throws: { ($0 as? ExchangeError)?.kind == .malformed }
    }
  }

  // MARK: Failures

  @Test(arguments: subjects) func statusesMeanTheSameEverywhere(_ subject: Subject) {
    func failure(_ status: Int, _ body: String = "") -> ExchangeError? {
      subject.exchange.failure(in: Self.reply(body, status: status))
    }
    #expect(failure(451)?.kind == .blocked)
    for status in [502, 503, 504] {
      #expect(failure(status, "<html></html>")?.kind == .unavailable)
      #expect(failure(status, "<html></html>")?.advice == .retry)
    }
    #expect(failure(400) != nil && failure(404) != nil && failure(302) != nil)
    #expect(failure(200, "<html></html>")?.kind == .malformed)
  }

  @Test(arguments: subjects) func aLimitIsAlwaysAPause(_ subject: Subject) {
    let plain = subject.exchange.failure(in: Self.reply("", status: 429))
    #expect(plain?.kind == .limited)
    #expect(plain?.advice == .pause(milliseconds: subject.facts.rest.defaultPauseMilliseconds))
    let named = subject.exchange.failure(in: Self.reply("", status: 429, headers: [("retry-after", "7")]))
    #expect(named?.advice == .pause(milliseconds: 7000))
  }

  // MARK: Streams

  @Test(arguments: subjects) func topicsStandOnADeclaredServer(_ subject: Subject) {
    for topic in subject.upstreamTopics {
      #expect(subject.facts.streamEndpoints.contains(topic.endpoint))
      #expect(!topic.name.isEmpty)
    }
  }

  @Test(arguments: subjects) func topicsOfAnotherExchangeHaveNoForm(_ subject: Subject) {
    let other = ExchangeID("elsewhere")
    #expect(subject.exchange.upstreamTopic(for: Topic(.liquidations, ofAllOn: other)) == nil)
    #expect(subject.exchange.upstreamTopic(for: Topic(.trades, ofAllOn: other)) == nil)
  }

  @Test(arguments: subjects) func messagesAreJSONThatDiffersByVerbAndNumber(_ subject: Subject) throws {
    let topics = Array(subject.upstreamTopics.prefix(subject.facts.streams.topicsPerMessage))
    let message = subject.exchange.message(.subscribe, topics, request: 1)
    #expect(try JSONValue(parsing: message).members?.isEmpty == false)
    #expect(message != subject.exchange.message(.unsubscribe, topics, request: 1))
    #expect(message == subject.exchange.message(.subscribe, topics, request: 1))
  }

  @Test(arguments: subjects) func bytesThatAreNoMessageAreAnErrorOrNothing(_ subject: Subject) {
    var decoder = subject.exchange.makeDecoder(.empty)
    for text in ["{", "[", "{\"", "{\"a\":", "\u{1}", "{]", "<html>", "{\"a\":tru"] {
      #expect(throws: FrameError.self) { try decoder.decode(text: text) }
    }
    for text in ["{}", "[]", "{\"a\":1}"] {
      #expect((try? decoder.decode(text: text))?.events.isEmpty ?? true)
    }
  }

  @Test(arguments: subjects) func aDecoderTakesARefreshedList(_ subject: Subject) {
    var decoder = subject.exchange.makeDecoder(.empty)
    let list = InstrumentCatalog([])
    #expect(decoder.instruments === InstrumentCatalog.empty)
    decoder.instruments = list
    #expect(decoder.instruments === list)
  }

  @Test(arguments: subjects) func aMessageWithoutMeaningIsCountedAsOne(_ subject: Subject) throws {
    for text in ["{}", "[]", "null", "1", "\"x\"", #"{"data":null}"#, #"{"novel":1}"#, #"[{"novel":1}]"#] {
      var decoder = subject.exchange.makeDecoder(.empty)
      let buffer = try decoder.decode(text: text)
      #expect(buffer.unknownMessages == 1, "\(text)")
      #expect(buffer.events.isEmpty && buffer.signals.isEmpty && buffer.unknownInstruments == 0 && buffer.leftOut == 0)
    }
  }

  @Test(arguments: subjects) func everyByteAloneAndRepeatedIsSurvived(_ subject: Subject) {
    for byte in UInt8.min...UInt8.max {
      for count in [1, 2, 70, 300] {
        var decoder = subject.exchange.makeDecoder(.empty)
        let buffer = try? decoder.decode(bytes: [UInt8](repeating: byte, count: count))
        #expect(buffer?.events.isEmpty ?? true)
      }
    }
  }
}
