import Contract
import Exchanges
import Model
import Net
import Support
import Testing

@testable import App

/// Which exchanges are watched, in a gateway over real sockets.
@Suite(.timeLimit(.minutes(1))) struct SpikeWiringTests {
  /// The paths a gateway asks of an exchange over REST by itself, until it has loaded its list and asked once more.
  private func paths(_ settings: [String: String], _ exchange: any ExchangeInterface = Binance()) async throws
    -> Set<String>
  {
    let upstream = try ToyUpstream()
    let list = #"{"symbol":"AUSDT","contractType":"PERPETUAL","status":"TRADING","baseAsset":"A","quoteAsset":"USDT"}"#
    upstream.answer("/fapi/v1/exchangeInfo", body: #"{"symbols":[\#(list)]}"#)
    upstream.answer("/fapi/v1/fundingInfo", body: "[]")
    upstream.answer("/fapi/v1/ticker/24hr", body: #"[{"symbol":"AUSDT","quoteVolume":"1"}]"#)
    let values = settings.merging(["APP_PORT": "0", "WORKERS": "1", "LOG_LEVEL": "ERROR"]) { own, _ in own }
    let configuration = Configuration(values: values).withAddresses(
      of: exchange.id, http: upstream.httpAddress, webSocket: upstream.webSocketAddress)
    var tuning = Tuning()
    tuning.proxy = ""
    let application = try Application(configuration, source: .live, exchanges: [exchange], tuning: tuning)
    let isWatched = settings["OI_VOL_SYMBOLS"] != "0" && settings["OI_VOL_EXCHANGES"] != ""
    let loop = EventLoop(name: "watch")
    // Streams of the feeds are asked for too, sooner or later.
    let asked = { Set(upstream.targets.filter { $0.hasPrefix("/fapi/") }) }
    if settings["EXCHANGES"] != "" || isWatched {
      #expect(await loop.eventually { asked().count >= (isWatched ? 3 : 2) })
    }
    await application.stop()
    await upstream.stop()
    loop.shutdown()
    return asked()
  }

  @Test func anExchangeIsWatchedFromTheStart() async throws {
    #expect(try await paths(["EXCHANGES": "binance"]).contains("/fapi/v1/ticker/24hr"))
  }

  @Test func anExchangeThatAnswersNoRoutesCanBeWatched() async throws {
    let asked = try await paths(["EXCHANGES": "", "LIQUIDATION_EXCHANGES": ""])
    #expect(asked == ["/fapi/v1/exchangeInfo", "/fapi/v1/fundingInfo", "/fapi/v1/ticker/24hr"])
  }

  @Test func noSymbolsOrNoExchangesTurnTheWatchOff() async throws {
    for settings in [["OI_VOL_SYMBOLS": "0"], ["OI_VOL_EXCHANGES": ""]] {
      let asked = try await paths(settings.merging(["EXCHANGES": "binance"]) { own, _ in own })
      #expect(asked == ["/fapi/v1/exchangeInfo", "/fapi/v1/fundingInfo"])
    }
  }

  @Test func anExchangeThatCannotBeAskedIsLeftOut() async throws {
    let gateway = try ToyGateway(settings: ["OI_VOL_EXCHANGES": "toy"])
    try await gateway.loaded()
    #expect(Set(gateway.upstream.targets) == ["/instruments"])
    await gateway.stop()
  }
}
