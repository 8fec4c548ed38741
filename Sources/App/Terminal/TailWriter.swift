internal import CLinux
internal import Glibc

/// Writes what a queue holds until its end, a signal, or until nobody reads any more. Runs on the main thread, and waits for
/// all three at once: a reader that is gone is seen before the next event comes.
struct TailWriter {
  /// What can be written at once to a pipe that has room at all (PIPE_BUF, pipe(7)).
  private static let chunkBytes = 4096

  /// So much is formatted before it is written.
  private static let batchBytes = 64 << 10

  private let queue: TailQueue
  private let output: Int32
  private let signals: Int32
  /// Events that are still wanted.
  private var left: Int64
  private var items: ArraySlice<TailQueue.Item> = []
  private var pending: [UInt8] = []
  private var written = 0
  private var end: TailQueue.End?

  /// Writes into `output` what comes, up to so many events; `signals` is readable when the end is asked for.
  init(_ queue: TailQueue, limit: Int64?, output: Int32, signals: Int32) {
    self.queue = queue
    self.output = output
    self.signals = signals
    left = limit ?? .max
  }

  /// Writes the bytes that `format` makes of each event. Sentences go to `say`.
  mutating func run(format: ([UInt8]) -> [UInt8], say: (String) -> Void) -> TailQueue.End {
    while true {
      if written == pending.count {
        if items.isEmpty, let end { return end }
        take(format, say)
      }
      if let stop = wait() { return stop }
    }
  }

  private mutating func take(_ format: ([UInt8]) -> [UInt8], _ say: (String) -> Void) {
    pending.removeAll(keepingCapacity: true)
    written = 0
    if items.isEmpty {
      let taken = queue.take()
      (items, end) = (taken.items[...], taken.end)
    }
    while let item = items.first, pending.count < TailWriter.batchBytes {
      switch item {
      case .note(let text):
        // What came before it is shown first.
        guard pending.isEmpty else { return }
        say(text)
      case .event(let event):
        pending += format(event)
        left -= 1
        if left == 0 {
          (items, end) = ([], .complete)
          return
        }
      }
      _ = items.popFirst()
    }
  }

  /// Waits for something to happen, and writes what can be written. Gives the end when that is what happened.
  private mutating func wait() -> TailQueue.End? {
    let isWriting = written < pending.count
    // Nothing to wait for.
    if !isWriting, end != nil || !items.isEmpty { return nil }
    var waiting = [
      pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
      pollfd(fd: output, events: isWriting ? Int16(POLLOUT) : 0, revents: 0),
      pollfd(fd: isWriting ? -1 : queue.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    guard poll(&waiting, nfds_t(waiting.count), -1) > 0 else { return nil }
    if waiting[0].revents != 0 { return .asked }
    // POLLERR: the last reader of the pipe is gone (poll(2)).
    if waiting[1].revents & Int16(POLLERR | POLLHUP | POLLNVAL) != 0 { return .unread }
    return isWriting && waiting[1].revents & Int16(POLLOUT) != 0 ? write() : nil
  }

  private mutating func write() -> TailQueue.End? {
    let size = min(TailWriter.chunkBytes, pending.count - written)
    let count = pending[written..<written + size].withUnsafeBytes { Glibc.write(output, $0.baseAddress, $0.count) }
    if count >= 0 {
      written += count
      return nil
    }
    switch errno {
    case EINTR, EAGAIN: return nil
    case EPIPE: return .unread
    default: return .failed("cannot write: \(String(cString: strerror(errno)))")
    }
  }
}
