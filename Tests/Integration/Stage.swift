import Contract
import Exchanges
import Model
import Net
import Sessions
import Support
import Wire

@testable import App

/// A gateway, the recorded exchange behind it and a loop for its clients, in this process and over real sockets.
final class Stage: Sendable {
  /// The recording, read once for all tests.
  private static let recording = Result {
    try Recording(RecordingFiles(directory: "\(Repository.root)/Recordings/binance"))
  }
  /// What a test that hangs is given before its streams are cut, in milliseconds.
  private static let patience: Int64 = 45_000

  let exchange: RecordedExchange
  /// Of the exchange's REST side.
  let exchangeAddress: String
  let application: Application
  /// The clients' loop.
  let loop = EventLoop(name: "clients")
  /// Asks the gateway.
  let web: WebClient
  /// Asks the exchange itself.
  let upstream: WebClient
  private let streams = Lock<[StreamProbe]>([])

  private let gone = Lock<Set<String>>([])

  private init(
    speed: Int, settings: [String: String], streamPath: String, faults: (RecordedFaults) -> Void,
    tuning: (inout Tuning) -> Void
  ) throws {
    exchange = RecordedExchange(playing: try Stage.recording.get(), speed: speed)
    faults(exchange.faults)
    let addresses = try exchange.start()
    exchangeAddress = addresses.httpAddress
    var values = [
      "APP_PORT": "0", "WORKERS": "2", "LOG_LEVEL": "ERROR", "EXCHANGES": "binance",
      "LIQUIDATION_EXCHANGES": "binance",
      // Its questions would be counted among those of a test, and meet the faults meant for them.
      "OI_VOL_SYMBOLS": "0",
      // Most tests say themselves what is open upstream.
      "FEEDS_KEPT": "none",
      "BINANCE_BASE_URL": addresses.httpAddress, "BINANCE_WS_URL": addresses.webSocketAddress + streamPath,
    ]
    values.merge(settings) { _, own in own }
    var tuned = Tuning()
    tuned.proxy = ""
    // Most tests ask the same question before and after something has happened to the exchange.
    tuned.freshness = Freshness.none
    tuned.clock = ExchangeClock(exchange: exchange)
    tuning(&tuned)
    application = try Application(
      Stage.configuration(values), source: .recording, exchanges: Registry.exchanges, tuning: tuned)
    web = WebClient(application.address, loop: loop, options: HTTPClientOptions(proxy: ""))
    upstream = WebClient(exchangeAddress, loop: loop, options: HTTPClientOptions(proxy: ""))
  }

  /// A configuration of settings that are right.
  static func configuration(_ values: [String: String]) -> Configuration {
    switch ConfigurationReader.read(flags: [:], environment: values, file: [:]) {
    case .configuration(let configuration): configuration
    case .faults(let faults): preconditionFailure("bad settings: \(faults)")
    }
  }

  /// Opens a stream of the gateway.
  func stream(
    _ target: String, headers: [(String, String)] = [], compression: WebSocketCompression? = nil
  ) -> StreamProbe {
    let probe = StreamProbe(
      "ws" + application.address.dropFirst(4) + target, loop: loop,
      options: WebSocketClientOptions(proxy: "", headers: headers, compression: compression))
    streams.withLock { $0.append(probe) }
    return probe
  }

  /// Runs a conversation of exact bytes with the gateway, on a thread of its own.
  func talk<R: Sendable>(_ conversation: @escaping @Sendable (RawSocket) throws -> R) async throws -> R {
    let port = application.port
    return try await onThread {
      let socket = try RawSocket(port: port)
      defer { socket.close() }
      return try conversation(socket)
    }
  }

  /// Whether the gateway's list of instruments is loaded.
  func isLoaded() async throws -> Bool { try await web.get("/binance/instruments").status == 200 }

  /// The exchange's machine is gone: nobody listens any more.
  func stopExchange() async {
    if gone.withLock({ $0.insert("exchange").inserted }) { await exchange.stop() }
  }

  /// The gateway is asked to stop, and has.
  func stopApplication() async {
    if gone.withLock({ $0.insert("application").inserted }) { await application.stop() }
  }

  private func stop() async {
    await web.shutdown()
    await upstream.shutdown()
    await stopApplication()
    await stopExchange()
    loop.shutdown()
  }

  /// Plays `body` on a stage, once the gateway has its list of instruments unless told not to wait for it. `faults` are
  /// there before the gateway is. `streamPath` stands before the paths of the streams. Everything ends with the body; a body that waits for a message that never comes has
  /// its streams cut.
  static func play(
    speed: Int = 1, settings: [String: String] = [:], streamPath: String = "", untilLoaded: Bool = true,
    faults: (RecordedFaults) -> Void = { _ in }, tuning: (inout Tuning) -> Void = { _ in },
    _ body: (Stage) async throws -> Void
  ) async throws {
    let stage = try Stage(speed: speed, settings: settings, streamPath: streamPath, faults: faults, tuning: tuning)
    stage.loop.post {
      stage.loop.schedule(afterMilliseconds: patience) {
        for stream in stage.streams.withLock({ $0 }) { stream.abort() }
      }
    }
    do {
      if untilLoaded, !(try await stage.loop.eventually { try await stage.isLoaded() }) { throw StageError.notLoaded }
      try await body(stage)
    } catch {
      await stage.stop()
      throw error
    }
    await stage.stop()
  }
}

/// Why there was nothing to be seen.
enum StageError: Error {
  case notLoaded
}

/// The gateway's clocks: what is over at an exchange that plays fast is over for the gateway too.
private struct ExchangeClock: TimeSource {
  let exchange: RecordedExchange

  var monotonicMilliseconds: Int64 { EventLoop.monotonicMilliseconds }
  var wallClock: Timestamp { Timestamp(microseconds: exchange.now * 1000) }
}
