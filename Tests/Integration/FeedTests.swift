import Exchanges
import Net
import Support
import Testing
import Wire

@testable import App

/// The feeds of all exchanges, compared with what the exchanges themselves say.
@Suite(.serialized, .timeLimit(.minutes(1))) struct FeedTests {
  /// What a client of a feed must read of a frame of `!forceOrder@arr`.
  private func expected(_ frame: String) -> String {
    func member(_ name: String) -> String { ExchangeText.member(name, of: frame) }
    return #"{"type":"liquidation","exchange":"binance","symbol":"\#(member("s"))","#
      + #""timestamp":"\#(ExchangeText.time(Int64(member("T")) ?? 0))","side":"\#(member("S").lowercased())","#
      + #""price":\#(member("ap")),"quantity":\#(member("z")),"#
      + #""value":\#(ExchangeText.product(member("ap"), member("z")))}"#
  }

  /// What comes until a message has come.
  private func texts(of stream: StreamProbe, through last: String?) async throws -> [String] {
    var texts: [String] = []
    while texts.last != last { texts.append(try #require(await stream.nextText())) }
    return texts
  }

  @Test func everyLiquidationOfTheExchangeArrivesOnceThoughASymbolIsOpenToo() async throws {
    try await Stage.play(speed: 60, settings: ["LIQUIDATION_EXCHANGES": "binance"]) { stage in
      let own = StreamProbe(
        "ws" + stage.exchangeAddress.dropFirst(4) + "/market/ws/!forceOrder@arr", loop: stage.loop,
        options: WebSocketClientOptions(proxy: ""))
      var frames = [try #require(await own.nextText())]
      let symbol = stage.stream("/ws/binance/BTCUSDT/liquidations")
      guard case .opened = try await symbol.next() else { throw StageError.notLoaded }
      let feed = stage.stream("/ws/all/liquidations?min_value_usd=0")
      let large = stage.stream("/ws/all/liquidations?min_value_usd=5000", compression: WebSocketCompression())
      var messages: [String] = []
      while messages.count < 30 { messages.append(try #require(await feed.nextText())) }
      while frames.last.map(expected) != messages.last { frames.append(try #require(await own.nextText())) }
      let told = frames.map(expected)
      let place = try #require(told.firstIndex(of: messages[0]))
      #expect(Array(told[place...]) == messages)
      // The client of the symbol was there before, so it has all of these; the one with a minimum came after.
      let bare = messages.filter { $0.contains(#""symbol":"BTCUSDT""#) }
        .map { $0.replacing(#""type":"liquidation","#, with: "") }
      let ofSymbol = try await texts(of: symbol, through: bare.last)
      #expect(Array(ofSymbol.suffix(bare.count)) == bare)
      #expect(Set(ofSymbol).count == ofSymbol.count)
      let most = try messages.filter { try #require(Double(ExchangeText.member("value", of: $0))) >= 5000 }
      let ofMost = try await texts(of: large, through: most.last)
      #expect(ofMost == Array(most.suffix(ofMost.count)))
      own.abort()
    }
  }

  @Test func everyExchangeThatTakesPartIsHeard() async throws {
    let demo = try Demo.start(
      Stage.configuration([
        "RECORDINGS": Repository.root + "/Recordings", "DEMO_SPEED": "60", "APP_PORT": "0", "WORKERS": "2",
        "LOG_LEVEL": "ERROR",
      ]))
    var tuning = Tuning()
    tuning.proxy = ""
    let application = try Application(
      demo.configuration, source: .recording, exchanges: Registry.exchanges, tuning: tuning)
    let loop = EventLoop(name: "clients")
    let feeds = [("liquidations", "liquidation"), ("large_trades", "large_trade")].map { name, type in
      (
        type,
        StreamProbe(
          "ws" + application.address.dropFirst(4) + "/ws/all/\(name)?min_value_usd=0", loop: loop,
          options: WebSocketClientOptions(proxy: ""))
      )
    }
    var heard: [Set<String>] = []
    for (type, feed) in feeds {
      var exchanges: Set<String> = []
      var seen: [String: Int] = [:]
      while exchanges.count < 3, let message = try await feed.nextText() {
        #expect(message.hasPrefix(#"{"type":"\#(type)","exchange":""#))
        let (price, quantity) = (
          ExchangeText.member("price", of: message), ExchangeText.member("quantity", of: message)
        )
        #expect(ExchangeText.member("value", of: message) == ExchangeText.product(price, quantity))
        exchanges.insert(ExchangeText.member("exchange", of: message))
        seen[message, default: 0] += 1
      }
      heard.append(exchanges)
      if type == "liquidation" { #expect(seen.values.allSatisfy { $0 == 1 }) }
    }
    #expect(heard == [["binance", "bybit", "okx"], ["binance", "bybit", "hyperliquid"]])
    for (_, feed) in feeds { feed.abort() }
    await application.stop()
    await demo.stop()
    loop.shutdown()
  }
}
