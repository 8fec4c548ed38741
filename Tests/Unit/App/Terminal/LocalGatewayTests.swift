import Contract
import Model
import Support
import Testing

@testable import App

@Suite(.timeLimit(.minutes(1))) struct LocalGatewayTests {
  /// The gateway without its door, on the made-up exchange.
  static func play(_ settings: [String: String] = [:], _ body: (LocalGateway, ToyUpstream) async throws -> Void)
    async throws
  {
    let upstream = try ToyUpstream()
    upstream.answer("/instruments", body: ToyExchange.instrumentsBody)
    let exchange = ToyExchange()
    let values = settings.merging(["EXCHANGES": "toy", "LOG_LEVEL": "ERROR", "FEEDS_KEPT": "none", "STATE_DIR": "off"])
    {
      own, _ in own
    }
    let configuration = Configuration(values: values).withAddresses(
      of: exchange.id, http: upstream.httpAddress, webSocket: upstream.webSocketAddress)
    let gateway = LocalGateway(
      configuration, source: .live, loggingFrom: nil, exchanges: [exchange], tuning: LocalGateway.tuning)
    gateway.start()
    do {
      try await body(gateway, upstream)
    } catch {
      await gateway.stop()
      await upstream.stop()
      throw error
    }
    await gateway.stop()
    await upstream.stop()
  }

  private static func text(_ answer: ShownAnswer) -> String { String(decoding: answer.body, as: UTF8.self) }

  @Test func routesAnswerAsTheyDoClientsOnceTheListIsThere() async throws {
    try await Self.play { gateway, _ in
      await gateway.waitForLists()
      let listed = await gateway.answer("/toy/instruments")
      #expect(listed.status == 200)
      #expect(Self.text(listed).hasPrefix(#"[{"exchange":"toy","symbol":"#))
      let asked = await gateway.answer("/toy/funding/NOSUCH")
      #expect(asked.fault?.hasPrefix("unknown_symbol: ") == true)
      #expect(await gateway.answer("/exchanges").status == 200)
    }
  }

  @Test func whatIsNoRouteIsAFault() async throws {
    try await Self.play { gateway, _ in
      #expect(await gateway.answer("/nonsense").fault?.hasPrefix("not_found: ") == true)
      #expect(await gateway.answer("/a?%zz").fault?.hasPrefix("bad_request: ") == true)
      #expect(await gateway.answer("/ws").fault?.hasPrefix("upgrade_required: ") == true)
    }
  }

  @Test func onlyExchangesThatTakePartArePlayed() {
    let named = Configuration(values: [
      "EXCHANGES": "bybit", "LIQUIDATION_EXCHANGES": "", "OI_VOL_EXCHANGES": "",
    ])
    #expect(named.wired.map(\.id.name) == ["bybit"])
    #expect(Configuration(values: [:]).wired.count >= 3)
  }
}
