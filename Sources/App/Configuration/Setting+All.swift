internal import Contract
internal import Exchanges
internal import Model
internal import Services

extension Setting {
  /// Every setting, in the order of the documents.
  static let all: [Setting] = server + markets + browsers + limits + addresses + files

  private static let server: [Setting] = [
    Setting(name: "APP_HOST", kind: .text, defaultValue: "127.0.0.1", help: "address to listen on"),
    Setting(
      name: "APP_PORT", kind: .integer(0...65535), defaultValue: "8000",
      help: "port to listen on; 0 picks a free one, printed at start", alias: "PORT"),
    Setting(
      name: "WORKERS", kind: .integer(0...256), defaultValue: "0", help: "event loops; 0 is one a core"),
    Setting(
      name: "STREAM_GATHER_MICROSECONDS", kind: .integer(0...1000), defaultValue: "200",
      help: "microseconds for which messages of exchanges may gather when they come in a rush; 0 reads each at once"),
    Setting(
      name: "LOG_LEVEL", kind: .choice(["DEBUG", "INFO", "WARNING", "ERROR"]), defaultValue: "INFO",
      help: "the least level that is logged"),
    Setting(
      name: "LOG_FORMAT", kind: .choice(["text", "json"]), defaultValue: "text",
      help: "json for one object a line"),
    Setting(
      name: "REQUEST_TIMEOUT", kind: .integer(1...300), defaultValue: "10",
      help: "seconds for a client's whole request: queue, pages and retries"),
    Setting(
      name: "DRAIN_SECONDS", kind: .integer(0...300), defaultValue: "10",
      help: "seconds to finish what is in flight when asked to stop"),
  ]

  private static let markets: [Setting] = [
    Setting(
      name: "EXCHANGES", kind: .list, defaultValue: defaults(.routes), help: "exchanges that answer routes"),
    Setting(
      name: "LIQUIDATION_EXCHANGES", kind: .list, defaultValue: defaults(.liquidations),
      help: "exchanges whose liquidations are in /ws/all/liquidations"),
    Setting(
      name: "LARGE_TRADE_THRESHOLD_USD", kind: .integer(0...1_000_000_000_000), defaultValue: "100000",
      help: "default of min_value_usd on large-trade streams"),
    Setting(
      name: "SUPPORTED_SYMBOLS", kind: .list, defaultValue: "BTCUSDT,ETHUSDT,SOLUSDT",
      help: "symbols of /ws/all/large_trades; record and doctor take them too unless told otherwise"),
    Setting(
      name: "OI_VOL_EXCHANGES", kind: .list, defaultValue: defaults(.spikes),
      help: "exchanges that are watched for spikes of open interest and volume"),
    Setting(
      name: "OI_VOL_SYMBOLS", kind: .integer(0...500), defaultValue: "80",
      help: "how many symbols of each are watched, those with the highest volume of 24 hours; 0 watches none"),
    Setting(
      name: "OI_VOL_CYCLE_SECONDS", kind: .integer(10...3600), defaultValue: "300",
      help: "seconds over which the requests about bars that end together are spread; 180 at most are used"),
    Setting(
      name: "FEEDS_KEPT",
      kind: .selection([Feed.liquidations, .largeTrades, .spikes].map(\.rawValue)),
      defaultValue: "liquidations,large_trades,oi_vol",
      help: "feeds that are followed from the start and remembered, so that REST can answer their past; none for none"),
  ]

  private static let browsers: [Setting] = [
    Setting(
      name: "CORS_ORIGINS", kind: .origins, defaultValue: "http://localhost:3000,http://localhost:5173",
      help: "browser origins that may read answers and open WebSockets; * for all"),
    Setting(
      name: "ALLOWED_HOSTS", kind: .hosts, defaultValue: "",
      help: "names the gateway answers to besides localhost and its own address; * for all"),
  ]

  private static let addresses: [Setting] =
    Registry.exchanges.flatMap { exchange in
      let declaration = exchange.declaration
      return [
        Setting(
          name: baseVariable(declaration.id), kind: .address(schemes: ["http", "https"]),
          defaultValue: declaration.restAddress, help: "REST address of \(declaration.id), before the documented path"),
        Setting(
          name: streamVariable(declaration.id), kind: .address(schemes: ["ws", "wss"]),
          defaultValue: declaration.streamAddress,
          help: "WebSocket address of \(declaration.id), before the documented path"),
      ]
    } + references

  private static let files: [Setting] = [
    Setting(
      name: "TLS_CERT_FILE", kind: .file, defaultValue: "",
      help: "PEM file of the certificate to serve https and wss with, its intermediates behind it; read again at SIGHUP"
    ),
    Setting(
      name: "TLS_KEY_FILE", kind: .file, defaultValue: "", help: "PEM file of its private key, without a passphrase"),
    Setting(
      name: "UPSTREAM_CA_FILE", kind: .file, defaultValue: "",
      help: "PEM file of the authorities to trust instead of the system's"),
    Setting(
      name: "STATE_DIR", kind: .file, defaultValue: "",
      help:
        "folder that keeps bans and unreadable messages over a restart; by default marketgate in $XDG_STATE_HOME or "
        + "$HOME/.local/state; off keeps them in memory only"
    ),
    Setting(
      name: "RECORDINGS", kind: .file, defaultValue: "",
      help: "folder of the recordings that --demo plays; by default beside the executable"),
    Setting(name: "DEMO_SPEED", kind: .integer(1...60), defaultValue: "1", help: "how many times faster --demo plays"),
  ]

  /// The variable of an exchange's REST address.
  static func baseVariable(_ id: ExchangeID) -> String { id.name.uppercased() + "_BASE_URL" }

  /// The variable of its WebSocket address.
  static func streamVariable(_ id: ExchangeID) -> String { id.name.uppercased() + "_WS_URL" }

  private static func defaults(_ feed: Declaration.Feeds) -> String {
    Registry.exchanges.filter { $0.declaration.feeds.contains(feed) }.map(\.declaration.id.name)
      .joined(separator: ",")
  }
}
