internal import Contract
internal import Exchanges
internal import Glibc
internal import Model

/// `marketgate serve --demo`: each folder of the recordings is played by a server of its own on loopback, and the gateway
/// is pointed at them by the ordinary address settings.
struct Demo: Sendable {
  /// Said at start.
  static let notice = "demo: this is a recording (recorded trades, derived series), not the market"

  let configuration: Configuration
  private let players: [RecordedExchange]

  /// Plays every recording there is, of exchanges that do not answer routes too: they may take part in feeds. An
  /// enabled exchange without a recording is left out, as the demo must not reach for the network.
  ///
  /// - Throws: `RecordingError` for a recording that cannot be read, and when no enabled exchange has one.
  static func start(
    _ configuration: Configuration, exchanges: [any ExchangeInterface] = Registry.exchanges
  ) throws -> Demo {
    let folder = configuration.recordings ?? SystemFacts.executableFolder + "/Recordings"
    let recorded = exchanges.filter { access("\(folder)/\($0.id)/\(Recording.file)", F_OK) == 0 }
    let enabled = recorded.map(\.id.name).filter { configuration.exchanges.contains($0) }
    guard !enabled.isEmpty else { throw RecordingError(folder, "has no recording of an enabled exchange") }
    // All are read before the first one is started: what cannot be read leaves nothing running.
    let players = try recorded.map { exchange in
      try RecordedExchange(recording: "\(folder)/\(exchange.id)", speed: configuration.demoSpeed)
    }
    var pointed = configuration.keepingExchanges(recorded.map(\.id.name)).withoutState()
    for (exchange, player) in zip(recorded, players) {
      let addresses = try player.start()
      pointed = pointed.withAddresses(
        of: exchange.id, http: addresses.httpAddress, webSocket: addresses.webSocketAddress)
    }
    return Demo(configuration: pointed, players: players)
  }

  func stop() async {
    for player in players { await player.stop() }
  }
}
