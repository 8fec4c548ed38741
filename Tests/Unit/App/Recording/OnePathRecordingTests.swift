import Contract
import Exchanges
import Model
import Support
import Testing
import Wire

@testable import App

/// The bundled recording of an exchange with one path for all questions, read back by its own connector.
@Suite struct OnePathRecordingTests {
  private static let directory = RecordingFixture.packageDirectory + "/Recordings/hyperliquid"
  private static let recording = Result { () throws(RecordingError) in
    try Recording(RecordingFiles(directory: directory))
  }
  private let exchange = Hyperliquid()
  private let instrument = Instrument(
    exchange: Hyperliquid().id, symbol: "BTC", base: "BTC", quote: "USD", kind: .perpetual, status: .trading,
    tickSize: nil, stepSize: nil, fundingIntervalHours: 1)

  private func expected() throws -> JSONValue {
    try JSONValue(parsing: try RecordingFiles(directory: Self.directory).bytes(of: "expected.json"))
  }

  private func post(_ body: String, now: Int64 = RecordingFixture.now) throws -> RecordedReply {
    try Self.recording.get().answer("POST", "/info", query: { _ in nil }, body: Array(body.utf8), now: now)
  }

  /// What the exchange's own connector reads of the recording.
  private func ask<Answer>(_ inquiry: Inquiry<Answer>?) throws -> Answer {
    let inquiry = try #require(inquiry)
    let replies = try inquiry.requests.map { request in
      guard case .post(let body) = request.method else { throw RecordingError("", "no POST") }
      #expect(request.target == "/info")
      let reply = try post(body)
      let now = Timestamp(milliseconds: RecordingFixture.now) ?? .epoch
      let upstream = UpstreamReply(status: reply.status, body: reply.body, askTime: now)
      #expect(exchange.failure(in: upstream) == nil)
      return upstream
    }
    return try inquiry.read(replies)
  }

  @Test func itListsTheOneCoinWithRecordedTrades() throws {
    let instruments = try ask(exchange.instruments())
    #expect(instruments.map(\.symbol) == ["BTC"])
    #expect(instruments.first?.stepSize?.description == "0.00001")
  }

  @Test func candlesAreThoseOfTheTapeDigitByDigit() throws {
    for row in try #require(try expected()["candles"]?.array) {
      let open = try row.integer("t")
      let body =
        #"{"type":"candleSnapshot","req":{"coin":"BTC","interval":"\#(try row.text("i"))","startTime":\#(open),"endTime":\#(open)}}"#
      let names = ["t", "T", "s", "i", "o", "c", "h", "l", "v", "n"]
      let text = names.map { name in
        let value = row[name]
        return "\"\(name)\":" + (value?.integer.map { "\($0)" } ?? "\"\(value?.string ?? "")\"")
      }
      #expect(try post(body).body.recordedText == "[{\(text.joined(separator: ","))}]")
    }
  }

  @Test func candlesAreReadAndOverWhenTheyAre() throws {
    let now = Timestamp(milliseconds: RecordingFixture.now) ?? .epoch
    let query = HistoryQuery(instrument: instrument, interval: .oneMinute, limit: 500, now: now)
    let candles = try ask(exchange.candles(query))
    #expect(candles.count == 500)
    #expect(candles.dropLast().allSatisfy(\.isClosed) && candles.last?.isClosed == false)
    #expect(zip(candles, candles.dropFirst()).allSatisfy { $0.openTime < $1.openTime })
  }

  @Test func settlementsOpenInterestAndFundingAreThoseOfTheTapes() throws {
    let expected = try expected()
    let rows = try #require(expected["settled"]?.array)
    let start = try rows[0].integer("time")
    let reply = try post(#"{"type":"fundingHistory","coin":"BTC","startTime":\#(start)}"#)
    let text = try rows.map { row in
      #"{"coin":"BTC","fundingRate":"\#(try row.text("fundingRate"))","premium":"\#(try row.text("premium"))","time":\#(try row.integer("time"))}"#
    }
    #expect(reply.body.recordedText == "[\(text.joined(separator: ","))]")
    #expect(try ask(exchange.fundingRate(of: instrument)).rate.description == expected.text("funding"))
    let openInterest = try ask(exchange.openInterest(of: instrument))
    #expect(openInterest.quantity.description == (try expected.text("openInterest")))
    let mark = try #require(FixedDecimal(try expected.text("mark")))
    #expect(openInterest.notional == openInterest.quantity.multiplied(by: mark))
  }

  @Test func predictionsAreReadByTheRoute() throws {
    let route = try #require(exchange.declaration.ownRoutes.first)
    let rows = try JSONValue(parsing: try ask(route.inquiry(["coin": "btc"])))
    #expect(rows.array?.first?["venues"]?.array?.count == 3)
  }

  @Test func itRefusesAsTheExchangeDoes() throws {
    let coin = try post(#"{"type":"candleSnapshot","req":{"coin":"NOPE","interval":"1m","startTime":0}}"#)
    #expect(coin.status == 500 && coin.body.recordedText == "null")
    for body in [
      "", "{", "{}", #"{"type":"nope"}"#, #"{"type":"fundingHistory","coin":"BTC"}"#,
      #"{"type":"candleSnapshot","req":{"coin":"BTC","interval":"6h","startTime":0}}"#,
    ] {
      let reply = try post(body)
      #expect(reply.status == 422 && reply.contentType.hasPrefix("text/plain"))
      #expect(reply.body.recordedText == "Failed to deserialize the JSON body into the target type")
    }
  }

  @Test func aSocketAnswersTheMessagesOfTheConnector() throws {
    let sockets = try Self.recording.get().sockets
    let found = try #require(sockets.path(Hyperliquid().declaration.streamEndpoints[0].path, query: { _ in nil }))
    var state = RecordedSocketState(found.path, of: sockets)
    var decoder = exchange.makeDecoder(InstrumentCatalog([instrument]))
    func receive(_ text: String) -> [RecordedSocketState.Action] {
      Array(text.utf8).withUnsafeBytes { state.receive($0, now: 0) }
    }
    for (number, channel) in [Channel.trades, .candles(.oneMinute)].enumerated() {
      let topic = try #require(exchange.upstreamTopic(for: Topic(channel, of: instrument)))
      let actions = receive(exchange.message(.subscribe, [topic], request: number + 1))
      guard case .send(let answer)? = actions.first, case .subscribe(let name, isSilent: false)? = actions.last else {
        Issue.record("\(actions)")
        continue
      }
      #expect(try decoder.decode(bytes: answer).signals == [.acknowledged(request: number + 1)])
      let frames = try #require(sockets.topics[name]).frames(
        after: RecordingFixture.now, through: RecordingFixture.now + 60_000)
      #expect(!frames.isEmpty)
      for frame in frames { #expect(try decoder.decode(bytes: frame.bytes).events.count == 1) }
    }
    guard case .text(let ping, _) = exchange.declaration.streams.ping else { throw RecordingError("", "no text") }
    guard case .send(let pong)? = receive(ping).first else { throw RecordingError("", "no pong") }
    #expect(try decoder.decode(bytes: pong).signals == [.pong])
  }
}
