public import Model
internal import Services
public import Telemetry

/// What the program was asked to be: every setting, read and checked.
public struct Configuration: Sendable {
  private let values: [String: String]

  /// A configuration of checked values; those left out have their defaults.
  init(values: [String: String]) {
    self.values = values
  }

  func text(_ name: String) -> String {
    values[name] ?? Setting.all.first { $0.name == name }?.defaultValue ?? ""
  }

  func integer(_ name: String) -> Int64 { Int64(text(name)) ?? 0 }

  func list(_ name: String) -> [String] { Setting.elements(of: text(name)) }

  private func optional(_ name: String) -> String? {
    let value = text(name)
    return value.isEmpty ? nil : value
  }

  /// Where to listen.
  public var host: String { text("APP_HOST") }
  /// Where to listen; 0 for any free port.
  public var port: UInt16 { UInt16(clamping: integer("APP_PORT")) }
  /// Event loops; 0 for one a core.
  public var workers: Int { Int(integer("WORKERS")) }
  /// For how long an exchange's messages may gather in a rush, in microseconds; 0 reads each at once.
  var gatherMicroseconds: UInt32 { UInt32(clamping: integer("STREAM_GATHER_MICROSECONDS")) }
  /// The least level that is logged.
  public var logLevel: LogLevel { LogLevel(text("LOG_LEVEL")) ?? .info }
  /// Text or JSON lines.
  public var logFormat: LogFormat { LogFormat(rawValue: text("LOG_FORMAT").lowercased()) ?? .text }
  /// For a client's whole request, in milliseconds.
  public var requestTimeoutMilliseconds: Int64 { integer("REQUEST_TIMEOUT") * 1000 }
  /// For finishing what is in flight, in milliseconds.
  public var drainMilliseconds: Int64 { integer("DRAIN_SECONDS") * 1000 }
  /// Names of the exchanges that answer routes.
  public var exchanges: [String] { list("EXCHANGES").map { $0.lowercased() } }
  /// Names of the exchanges whose liquidations are in the feed.
  public var liquidationExchanges: [String] { list("LIQUIDATION_EXCHANGES").map { $0.lowercased() } }
  /// The symbols whose trades are in the feed of large trades.
  public var supportedSymbols: [String] { list("SUPPORTED_SYMBOLS") }
  /// Names of the exchanges that are watched for spikes; none when no symbol is.
  public var spikeExchanges: [String] {
    spikeSymbols == 0 ? [] : list("OI_VOL_EXCHANGES").map { $0.lowercased() }
  }
  /// How many symbols of each are watched.
  public var spikeSymbols: Int { Int(integer("OI_VOL_SYMBOLS")) }
  /// Over which the requests of a watch are spread, in milliseconds.
  public var spikeCycleMilliseconds: Int64 { integer("OI_VOL_CYCLE_SECONDS") * 1000 }
  /// The feeds whose past is kept.
  var feedsKept: Set<Feed> { Set(list("FEEDS_KEPT").compactMap { Feed(rawValue: $0.lowercased()) }) }
  /// Default of `min_value_usd` on large-trade streams, in quote units.
  public var largeTradeThreshold: FixedDecimal { FixedDecimal(Int(integer("LARGE_TRADE_THRESHOLD_USD"))) }
  /// Browser origins that may read answers.
  public var corsOrigins: [String] { list("CORS_ORIGINS") }
  /// Names the gateway answers to: its own address and localhost always.
  public var allowedHosts: [String] { list("ALLOWED_HOSTS") + ["localhost", "127.0.0.1", "::1", host] }
  /// Whether WebSocket clients that offer permessage-deflate get it.
  public var compressesWebSockets: Bool { Setting.truth(text("WS_COMPRESSION")) ?? true }
  /// A PEM file to trust instead of the system's.
  public var upstreamCAFile: String? { optional("UPSTREAM_CA_FILE") }
  /// A PEM file of the certificate to serve with; `nil` for plain HTTP.
  public var tlsCertificateFile: String? { optional("TLS_CERT_FILE") }
  /// A PEM file of its key; there exactly when the certificate is.
  public var tlsKeyFile: String? { optional("TLS_KEY_FILE") }
  /// The folder of the recordings.
  public var recordings: String? { optional("RECORDINGS") }
  /// The folder of what outlives the process; `nil` where nothing does.
  public var stateFolder: String? { optional("STATE_DIR").flatMap { $0.lowercased() == "off" ? nil : $0 } }
  /// How many times faster the demo plays.
  public var demoSpeed: Int { Int(integer("DEMO_SPEED")) }

  /// The REST address of an exchange.
  public func baseAddress(of exchange: ExchangeID) -> String { trimmed(text(Setting.baseVariable(exchange))) }
  /// The WebSocket address of an exchange.
  public func streamAddress(of exchange: ExchangeID) -> String { trimmed(text(Setting.streamVariable(exchange))) }

  /// The same configuration with an exchange's addresses replaced: how the demo points at its recording.
  public func withAddresses(of exchange: ExchangeID, http: String, webSocket: String) -> Configuration {
    var values = values
    values[Setting.baseVariable(exchange)] = http
    values[Setting.streamVariable(exchange)] = webSocket
    return Configuration(values: values)
  }

  /// The same configuration with only some exchanges of those that are enabled: the demo leaves out those it has no
  /// recording of.
  public func keepingExchanges(_ names: [String]) -> Configuration {
    var values = values
    values["EXCHANGES"] = names.filter(exchanges.contains).joined(separator: ",")
    values["LIQUIDATION_EXCHANGES"] = names.filter(liquidationExchanges.contains).joined(separator: ",")
    values["OI_VOL_EXCHANGES"] = names.filter(spikeExchanges.contains).joined(separator: ",")
    return Configuration(values: values)
  }

  /// The same configuration without anything that outlives the process: what a recording does is no fact of an exchange.
  public func withoutState() -> Configuration {
    var values = values
    values["STATE_DIR"] = "off"
    return Configuration(values: values)
  }

  /// Whether somebody has said what is to be logged.
  var namesLogLevel: Bool { values["LOG_LEVEL"] != nil }

  /// The same configuration for somebody at a terminal: of `exchange` alone where there is one of that name, and with some
  /// values of the caller's.
  func asking(_ exchange: String?, of known: [String], _ own: [String: String]) -> Configuration {
    var values = values.merging(own) { _, own in own }
    if let exchange, known.contains(exchange) {
      values["EXCHANGES"] = exchange
      values["LIQUIDATION_EXCHANGES"] = ""
      values["OI_VOL_EXCHANGES"] = ""
    }
    return Configuration(values: values)
  }

  /// The documented path starts with a slash, so the address must not end with one.
  func trimmed(_ address: String) -> String {
    address.hasSuffix("/") ? String(address.dropLast()) : address
  }
}
