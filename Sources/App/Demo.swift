internal import Contract
internal import Exchanges
internal import Model

/// `marketgate serve --demo`: the bundled recordings are played by servers of their own on loopback, and the gateway is
/// pointed at them by the ordinary address settings.
struct Demo: Sendable {
  /// Said at start.
  static let notice = "demo: this is a recording (recorded trades, derived series), not the market"

  let configuration: Configuration
  private let players: [RecordedExchange]

  /// Plays a recording for every enabled exchange that has one; the others are left out.
  static func start(_ configuration: Configuration) throws -> Demo {
    let folder = configuration.recordings ?? SystemFacts.executableFolder + "/Recordings"
    var pointed = configuration
    var players: [RecordedExchange] = []
    for exchange in Registry.exchanges where configuration.exchanges.contains(exchange.id.name) {
      let player = try RecordedExchange(
        recording: "\(folder)/\(exchange.id)", speed: configuration.demoSpeed)
      let addresses = try player.start()
      pointed = pointed.withAddresses(
        of: exchange.id, http: addresses.httpAddress, webSocket: addresses.webSocketAddress)
      players.append(player)
    }
    return Demo(configuration: pointed, players: players)
  }

  func stop() async {
    for player in players { await player.stop() }
  }
}
