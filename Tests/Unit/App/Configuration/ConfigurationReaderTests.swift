import Model
import Net
import Services
import Testing
import Wire

@testable import App

@Suite struct ConfigurationReaderTests {
  private func configuration(
    flags: [String: String] = [:], environment: [String: String] = [:], file: [String: String] = [:]
  ) throws -> Configuration {
    switch ConfigurationReader.read(flags: flags, environment: environment, file: file) {
    case .configuration(let configuration): return configuration
    case .faults(let faults):
      Issue.record("faults: \(faults)")
      throw Unexpected()
    }
  }

  private struct Unexpected: Error {}

  private func faults(flags: [String: String] = [:], environment: [String: String] = [:]) -> [String] {
    switch ConfigurationReader.read(flags: flags, environment: environment, file: [:]) {
    case .configuration: []
    case .faults(let faults): faults
    }
  }

  @Test func theDefaultsAreThoseOfTheContract() throws {
    let configuration = try configuration()
    #expect(configuration.host == "127.0.0.1")
    #expect(configuration.port == 8000)
    #expect(configuration.requestTimeoutMilliseconds == 10_000)
    #expect(configuration.drainMilliseconds == 10_000)
    #expect(configuration.largeTradeThreshold == FixedDecimal(100_000))
    #expect(configuration.exchanges == ["binance", "bybit", "hyperliquid"])
    #expect(configuration.liquidationExchanges == ["binance", "bybit", "okx"])
    #expect(configuration.supportedSymbols == ["BTCUSDT", "ETHUSDT", "SOLUSDT"])
    #expect(configuration.feedsKept == [.liquidations, .largeTrades, .spikes])
    #expect(configuration.corsOrigins == ["http://localhost:3000", "http://localhost:5173"])
    #expect(configuration.maxConnections == 100_000)
    #expect(configuration.clientBufferBytes == 1 << 20)
    #expect(configuration.compressesWebSockets)
    #expect(configuration.upstreamCAFile == nil)
    #expect(configuration.baseAddress(of: ExchangeID("binance")) == "https://fapi.binance.com")
    #expect(configuration.streamAddress(of: ExchangeID("binance")) == "wss://fstream.binance.com")
  }

  @Test func theFeedsThatAreKeptAreNamedAndMayBeNone() throws {
    #expect(
      try configuration(environment: ["FEEDS_KEPT": "OI_VOL, liquidations"]).feedsKept == [.spikes, .liquidations])
    #expect(try configuration(environment: ["FEEDS_KEPT": "none"]).feedsKept.isEmpty)
    #expect(try configuration(flags: ["FEEDS_KEPT": ""]).feedsKept.isEmpty)
    #expect(
      faults(environment: ["FEEDS_KEPT": "trades"])
        == ["FEEDS_KEPT \"trades\" must be some of liquidations, large_trades, oi_vol, or none"])
  }

  @Test func theStateIsKeptWhereProgramsKeepIt() throws {
    let home = ["HOME": "/proc/nonexistent/me"]
    #expect(try configuration().stateFolder == nil)
    #expect(try configuration(environment: home).stateFolder == "/proc/nonexistent/me/.local/state/marketgate")
    let both = home.merging(["XDG_STATE_HOME": "/state"]) { own, _ in own }
    #expect(try configuration(environment: both).stateFolder == "/state/marketgate")
    // A relative one is to be ignored.
    for relative in ["state", ""] {
      let environment = home.merging(["XDG_STATE_HOME": relative]) { own, _ in own }
      #expect(try configuration(environment: environment).stateFolder == "/proc/nonexistent/me/.local/state/marketgate")
    }
    #expect(try configuration(flags: ["STATE_DIR": "/mine"], environment: both).stateFolder == "/mine")
    #expect(try configuration(environment: both, file: ["STATE_DIR": "/file"]).stateFolder == "/file")
    for off in ["off", "OFF"] {
      #expect(try configuration(flags: ["STATE_DIR": off], environment: both).stateFolder == nil)
    }
    #expect(try configuration(flags: ["STATE_DIR": ""], environment: both).stateFolder == nil)
    #expect(faults(flags: ["STATE_DIR": "a\0b"]).count == 1)
    #expect(try configuration(environment: both).withoutState().stateFolder == nil)
  }

  /// The types have their defaults, and the table of settings must not say others.
  @Test func theLimitsWithoutASettingAreThoseOfTheServer() throws {
    let set = try configuration().limitedServerOptions
    let own = HTTPServerOptions()
    #expect(set.limits == own.limits)
    #expect(set.limits.requestLineBytes == 8192 && set.limits.headerBytes == 16_384)
    #expect(set.limits.headerFields == 100 && set.limits.bodyBytes == 65_536)
    #expect(set.headerDeadlineMilliseconds == 10_000 && set.bodyDeadlineMilliseconds == 10_000)
    #expect(set.keepAliveIdleMilliseconds == 60_000 && set.writeStallMilliseconds == 30_000)
    #expect(set.webSocket.limits == own.webSocket.limits)
    #expect(set.webSocket.limits.maxMessageBytes == 65_536 && set.webSocket.limits.maxFragments == 64)
    #expect(set.webSocket.limits.messagesPerSecond == 20)
    #expect(set.webSocket.pingMilliseconds == 20_000 && set.webSocket.pongMilliseconds == 20_000)
    #expect(set.webSocket.outboxBytes == 1 << 20 && set.webSocket.writeStallMilliseconds == 30_000)
    #expect(try configuration().multiplexLimits.subscriptions == 1024)
    #expect(set.maxConnections == 100_000 && set.maxConnectionsPerAddress == 0 && !set.limitsLoopback)
  }

  @Test func everyLimitCanBeSet() throws {
    let values = [
      "MAX_REQUEST_LINE_BYTES": "256", "MAX_HEADER_BYTES": "1024", "MAX_HEADER_FIELDS": "8", "MAX_BODY_BYTES": "0",
      "HEADER_TIMEOUT": "1", "BODY_TIMEOUT": "2", "KEEP_ALIVE_TIMEOUT": "3", "WRITE_TIMEOUT": "4",
      "WS_MAX_MESSAGE_BYTES": "1025", "WS_MAX_FRAGMENTS": "5", "WS_MAX_MESSAGES_PER_SECOND": "6",
      "WS_PING_SECONDS": "7", "WS_PONG_SECONDS": "8", "MAX_CONNECTIONS": "9", "MAX_CONNECTIONS_PER_ADDRESS": "10",
      "RATE_LIMIT_REQUESTS": "11", "RATE_LIMIT_WINDOW": "12", "RATE_LIMIT_LOOPBACK": "1",
      "CLIENT_BUFFER_BYTES": "65536", "WS_COMPRESSION": "off", "WS_MAX_SUBSCRIPTIONS": "13",
    ]
    #expect(Set(values.keys) == Set(Setting.limits.map(\.name)))
    let configuration = try configuration(environment: values)
    let options = configuration.limitedServerOptions
    let limits = options.limits
    #expect([limits.requestLineBytes, limits.headerBytes, limits.headerFields, limits.bodyBytes] == [256, 1024, 8, 0])
    let times = [
      options.headerDeadlineMilliseconds, options.bodyDeadlineMilliseconds, options.keepAliveIdleMilliseconds,
      options.writeStallMilliseconds, options.webSocket.writeStallMilliseconds, options.webSocket.pingMilliseconds,
      options.webSocket.pongMilliseconds, configuration.rateLimitWindowMilliseconds,
    ]
    #expect(times == [1000, 2000, 3000, 4000, 4000, 7000, 8000, 12_000])
    let webSocket = options.webSocket
    #expect(
      [webSocket.limits.maxMessageBytes, webSocket.limits.maxFragments, webSocket.outboxBytes] == [1025, 5, 65_536])
    #expect(webSocket.limits.messagesPerSecond == 6)
    #expect(
      [options.maxConnections, options.maxConnectionsPerAddress, configuration.rateLimitRequests] == [9, 10, 11])
    #expect(options.limitsLoopback)
    #expect(configuration.multiplexLimits.subscriptions == 13)
  }

  @Test func aFlagWinsOverTheEnvironmentAndThatOverTheFile() throws {
    let (flag, environment, file) = (["APP_PORT": "1"], ["APP_PORT": "2"], ["APP_PORT": "3"])
    #expect(try configuration(flags: flag, environment: environment, file: file).port == 1)
    #expect(try configuration(environment: environment, file: file).port == 2)
    #expect(try configuration(file: file).port == 3)
  }

  @Test func messagesGatherForAMomentUnlessToldOtherwise() throws {
    #expect(try configuration().gatherMicroseconds == 200)
    #expect(try configuration(flags: ["STREAM_GATHER_MICROSECONDS": "0"]).gatherMicroseconds == 0)
    #expect(try configuration(environment: ["STREAM_GATHER_MICROSECONDS": "1000"]).gatherMicroseconds == 1000)
    #expect(
      faults(environment: ["STREAM_GATHER_MICROSECONDS": "1001"]) == [
        "STREAM_GATHER_MICROSECONDS \"1001\" must be a whole number from 0 to 1000"
      ])
  }

  @Test func portIsReadWhereAppPortIsNotSet() throws {
    #expect(try configuration(environment: ["PORT": "9"]).port == 9)
    #expect(try configuration(environment: ["PORT": "9", "APP_PORT": "10"]).port == 10)
    #expect(try configuration(environment: ["PORT": "9"], file: ["APP_PORT": "10"]).port == 9)
  }

  @Test func compressionIsTurnedOffInTheWordsPeopleWrite() throws {
    for word in ["off", "0", "false", "No"] {
      #expect(try !configuration(environment: ["WS_COMPRESSION": word]).compressesWebSockets)
    }
    #expect(try configuration(flags: ["WS_COMPRESSION": "on"]).compressesWebSockets)
    #expect(faults(environment: ["WS_COMPRESSION": "maybe"]) == ["WS_COMPRESSION \"maybe\" must be on or off"])
  }

  @Test func anEmptyVariableIsAsGoodAsNone() throws {
    #expect(try configuration(environment: ["APP_PORT": ""]).port == 8000)
  }

  @Test func everyFaultHasItsLine() {
    let faults = faults(
      flags: ["APP_PORT": "70000"],
      environment: [
        "WORKERS": "many", "LOG_FORMAT": "xml", "BINANCE_BASE_URL": "ftp://x", "EXCHANGES": "binance,mtgox",
        "LIQUIDATION_EXCHANGES": "OKX,ftx", "CORS_ORIGINS": "everybody", "ALLOWED_HOSTS": "https://x",
        "OI_VOL_EXCHANGES": "Bybit,ftx", "OI_VOL_SYMBOLS": "-1", "OI_VOL_CYCLE_SECONDS": "5m",
      ])
    #expect(faults.count == 11)
    #expect(faults.contains { $0.hasPrefix("OI_VOL_EXCHANGES names \"ftx\", which is none of") })
    #expect(faults.contains("OI_VOL_SYMBOLS \"-1\" must be a whole number from 0 to 500"))
    #expect(faults.contains("OI_VOL_CYCLE_SECONDS \"5m\" must be a whole number from 10 to 3600"))
    #expect(
      faults.contains(
        "CORS_ORIGINS \"everybody\" must be * or origins like https://desk.example, with commas between them"))
    #expect(
      faults.contains("ALLOWED_HOSTS \"https://x\" must be * or names like desk.example, with commas between them"))
    #expect(faults.contains("--app-port \"70000\" must be a whole number from 0 to 65535"))
    #expect(faults.contains("WORKERS \"many\" must be a whole number from 0 to 256"))
    #expect(faults.contains("LOG_FORMAT \"xml\" must be one of text, json"))
    #expect(faults.contains("BINANCE_BASE_URL \"ftp://x\" must start with http:// or https://"))
    #expect(faults.contains { $0.hasPrefix("LIQUIDATION_EXCHANGES names \"ftx\", which is none of") })
    #expect(faults.contains { $0.hasPrefix("EXCHANGES names \"mtgox\"") })
  }

  @Test func whatIsWatchedForSpikesIsSetOrTurnedOff() throws {
    let usual = try configuration()
    #expect(usual.spikeExchanges == ["binance"] && usual.spikeSymbols == 80)
    #expect(usual.spikeCycleMilliseconds == 300_000)
    let own = try configuration(environment: [
      "OI_VOL_EXCHANGES": "Bybit, binance", "OI_VOL_SYMBOLS": "7", "OI_VOL_CYCLE_SECONDS": "60",
    ])
    #expect(own.spikeExchanges == ["bybit", "binance"] && own.spikeSymbols == 7)
    #expect(own.spikeCycleMilliseconds == 60_000)
    #expect(own.keepingExchanges(["bybit"]).spikeExchanges == ["bybit"])
    let off = try configuration(environment: ["OI_VOL_EXCHANGES": "bybit", "OI_VOL_SYMBOLS": "0"])
    #expect(off.spikeExchanges.isEmpty && off.keepingExchanges(["bybit"]).spikeExchanges.isEmpty)
  }

  @Test func certificateAndKeyAreSetTogether() throws {
    for name in ["TLS_CERT_FILE", "TLS_KEY_FILE"] {
      #expect(
        faults(environment: [name: "/a.pem"]) == ["TLS_CERT_FILE and TLS_KEY_FILE belong together: set both or none"])
    }
    let both = try configuration(environment: ["TLS_CERT_FILE": "/a.pem", "TLS_KEY_FILE": "/b.pem"])
    #expect(both.tlsCertificateFile == "/a.pem")
    #expect(both.tlsKeyFile == "/b.pem")
    #expect(try configuration().tlsCertificateFile == nil)
  }

  @Test func listsAreCutAtCommasAndTrimmed() throws {
    let configuration = try configuration(environment: ["CORS_ORIGINS": " http://a , ,http://b"])
    #expect(configuration.corsOrigins == ["http://a", "http://b"])
  }

  @Test func anAddressLosesItsLastSlash() throws {
    let configuration = try configuration(environment: ["BINANCE_BASE_URL": "http://127.0.0.1:9/base/"])
    #expect(configuration.baseAddress(of: ExchangeID("binance")) == "http://127.0.0.1:9/base")
  }

  @Test func theOwnHostAndLocalhostAreAlwaysAllowed() throws {
    let configuration = try configuration(environment: ["APP_HOST": "10.1.2.3", "ALLOWED_HOSTS": "market.example"])
    for host in ["10.1.2.3", "localhost", "127.0.0.1", "market.example"] {
      #expect(configuration.allowedHosts.contains(host))
    }
  }

  @Test func theDemoPointsAtItsRecordingByTheOrdinarySettings() throws {
    let id = ExchangeID("binance")
    let pointed = try configuration().withAddresses(of: id, http: "http://h", webSocket: "ws://w")
    #expect(pointed.baseAddress(of: id) == "http://h")
    #expect(pointed.streamAddress(of: id) == "ws://w")
  }
}
