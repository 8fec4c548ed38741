internal import Contract
internal import Model
internal import Sessions
internal import Telemetry

/// What the gateway remembers beyond its life, in the folder `STATE_DIR`: bans, and messages that could not be read.
/// Without a folder it is remembered until the end only.
struct StateStore: Sendable {
  /// When each exchange wants no requests.
  let bans: BanStore
  private let quarantines: [ExchangeID: QuarantineStore]
  private let writer: StateWriter?

  /// The state of some exchanges, as an earlier run left it. A file that cannot be read is ignored, and said. Where it is only
  /// read, what is learnt is remembered until the end.
  init(
    folder: String?, isReadOnly: Bool = false, exchanges: [ExchangeID], quarantined: Int = QuarantineStore.maxFrames,
    clock: any TimeSource, metrics: MetricsRegistry, logger: Logger
  ) {
    let failures = metrics.counter(
      "marketgate_state_writes_failed_total", help: "Writes into STATE_DIR that failed.")
    guard let folder else {
      bans = BanStore()
      quarantines = Dictionary(uniqueKeysWithValues: exchanges.map { ($0, QuarantineStore(limit: quarantined)) })
      writer = nil
      return
    }
    let writer = isReadOnly ? nil : StateWriter(folder: folder, failures: failures, logger: logger)
    let earlier = StateStore.read(folder, BanStore.file, BanStore.maxFileBytes, logger) {
      (bytes, _) throws(FileError) in try BanStore.read(bytes)
    }
    let bans = BanStore(earlier ?? [:]) { writer?.note(BanStore.file) }
    writer?.add(.init(name: BanStore.file, spacing: BanStore.spacing) { bans.bytes(now: clock.wallClock) })
    var quarantines: [ExchangeID: QuarantineStore] = [:]
    for exchange in exchanges {
      let file = QuarantineStore.file(of: exchange)
      let earlier = StateStore.read(folder, file, QuarantineStore.maxFileBytes, logger, QuarantineStore.read)
      let quarantine = QuarantineStore(earlier ?? [], limit: quarantined) { writer?.note(file) }
      writer?.add(.init(name: file, spacing: QuarantineStore.spacing) { quarantine.bytes })
      quarantines[exchange] = quarantine
    }
    self.bans = bans
    self.quarantines = quarantines
    self.writer = writer
  }

  /// Where an exchange's messages go that could not be read; `nil` for an exchange that was not named.
  func quarantine(of exchange: ExchangeID) -> QuarantineStore? { quarantines[exchange] }

  /// Writes what has changed. The caller waits for the disk.
  func stop() { writer?.stop() }

  private static func read<Content>(
    _ folder: String, _ name: String, _ limit: Int, _ logger: Logger,
    _ content: ([UInt8], String) throws(FileError) -> Content
  ) -> Content? {
    do throws(FileError) {
      guard let bytes = try StateFile(folder: folder, name: name).read(atMost: limit) else { return nil }
      return try content(bytes, name)
    } catch {
      logger.error("a file of the state is ignored", ["file": error.file, "cause": error.reason])
      return nil
    }
  }
}
