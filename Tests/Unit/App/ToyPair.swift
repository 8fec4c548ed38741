import Contract
import Model
import Net
import Support

@testable import App

/// The gateway on two made-up exchanges that list the same symbols.
struct ToyPair {
  let toy: ToyUpstream
  let other: ToyUpstream
  let application: Application
  let loop = EventLoop(name: "client")
  let web: WebClient

  /// A closure behind the call changes the second one: Swift gives it to the first parameter that takes a closure.
  init(
    settings: [String: String] = [:], _ change: (inout ToyExchange) -> Void = { _ in },
    first changeFirst: (inout ToyExchange) -> Void = { _ in }
  ) throws {
    (toy, other) = (try ToyUpstream(), try ToyUpstream())
    var first = ToyExchange()
    changeFirst(&first)
    var second = ToyExchange()
    second.declaration.id = ExchangeID("second")
    change(&second)
    let values = settings.merging([
      "EXCHANGES": "toy,second", "APP_PORT": "0", "WORKERS": "2", "LOG_LEVEL": "ERROR", "FEEDS_KEPT": "none",
    ]) { own, _ in own }
    var configuration = Configuration(values: values)
    for (id, upstream) in [(first.id, toy), (second.id, other)] {
      upstream.answer("/instruments", body: ToyExchange.instrumentsBody)
      configuration = configuration.withAddresses(
        of: id, http: upstream.httpAddress, webSocket: upstream.webSocketAddress)
    }
    application = try Application(configuration, exchanges: [first, second])
    web = WebClient(application.address, loop: loop)
  }

  /// Returns when both lists are loaded.
  func loaded() async throws {
    for exchange in ["toy", "second"] {
      _ = try await loop.eventually { try await web.get("/\(exchange)/instruments").status == 200 }
    }
  }

  func stop() async {
    await web.shutdown()
    await application.stop()
    await toy.stop()
    await other.stop()
    loop.shutdown()
  }
}
