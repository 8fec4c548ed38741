internal import Net
internal import Telemetry

/// Writes the files of the state on a thread of its own: a disk that is slow holds up nobody, and one that is full or
/// cannot be written to costs one log line and a count.
///
/// Crosses threads: which files have changed stands behind a lock; all else belongs to the loop.
final class StateWriter: Sendable {
  /// A file, and where its content comes from.
  struct Document: Sendable {
    let name: String
    /// At least so many milliseconds from one write to the next.
    let spacing: Int64
    /// The whole content; called on the writer's thread.
    let bytes: @Sendable () -> [UInt8]
  }

  /// What belongs to the loop.
  private final class Desk {
    var documents: [String: (document: Document, pace: WritePaceState)] = [:]
    var isFailing = false
  }

  private let folder: String
  private let loop = EventLoop(name: "state")
  private let desk: LoopBound<Desk>
  /// Changed, and not yet taken up by a write.
  private let changed = Lock<Set<String>>([])
  private let failures: Counter
  private let logger: Logger

  /// A writer into a folder, which is made at once.
  init(folder: String, failures: Counter, logger: Logger) {
    self.folder = folder
    self.failures = failures
    self.logger = logger
    desk = LoopBound(Desk(), loop: loop)
    loop.post { self.attempt { () throws(FileError) in try StateFile.make(folder) } }
  }

  /// Writes this file too from now on.
  func add(_ document: Document) {
    loop.post { [desk] in
      desk.value.documents[document.name] = (document, WritePaceState(spacing: document.spacing))
    }
  }

  /// What a file holds has changed; any thread, and as often as it likes.
  func note(_ name: String) {
    guard changed.withLock({ $0.insert(name).inserted }) else { return }
    loop.post {
      if let action = self.desk.value.documents[name]?.pace.changed(now: EventLoop.monotonicMilliseconds) {
        self.obey(action, name)
      }
    }
  }

  /// Writes what has changed, and ends. The caller waits for the disk.
  func stop() {
    let names = changed.withLock { Array($0) }
    loop.post { for name in names { self.write(name) } }
    loop.shutdown()
  }

  private func obey(_ action: WritePaceState.Action, _ name: String) {
    switch action {
    case .write: write(name)
    case .wait(let milliseconds):
      loop.schedule(afterMilliseconds: milliseconds) { [weak self] in
        guard let self else { return }
        if let action = self.desk.value.documents[name]?.pace.waited(now: EventLoop.monotonicMilliseconds) {
          self.obey(action, name)
        }
      }
    case .nothing: break
    }
  }

  private func write(_ name: String) {
    // Before the content is taken: a change during the write is noted anew.
    changed.withLock { _ = $0.remove(name) }
    guard let document = desk.value.documents[name]?.document else { return }
    let bytes = document.bytes()
    attempt { () throws(FileError) in try StateFile(folder: folder, name: name).replace(with: bytes) }
  }

  private func attempt(_ work: () throws(FileError) -> Void) {
    do throws(FileError) {
      try work()
      guard desk.value.isFailing else { return }
      desk.value.isFailing = false
      logger.info("the state can be written again", ["folder": folder])
    } catch {
      failures.increment()
      guard !desk.value.isFailing else { return }
      desk.value.isFailing = true
      logger.error(
        "the state cannot be written: a restart would forget bans and unreadable messages",
        ["file": error.file, "cause": error.reason])
    }
  }
}
