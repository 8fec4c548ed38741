import Contract
import Net
import Support
import Wire

@testable import App

/// The whole gateway on the made-up exchange, with a real server on each side.
struct ToyGateway {
  /// One candle as the made-up exchange sends it.
  static let candleRow = #"[[1800000000000,"1.0","3.0","0.50","2.0","7"]]"#

  let upstream: ToyUpstream
  let application: Application
  let loop = EventLoop(name: "client")
  let web: WebClient

  init(_ exchange: ToyExchange = ToyExchange(), settings: [String: String] = [:], tuning: Tuning = Tuning()) throws {
    upstream = try ToyUpstream()
    upstream.answer("/instruments", body: ToyExchange.instrumentsBody)
    let values = settings.merging([
      "EXCHANGES": "toy", "APP_PORT": "0", "WORKERS": "2", "LOG_LEVEL": "ERROR", "FEEDS_KEPT": "none",
    ]) {
      own, _ in own
    }
    let configuration = Configuration(values: values).withAddresses(
      of: exchange.id, http: upstream.httpAddress, webSocket: upstream.webSocketAddress)
    application = try Application(configuration, source: .live, exchanges: [exchange], tuning: tuning)
    web = WebClient(application.address, loop: loop)
  }

  /// Returns when the instrument list is loaded.
  func loaded() async throws {
    _ = try await loop.eventually { try await web.get("/toy/instruments").status == 200 }
  }

  func stream(_ target: String) -> StreamProbe {
    StreamProbe(application.address.replacing("http://", with: "ws://") + target, loop: loop)
  }

  /// Waits until so many clients are served a topic: what the exchange sends then reaches them all. An open connection says
  /// no more than that the subscription is on its way.
  func serves(_ count: Int, _ topic: String, of exchange: String = "toy") async throws -> Bool {
    try await web.serves(count, topic, of: exchange, loop)
  }

  func stop() async {
    await web.shutdown()
    await application.stop()
    await upstream.stop()
    loop.shutdown()
  }
}

extension WebClient {
  /// Waits until a gateway serves a topic to so many clients.
  func serves(_ count: Int, _ topic: String, of exchange: String, _ loop: EventLoop) async throws -> Bool {
    let line = "marketgate_client_subscriptions{exchange=\"\(exchange)\",topic=\"\(topic)\"} \(count)\n"
    return try await loop.eventually { try await get("/metrics").text.contains(line) }
  }
}
